package dev.signet.authority.feed;

import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What verifiers know of the trust state that a restored ledger does not, as its authority signed it.
 *
 * @param parts each as it was at a revision that was asked for, or later
 */
public record NewerTrust(List<TrustPart> parts) {
    private static final String KEY = "trust-state";

    /** Less than for how long it stays known that something ended, by as much as clocks may be apart. */
    private static final Duration OLDEST_BACKUP = EndedValue.REMEMBERED.minusDays(1);

    public NewerTrust {
        parts = List.copyOf(parts);
    }

    /**
     * What a backup is brought up to date from.
     *
     * @param ledger the restored one, still as it was in the backup
     * @param taken when it was taken
     * @param through the last revision that was acknowledged to anybody
     */
    public record Backup(Ledger ledger, Instant taken, long through) {}

    /**
     * Reads the files {@code trust-state} of verifiers that watch different organizations, or one that watches all.
     *
     * @throws InvalidConfiguration where a file is not what this ledger's authority signed, or too old, or so much newer
     *     than the backup that verifiers may have forgotten what ended meanwhile
     */
    public static NewerTrust read(List<Path> files, Backup backup, TrustCodec codec, VerificationKeys keys) {
        Map<String, TrustPart> newest = new TreeMap<>();
        for (Path file : files) {
            for (TrustPart part : read(file, backup, codec, keys)) {
                newest.merge(part.id(), part, (a, b) -> a.revision() < b.revision() ? b : a);
            }
        }
        return new NewerTrust(List.copyOf(newest.values()));
    }

    private static List<TrustPart> read(Path file, Backup backup, TrustCodec codec, VerificationKeys keys) {
        Ledger ledger = backup.ledger();
        StoredFeedKey stored = ledger.read(tx -> tx.feedKey().find())
                .orElseThrow(() -> new InvalidConfiguration(KEY, "cannot be checked: the backup holds no feed key"));
        KeptTrust.Signed signed;
        try {
            signed = KeptTrust.read(file, new StoredFeedKeys(stored, keys), codec);
        } catch (IOException e) {
            throw new InvalidConfiguration(KEY, "cannot be read, or is no trust state of a verifier: " + file);
        }
        if (signed == null) {
            throw new InvalidConfiguration(
                    KEY,
                    "is not signed with the feed key " + stored.id() + ", so it is another authority's, or changed: "
                            + file);
        }
        if (!signed.ledgerId().equals(ledger.id())) {
            throw new InvalidConfiguration(
                    KEY, "is of another ledger than the backup, from before or after one that was restored: " + file);
        }
        long head = ledger.read(tx -> tx.trust().head());
        if (signed.head() < head) {
            throw new InvalidConfiguration(
                    KEY,
                    "is older than the backup: it reaches revision " + signed.head() + ", the backup " + head + ": "
                            + file);
        }
        if (signed.head() < backup.through()) {
            throw new InvalidConfiguration(
                    KEY,
                    "reaches revision " + signed.head() + " only, and --through asks for " + backup.through() + ": "
                            + file);
        }
        if (signed.time().isAfter(backup.taken().plus(OLDEST_BACKUP))) {
            throw new InvalidConfiguration(
                    KEY,
                    "is of " + signed.time() + ", and the backup of " + backup.taken() + ": after "
                            + OLDEST_BACKUP.toDays() + " days verifiers no longer know of everything that ended, so "
                            + "only --raise-epochs without it will do: " + file);
        }
        return signed.parts();
    }

    /** The one feed key of the backup. */
    private record StoredFeedKeys(StoredFeedKey stored, VerificationKeys keys) implements FeedKeys {
        @Override
        public boolean accepts(VerificationKey welcomed) {
            return knows(welcomed);
        }

        @Override
        public boolean knows(VerificationKey welcomed) {
            return welcomed.getKeyId().equals(stored.id());
        }

        @Override
        public boolean verifies(byte[] input, byte[] signature) {
            return keys.get(stored.id(), stored.algorithm(), Base64.getDecoder().decode(stored.publicKey()))
                    .verifies(input, signature);
        }
    }
}
