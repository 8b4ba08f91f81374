package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.trust.KeyState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an authority does with its keys, so that a crash in the middle of each can be looked at. */
enum KeyOperation {
    /** The first start, or one that finds a rotation to be due. */
    START(KeysConfig.DEFAULT_ROTATION_PERIOD) {
        @Override
        void run(TestAuthority authority) {
            throw new AssertionError("is done by opening it");
        }

        @Override
        void assertDone(Left before, Left after) {
            if (before.keys().isEmpty()) {
                assertEquals(2, after.keys().size());
                assertEquals(1, after.platformTokens().size());
            } else {
                MAINTAIN.assertDone(before, after);
            }
        }
    },
    MAINTAIN(KeysConfig.DEFAULT_ROTATION_PERIOD) {
        @Override
        void run(TestAuthority authority) {
            authority.signingKeys().maintain();
        }

        @Override
        void assertDone(Left before, Left after) {
            assertTookOver(before, after, KeyState.RETIRING);
            assertEquals(before.platformTokens(), after.platformTokens());
        }
    },
    ROTATE(KeyHouse.KNOWN) {
        @Override
        void run(TestAuthority authority) {
            authority.signingKeys().rotate(authority.platform());
        }

        @Override
        void assertDone(Left before, Left after) {
            MAINTAIN.assertDone(before, after);
        }
    },
    REVOKE(KeyHouse.KNOWN) {
        @Override
        void run(TestAuthority authority) {
            String active = authority
                    .unpublished()
                    .read(tx -> tx.keys().active().orElseThrow().id());
            authority.signingKeys().revoke(authority.platform(), active);
        }

        @Override
        void assertDone(Left before, Left after) {
            assertTookOver(before, after, KeyState.REVOKED);
            assertEquals(1, after.platformTokens().size());
            assertNotEquals(before.platformTokens(), after.platformTokens());
            assertEquals(
                    after.active().id(), after.platformTokens().get(0).value().keyId());
        }
    },
    REKEY(KeyHouse.KNOWN) {
        @Override
        void run(TestAuthority authority) {
            authority.signingKeys().rekey(authority.platform());
        }

        @Override
        void assertDone(Left before, Left after) {
            // Which of them are sealed anew depends on how far the one before it came.
            assertEquals(before.unsealed(), after.unsealed());
            assertEquals(before.platformTokens(), after.platformTokens());
        }
    };

    /** What passes before, so that it can be done. */
    private final Duration delay;

    KeyOperation(Duration delay) {
        this.delay = delay;
    }

    /** What is in a store. */
    record Left(List<StoredKey> keys, List<PlatformToken> platformTokens, long head) {
        static Left in(Ledger store) {
            return store.read(tx -> new Left(
                    tx.keys().list(), tx.tokens().platformTokens(), tx.trust().head()));
        }

        StoredKey active() {
            return only(KeyState.ACTIVE);
        }

        StoredKey only(KeyState state) {
            List<StoredKey> found = KeyLife.in(state, keys);
            assertEquals(1, found.size(), () -> state + " are " + found);
            return found.get(0);
        }

        private Set<String> ids() {
            return keys.stream().map(StoredKey::id).collect(Collectors.toCollection(HashSet::new));
        }

        private List<StoredKey> unsealed() {
            return keys.stream().map(key -> key.with("sealed")).toList();
        }
    }

    Duration delay() {
        return delay;
    }

    abstract void run(TestAuthority authority);

    abstract void assertDone(Left before, Left after);

    /** Opens an authority over a store that may die, and does it. */
    final void run(AuthorityConfig config, FakeClock clock, long seed, Faults faults, Runnable ready) {
        if (this == START) {
            clock.advance(delay);
            ready.run();
            TestAuthority.open(config, clock, seed, faults).close();
            return;
        }
        try (TestAuthority authority = TestAuthority.open(config, clock, seed, faults)) {
            clock.advance(delay);
            ready.run();
            run(authority);
        }
    }

    private static void assertTookOver(Left before, Left after, KeyState old) {
        assertEquals(before.only(KeyState.PREPARED).id(), after.active().id());
        assertEquals(old, KeyRotation.find(after.keys(), before.active().id()).state());
        Set<String> made = after.ids();
        made.removeAll(before.ids());
        assertEquals(Set.of(after.only(KeyState.PREPARED).id()), made);
    }
}
