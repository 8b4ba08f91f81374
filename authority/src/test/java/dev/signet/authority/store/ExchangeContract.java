package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: what an exchange looks up. */
interface ExchangeContract {
    Ledger ledger();

    Samples samples();

    private ApiKey storedKey() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ApiKey key = new ApiKey(
                samples().id(IdType.KEY),
                deployment,
                "a key",
                "",
                "00ff",
                7,
                Samples.NOW,
                Samples.NOW,
                "somebody",
                1,
                Samples.NOW);
        ledger().write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            tx.directory().insert(Samples.entry(workspace));
            tx.directory().insert(Samples.entry(deployment));
            tx.apiKeys().insert(key);
            return tx;
        });
        return ledger().read(tx -> tx.apiKeys().find(key.id())).orElseThrow();
    }

    private static StoredKey signingKey(String id, KeyState state) {
        return new StoredKey(id, Algorithm.EDDSA, state, "sealed", Samples.NOW, Samples.NOW.plusSeconds(3));
    }

    @Test
    default void anExchangeFindsTheKeyWithTheActiveSigningKeyAndTheHead() {
        ApiKey key = storedKey();
        assertEquals(Optional.of(new KeyToExchange(key, null, 0)), ledger().keyToExchange(key.id()));
        StoredKey active = signingKey("active", KeyState.ACTIVE);
        ledger().write(tx -> {
            tx.keys().insert(signingKey("next", KeyState.PREPARED));
            tx.keys().insert(active);
            tx.keys().insert(signingKey("before", KeyState.RETIRING));
            tx.announce(key.deployment().organization(), new TrustChange.OrganizationCreated());
            return tx;
        });
        assertEquals(Optional.of(new KeyToExchange(key, active, 1)), ledger().keyToExchange(key.id()));
        assertEquals(Optional.empty(), ledger().keyToExchange(samples().id(IdType.KEY)));
        ledger().write(tx -> {
            tx.apiKeys().delete(key.id());
            return tx;
        });
        assertEquals(Optional.empty(), ledger().keyToExchange(key.id()));
    }

    /** Each write moves the key, the signing key and the head on by one. */
    @Test
    default void whatAnExchangeFindsIsOfOneState() throws Exception {
        int writes = 200;
        ApiKey first = storedKey();
        ledger().write(tx -> {
            tx.keys().insert(signingKey("1", KeyState.ACTIVE));
            tx.announce(first.deployment().organization(), new TrustChange.OrganizationCreated());
            return tx;
        });
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = writer.submit(() -> {
                ApiKey key = first;
                for (int n = 2; n <= writes; n++) {
                    String kid = String.valueOf(n);
                    key = key.described("a key", "", Samples.NOW);
                    ApiKey next = key;
                    ledger().write(tx -> {
                        tx.apiKeys().update(next);
                        tx.keys().delete(String.valueOf(next.version() - 1));
                        tx.keys().insert(signingKey(kid, KeyState.ACTIVE));
                        tx.announce(first.deployment().organization(), new TrustChange.OrganizationCreated());
                        return tx;
                    });
                }
            });
            long seen = 0;
            while (seen < writes) {
                KeyToExchange found = ledger().keyToExchange(first.id()).orElseThrow();
                assertTrue(found.head() >= seen);
                seen = found.head();
                assertEquals(seen, found.key().version());
                StoredKey signingKey = found.signingKey();
                assertEquals(String.valueOf(seen), signingKey == null ? "none" : signingKey.id());
                if (writing.isDone()) {
                    LedgerContract.join(writing);
                }
            }
        } finally {
            writer.shutdownNow();
        }
    }
}
