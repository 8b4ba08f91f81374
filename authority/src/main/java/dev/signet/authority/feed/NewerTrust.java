package dev.signet.authority.feed;

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
import java.util.Base64;
import java.util.List;

/**
 * What a verifier knows of the trust state that a restored ledger does not, as its authority signed it.
 *
 * @param parts each as it was at one and the same revision
 */
public record NewerTrust(List<TrustPart> parts) {
    private static final String KEY = "trust-state";

    public NewerTrust {
        parts = List.copyOf(parts);
    }

    /**
     * Reads the file {@code trust-state} of a verifier.
     *
     * @param through the last revision that it has to reach
     * @param ledger the restored one, still as it was in the backup
     * @throws InvalidConfiguration where the file is not what this ledger's authority signed, or too old
     */
    public static NewerTrust read(Path file, long through, Ledger ledger, TrustCodec codec, VerificationKeys keys) {
        StoredFeedKey stored = ledger.read(tx -> tx.feedKey().find())
                .orElseThrow(() -> new InvalidConfiguration(KEY, "cannot be checked: the backup holds no feed key"));
        KeptTrust.Signed signed;
        try {
            signed = KeptTrust.read(file, new StoredFeedKeys(stored, keys), codec);
        } catch (IOException e) {
            throw new InvalidConfiguration(KEY, "cannot be read, or is no trust state of a verifier: " + file);
        }
        if (signed == null) {
            throw new InvalidConfiguration(KEY, "is not signed with the feed key " + stored.id() + ": " + file);
        }
        if (!signed.ledgerId().equals(ledger.id())) {
            throw new InvalidConfiguration(KEY, "is of another ledger than the backup: " + file);
        }
        if (signed.head() < through) {
            throw new InvalidConfiguration(
                    KEY, "reaches revision " + signed.head() + " only, and --through asks for " + through);
        }
        long head = ledger.read(tx -> tx.trust().head());
        if (signed.head() < head) {
            throw new InvalidConfiguration(
                    KEY, "is older than the backup: it reaches revision " + signed.head() + ", the backup " + head);
        }
        return new NewerTrust(signed.parts());
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
