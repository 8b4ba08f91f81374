package dev.signet.verifier.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the trust state that this process holds. Read by any thread without locks, one immutable part at a
 * time; changed by one feed at a time.
 */
public final class TrustState {
    private final Cache<String, OrganizationTrust> organizations =
            Caffeine.newBuilder().build();
    private final Function<String, @Nullable OrganizationTrust> loader;
    private volatile @Nullable InstallationTrust installation;

    /** A state that holds what it is given and nothing else. */
    public TrustState() {
        this(organization -> null);
    }

    /**
     * A state that loads an organization's part on first need.
     *
     * @param loader reads a part as it stands now, null where there is no such organization; changes that arrive
     *     meanwhile wait for it and are then applied to what it returned
     */
    public TrustState(Function<String, @Nullable OrganizationTrust> loader) {
        this.loader = loader;
    }

    /** Null means that nothing can be decided yet. */
    public @Nullable InstallationTrust installation() {
        return installation;
    }

    /** Null means "load it or refuse", never "not revoked". */
    public @Nullable OrganizationTrust organization(String id) {
        OrganizationTrust held = organizations.getIfPresent(id);
        return held != null ? held : organizations.get(id, loader);
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
            organizations
                    .asMap()
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
        organizations.invalidateAll();
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
        OrganizationTrust now = organizations.asMap().compute(part, (id, held) -> {
            OrganizationTrust before = held == null && previousRevision == 0 ? beginning(id) : held;
            return before != null && before.revision() < revision && follows(before, revision, previousRevision)
                    ? before.after(change, revision)
                    : held;
        });
        return now != null && now.revision() >= revision;
    }

    /** Notes that the held parts were current as of a time, except those for which a snapshot is awaited. */
    public void confirm(Freshness freshness, Predicate<String> except) {
        InstallationTrust held = installation;
        if (held != null && !except.test(TrustPart.INSTALLATION)) {
            installation = held.confirmed(freshness);
        }
        organizations.asMap().replaceAll((id, part) -> except.test(id) ? part : part.confirmed(freshness));
    }

    /** The revision of each part that is held, by its id. */
    public Map<String, Long> revisions() {
        Map<String, Long> revisions = new HashMap<>();
        organizations.asMap().forEach((id, part) -> revisions.put(id, part.revision()));
        InstallationTrust held = installation;
        if (held != null) {
            revisions.put(TrustPart.INSTALLATION, held.revision());
        }
        return revisions;
    }

    private OrganizationTrust beginning(String id) {
        InstallationTrust beside = installation;
        return OrganizationTrust.unchanged(id, 0, beside == null ? Freshness.NEVER : beside.freshness());
    }

    private static boolean follows(TrustPart held, long revision, long previousRevision) {
        return held.revision() >= revision || held.revision() == previousRevision;
    }
}
