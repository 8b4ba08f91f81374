package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.token.Algorithm;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every ledger promises of the key that the feed is signed with. */
interface FeedKeyContract {
    StoredFeedKey KEY = new StoredFeedKey(
            "k".repeat(43), Algorithm.ES256, "p".repeat(1024), "s".repeat(8192), Samples.NOW.plusMillis(1));

    Ledger ledger();

    private void change(Consumer<FeedKeyRecords> work) {
        ledger().write(tx -> {
            work.accept(tx.feedKey());
            return tx;
        });
    }

    private Optional<StoredFeedKey> held() {
        return ledger().read(tx -> tx.feedKey().find());
    }

    @Test
    default void thereIsNoFeedKeyBeforeTheFirstStartAndOneFromThenOn() {
        assertEquals(Optional.empty(), held());
        change(keys -> keys.insert(KEY));
        assertEquals(Optional.of(KEY), held());
        StoredFeedKey another = new StoredFeedKey("another", Algorithm.ES256, "p", "s", Samples.NOW);
        assertThrows(RuntimeException.class, () -> change(keys -> keys.insert(another)));
        assertEquals(Optional.of(KEY), held());
    }

    @Test
    default void itsSealChangesAndNothingElse() {
        change(keys -> keys.insert(KEY));
        change(keys -> keys.update(KEY.with("sealed otherwise")));
        assertEquals(Optional.of(KEY.with("sealed otherwise")), held());
        change(keys -> keys.update(new StoredFeedKey("another", Algorithm.ES256, "p", "s", Samples.NOW)));
        assertEquals(Optional.of(KEY.with("sealed otherwise")), held());
    }

    @Test
    default void itIsNoSigningKey() {
        change(keys -> keys.insert(KEY));
        assertEquals(List.of(), ledger().read(tx -> tx.keys().list()));
        assertEquals(Optional.empty(), ledger().read(tx -> tx.keys().find(KEY.id())));
        assertEquals(Optional.empty(), ledger().read(tx -> tx.keys().active()));
    }
}
