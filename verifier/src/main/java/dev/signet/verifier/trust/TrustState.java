package dev.signet.verifier.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the trust state that this process holds. Read by any thread without locks, one immutable part at a
 * time; changed by one feed at a time.
 *
 * <p>Organizations that are watched stay. One that is only needed now and then is asked for when it is, and let go once
 * it was idle for long or others are needed more; then it is asked for again, and until it is here nothing can be
 * decided.
 */
public final class TrustState {
    private final ConcurrentMap<String, OrganizationTrust> watched = new ConcurrentHashMap<>();
    private final Cache<String, OrganizationTrust> onNeed;
    /** Null where a feed supplies what is needed. */
    private final @Nullable Function<String, @Nullable OrganizationTrust> loader;

    private final NeededParts needed;
    private volatile @Nullable InstallationTrust installation;

    /** A state that holds what it is given, and a thousand more organizations at most for as long as they are needed. */
    public TrustState() {
        this(new NeededParts(NeededParts.DEFAULT_LIMIT), NeededParts.DEFAULT_IDLE, Ticker.systemTicker());
    }

    /**
     * A state that asks for an organization on first need.
     *
     * @param idle how long an organization is kept that nobody needs
     */
    public TrustState(NeededParts needed, Duration idle, Ticker ticker) {
        this.needed = needed;
        this.loader = null;
        this.onNeed = Caffeine.newBuilder()
                .maximumSize(needed.limit())
                .expireAfter(new SinceRead(idle))
                .ticker(ticker)
                .executor(Runnable::run)
                .evictionListener((@Nullable String id, @Nullable OrganizationTrust part, RemovalCause cause) ->
                        needed.letGo(Objects.requireNonNull(id)))
                .build();
    }

    /**
     * A state that reads an organization's part by itself on first need.
     *
     * @param loader reads a part as it stands now, null where there is no such organization; changes that arrive
     *     meanwhile wait for it and are then applied to what it returned
     */
    public TrustState(Function<String, @Nullable OrganizationTrust> loader) {
        this.needed = new NeededParts(0);
        this.loader = loader;
        this.onNeed = Caffeine.newBuilder().build();
    }

    /** Which organizations are needed that are not watched. */
    public NeededParts needed() {
        return needed;
    }

    /** Null means that nothing can be decided yet. */
    public @Nullable InstallationTrust installation() {
        return installation;
    }

    /** Null means "load it or refuse", never "not revoked"; it is asked for then. */
    public @Nullable OrganizationTrust organization(String id) {
        OrganizationTrust part = watched.get(id);
        if (part == null) {
            part = onNeed.getIfPresent(id);
        }
        if (part != null) {
            return part;
        }
        if (loader != null) {
            return onNeed.get(id, loader);
        }
        needed.need(id);
        return null;
    }

    /** What is held of a part, by its id; nobody is taken to need it for that. */
    public @Nullable TrustPart held(String id) {
        if (id.equals(TrustPart.INSTALLATION)) {
            return installation;
        }
        OrganizationTrust part = watched.get(id);
        return part != null ? part : onNeed.policy().getIfPresentQuietly(id);
    }

    /**
     * Takes a whole part in place of what was held of it, unless that is newer. The part stays as fresh as it was: it
     * holds at least what was known to be current then.
     */
    public void replace(TrustPart part) {
        if (part instanceof InstallationTrust whole) {
            InstallationTrust held = installation;
            if (held == null) {
                installation = whole;
            } else if (held.revision() <= whole.revision()) {
                installation = whole.confirmed(held.freshness());
            }
        } else if (part instanceof OrganizationTrust whole) {
            organizations(whole.id())
                    .merge(
                            whole.id(),
                            whole,
                            (held, newer) ->
                                    held.revision() <= newer.revision() ? newer.confirmed(held.freshness()) : held);
        }
    }

    /** Lets go of everything, as when the authority's history is another one. */
    public void clear() {
        installation = null;
        watched.clear();
        onNeed.invalidateAll();
    }

    /**
     * Applies one change. A part that is not held begins when its organization is created; as there was nothing to know
     * until then, it is as fresh as the installation.
     *
     * @return false where the part is not held, or lacks the change before this one; it is then left as it was
     */
    public boolean apply(String part, TrustChange change, long revision, long previousRevision) {
        if (part.equals(TrustPart.INSTALLATION)) {
            InstallationTrust held = installation;
            if (held == null || !follows(held, revision, previousRevision)) {
                return false;
            }
            if (held.revision() < revision) {
                installation = held.after(change, revision);
            }
            return true;
        }
        OrganizationTrust now = organizations(part).compute(part, (id, held) -> {
            OrganizationTrust before = held == null && previousRevision == 0 ? beginning(id) : held;
            return before != null && before.revision() < revision && follows(before, revision, previousRevision)
                    ? before.after(change, revision)
                    : held;
        });
        return now != null && now.revision() >= revision;
    }

    /** Notes that these parts, as they are held, were current as of a time. */
    public void confirm(Freshness freshness, Set<String> parts) {
        InstallationTrust held = installation;
        for (String id : parts) {
            if (!id.equals(TrustPart.INSTALLATION)) {
                organizations(id).computeIfPresent(id, (same, part) -> part.confirmed(freshness));
            } else if (held != null) {
                installation = held.confirmed(freshness);
            }
        }
    }

    /** The revision of each part that is held, by its id. */
    public Map<String, Long> revisions() {
        Map<String, Long> revisions = new HashMap<>();
        watched.forEach((id, part) -> revisions.put(id, part.revision()));
        onNeed.asMap().forEach((id, part) -> revisions.put(id, part.revision()));
        InstallationTrust held = installation;
        if (held != null) {
            revisions.put(TrustPart.INSTALLATION, held.revision());
        }
        return revisions;
    }

    /** Shows each part that is held; cheap, as nothing is copied, and nobody is taken to need one for it. */
    public void forEach(Consumer<TrustPart> each) {
        InstallationTrust held = installation;
        if (held != null) {
            each.accept(held);
        }
        watched.values().forEach(each);
        onNeed.asMap().values().forEach(each);
    }

    /**
     * Where a part is kept: where it is, and only if it is nowhere where it belongs. What comes without having been
     * needed may be needed a moment later, before or after it is here.
     */
    private ConcurrentMap<String, OrganizationTrust> organizations(String id) {
        if (loader != null) {
            return onNeed.asMap();
        }
        if (watched.containsKey(id)) {
            return watched;
        }
        return onNeed.asMap().containsKey(id) || needed.contains(id) ? onNeed.asMap() : watched;
    }

    private OrganizationTrust beginning(String id) {
        InstallationTrust beside = installation;
        return OrganizationTrust.unchanged(id, 0, beside == null ? Freshness.NEVER : beside.freshness());
    }

    private static boolean follows(TrustPart held, long revision, long previousRevision) {
        return held.revision() >= revision || held.revision() == previousRevision;
    }

    /** Only being asked about a token counts as use; changes and confirmations come to every part. */
    private record SinceRead(Duration idle) implements Expiry<String, OrganizationTrust> {
        @Override
        public long expireAfterCreate(String id, OrganizationTrust part, long now) {
            return idle.toNanos();
        }

        @Override
        public long expireAfterUpdate(String id, OrganizationTrust part, long now, long left) {
            return left;
        }

        @Override
        public long expireAfterRead(String id, OrganizationTrust part, long now, long left) {
            return idle.toNanos();
        }
    }
}
