package dev.signet.authority.tokens;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What has ended, as status list tokens (IETF Token Status List, section 5.1) that are signed by the key that signs
 * tokens: one bit for each index, set where no value that carries it is good any more. Thread-safe.
 *
 * <p>A list tells a little less than a verifier knows: neither roles nor, of people, what a raised epoch has ended, as
 * all tokens of a person carry one index.
 */
public final class StatusLists {
    public static final String MEDIA_TYPE = "application/statuslist+jwt";

    /** The name of the list of platform tokens. */
    static final String INSTALLATION = "installation";

    private static final String TYPE = "statuslist+jwt";
    /** Lists grow by so many at a time, and there is always some room: a value that is newer than a list is in it. */
    private static final int GROWTH = 1 << 20;

    private static final int ROOM = 1 << 18;

    /** Of how many organizations the latest list is kept. */
    private static final int MOST_KEPT = 256;

    private final Ledger ledger;
    private final TrustState trust;
    private final TokensConfig config;
    private final TokenMinter minter;
    private final InstantSource clock;
    private final Predicate<String> exists;
    /** By part, the one that was asked for longest ago first. */
    private final Map<String, Edition> kept = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Lists as anybody may ask for them, so asking again costs neither the store nor the signer anything.
     *
     * @param trust what this authority's own checker goes by
     * @param exists whether there is such an organization; the store is not asked for what never was
     */
    public StatusLists(
            Ledger ledger,
            TrustState trust,
            Predicate<String> exists,
            TokensConfig config,
            TokenMinter minter,
            InstantSource clock) {
        this.ledger = ledger;
        this.trust = trust;
        this.exists = exists;
        this.config = config;
        this.minter = minter;
        this.clock = clock;
    }

    /** A list as it stands, signed once somebody wants the whole of it. */
    public final class Edition {
        private final String part;
        private final InstallationTrust installation;
        private final @Nullable OrganizationTrust organization;
        private final Stored stored;
        private final Instant now;
        private final long keptSeconds;
        /** How many graces are over. */
        private final long over;
        /** In milliseconds, the last moment before the next grace is over. */
        private final long unchangedUntil;

        private @Nullable String signed;

        private Edition(
                String part,
                InstallationTrust installation,
                @Nullable OrganizationTrust organization,
                Stored stored,
                Instant now) {
            this.part = part;
            this.installation = installation;
            this.organization = organization;
            this.stored = stored;
            this.now = now;
            this.keptSeconds =
                    Math.max(1, installation.policy().maximumStaleness().toSeconds() / 2);
            long nowMillis = now.toEpochMilli();
            Collection<Long> graces =
                    organization == null ? List.of() : organization.ending().values();
            this.over = graces.stream().filter(notAfter -> notAfter < nowMillis).count();
            this.unchangedUntil = graces.stream()
                    .filter(notAfter -> notAfter >= nowMillis)
                    .min(Comparator.naturalOrder())
                    .orElse(Long.MAX_VALUE);
        }

        /** Whether it is what would be made now; it has room for what was issued since. */
        private boolean isCurrent(
                InstallationTrust installation, @Nullable OrganizationTrust organization, Instant now) {
            return this.installation.revision() == installation.revision()
                    && revision(this.organization) == revision(organization)
                    && period(this.now) == period(now)
                    && now.toEpochMilli() <= unchangedUntil;
        }

        private long period(Instant time) {
            return time.getEpochSecond() / keptSeconds;
        }

        /** For how many seconds it may be kept. */
        public long keptSeconds() {
            return keptSeconds;
        }

        /** Differs where what it says does, and from one time of keeping to the next, as it expires. */
        public String version() {
            long revision = organization == null ? installation.revision() : organization.revision();
            String signer = stored.key() == null ? "" : stored.key().id();
            return revision + "-" + stored.epoch() + "-" + stored.allotted() + "-" + over + "-" + signer + "-"
                    + period(now);
        }

        /** The status list token. */
        public synchronized String signed() {
            String known = signed;
            if (known == null) {
                known = sign();
                signed = known;
            }
            return known;
        }

        private String sign() {
            String uri = minter.statusListOf(organization == null ? null : part);
            return minter.signer(stored.key())
                    .sign(
                            TYPE,
                            new JWTClaimsSet.Builder()
                                    .issuer(config.issuer())
                                    .subject(uri)
                                    .issueTime(Date.from(now))
                                    .expirationTime(Date.from(now.plusSeconds(2 * keptSeconds)))
                                    .claim("ttl", keptSeconds)
                                    .claim("status_list", Map.of("bits", 1, "lst", compressed(bits())))
                                    .build());
        }

        private byte[] bits() {
            int length = (stored.allotted() + ROOM + GROWTH - 1) / GROWTH * GROWTH;
            BitSet ended = new BitSet(length);
            if (organization == null) {
                mark(ended, installation.revoked());
                mark(ended, stored.belowEpoch());
            } else if (organization.deleted()) {
                ended.set(0, length);
            } else {
                mark(ended, organization.revoked());
                mark(ended, stored.belowEpoch());
                long nowMillis = now.toEpochMilli();
                organization.ending().forEach((index, notAfter) -> {
                    if (nowMillis > notAfter) {
                        ended.set(index);
                    }
                });
            }
            byte[] bits = new byte[length / Byte.SIZE];
            byte[] used = ended.toByteArray();
            System.arraycopy(used, 0, bits, 0, Math.min(used.length, bits.length));
            return bits;
        }
    }

    /**
     * What only the ledger tells.
     *
     * @param allotted all indexes that values may carry lie below
     * @param epoch that of the organization or of the installation, whichever ends more
     * @param belowEpoch those of API tokens, or of the operator's, that the epoch has ended
     */
    private record Stored(
            int allotted,
            long epoch,
            Indexes belowEpoch,
            @Nullable StoredKey key) {}

    /**
     * The list of an organization, by its id, or that of {@link #INSTALLATION}.
     *
     * @return empty where there is no such list
     */
    public Optional<Edition> current(String name) {
        InstallationTrust installation =
                Objects.requireNonNull(trust.installation(), "the installation is not read yet");
        boolean whole = name.equals(INSTALLATION);
        OrganizationTrust organization =
                IdType.ORGANIZATION.matches(name) && exists.test(name) ? trust.organization(name) : null;
        if (!whole && organization == null) {
            return Optional.empty();
        }
        String part = whole ? TrustPart.INSTALLATION : name;
        Edition latest = kept(part);
        if (latest == null || !latest.isCurrent(installation, organization, clock.instant())) {
            Stored stored = ledger.read(tx -> stored(tx, part));
            latest = new Edition(part, installation, organization, stored, clock.instant());
            keep(latest);
        }
        return Optional.of(latest);
    }

    private static Stored stored(Transaction tx, String part) {
        long epoch = Math.max(tx.trust().epoch(part), tx.trust().epoch(TrustPart.INSTALLATION));
        return new Stored(
                tx.allottedIndexes(part),
                epoch,
                belowEpoch(tx, part, epoch),
                tx.keys().active().orElse(null));
    }

    private static Indexes belowEpoch(Transaction tx, String part, long epoch) {
        if (epoch == 0) {
            return Indexes.NONE;
        }
        return part.equals(TrustPart.INSTALLATION)
                ? Indexes.of(tx.tokens().platformTokens().stream()
                        .map(PlatformToken::value)
                        .filter(value -> value.grantsRevision() < epoch)
                        .map(IssuedValue::index)
                        .toList())
                : tx.tokens().indexesBelow(part, epoch);
    }

    private @Nullable Edition kept(String part) {
        synchronized (kept) {
            return kept.get(part);
        }
    }

    private void keep(Edition edition) {
        synchronized (kept) {
            kept.put(edition.part, edition);
            if (kept.size() > MOST_KEPT) {
                Iterator<String> longestAgo = kept.keySet().iterator();
                longestAgo.next();
                longestAgo.remove();
            }
        }
    }

    private static long revision(@Nullable OrganizationTrust organization) {
        return organization == null ? 0 : organization.revision();
    }

    private static void mark(BitSet ended, Indexes indexes) {
        for (int index : indexes.toArray()) {
            ended.set(index);
        }
    }

    private static String compressed(byte[] bits) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(bits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64URL.encode(bytes.toByteArray()).toString();
    }
}
