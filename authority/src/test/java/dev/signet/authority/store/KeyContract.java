package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every ledger promises of signing keys, of the tokens that they signed, and of epochs. */
interface KeyContract {

    Ledger ledger();

    Samples samples();

    private void change(Consumer<Transaction> work) {
        ledger().write(tx -> {
            work.accept(tx);
            return tx;
        });
    }

    private <T> T keys(Function<KeyRecords, T> read) {
        return ledger().read(tx -> read.apply(tx.keys()));
    }

    private boolean isNeeded(String key, Instant now) {
        return keys(it -> it.hasLiveTokens(key, now) ? List.of(key) : List.of()).contains(key);
    }

    private long epoch(String part) {
        return ledger().read(tx -> List.of(tx.trust().epoch(part))).get(0);
    }

    private static StoredKey key(String id, KeyState state, Instant created) {
        return new StoredKey(id, Algorithm.ES256, state, "sealed", created, created.plusSeconds(1));
    }

    @Test
    default void keysComeInTheOrderOfCreation() {
        StoredKey later = key("a", KeyState.ACTIVE, Samples.NOW.plusMillis(1));
        StoredKey earlier =
                new StoredKey("b", Algorithm.EDDSA, KeyState.REVOKED, "s".repeat(8192), Samples.NOW, Samples.NOW);
        change(tx -> {
            tx.keys().insert(later);
            tx.keys().insert(earlier);
        });
        assertEquals(List.of(earlier, later), keys(KeyRecords::list));
        assertEquals(
                List.of(earlier, later), ledger().write(tx -> tx.keys().lock()).value());
        assertEquals(later, keys(it -> it.find("a")).orElseThrow());
        assertTrue(keys(it -> it.find("c")).isEmpty());
        assertEquals(later, keys(KeyRecords::active).orElseThrow());
    }

    @Test
    default void aKeyChangesItsStateAndItsSealAndGoes() {
        StoredKey key = key("a", KeyState.ACTIVE, Samples.NOW);
        StoredKey other = key("b", KeyState.PREPARED, Samples.NOW);
        change(tx -> {
            tx.keys().insert(key);
            tx.keys().insert(other);
        });
        StoredKey retiring =
                key.in(KeyState.RETIRING, Samples.NOW.plusSeconds(7)).with("sealed otherwise");
        change(tx -> tx.keys().update(retiring));
        assertEquals(List.of(retiring, other), keys(KeyRecords::list));
        assertTrue(keys(KeyRecords::active).isEmpty());
        change(tx -> tx.keys().delete("a"));
        assertEquals(List.of(other), keys(KeyRecords::list));
    }

    @Test
    default void aKeyIsNeededAsLongAsAValueOfItIsGood() {
        ResourcePath organization = samples().organization();
        Instant now = Samples.NOW;
        assertFalse(isNeeded("kid", now));
        ApiToken forEver = token(organization, null);
        ApiToken ending = token(organization, now.plusMillis(1));
        ApiToken ended = token(organization, now);
        ApiToken rotated = token(organization, null);
        IssuedValue next = rotated.value();
        ApiToken graceful = rotated.rotated(
                new IssuedValue("next", 99, "another", 42, next.audience(), now, null),
                new ApiToken.Previous(next.valueId(), next.index(), next.keyId(), now.plusSeconds(60), null),
                now);
        PlatformToken platform =
                new PlatformToken(samples().id(IdType.PLATFORM), samples().value(now.plusSeconds(1)));
        change(tx -> {
            tx.directory().insert(Samples.entry(organization));
            List.of(forEver, ending, ended, rotated).forEach(tx.tokens()::insert);
            tx.tokens().update(graceful);
            tx.tokens().insert(platform);
        });
        assertEquals(Map.of(organization.id(), 3L, "", 1L), keys(it -> it.liveTokens("kid", now)));
        assertEquals(Map.of(organization.id(), 1L), keys(it -> it.liveTokens("another", now)));
        assertEquals(Map.of(), keys(it -> it.liveTokens("unheard of", now)));

        Instant later = now.plusSeconds(60);
        assertEquals(Map.of(organization.id(), 1L), keys(it -> it.liveTokens("kid", later)));
        assertTrue(isNeeded("kid", later));
        change(tx -> tx.tokens().delete(forEver.id()));
        assertFalse(isNeeded("kid", later));
        assertTrue(isNeeded("another", later));
    }

    private ApiToken token(ResourcePath organization, @Nullable Instant expireTime) {
        ApiToken token = samples().token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER"));
        return token.rotated(samples().value(expireTime), null, Samples.NOW);
    }

    @Test
    default void anEpochIsTheRevisionThatRaisedIt() {
        ResourcePath organization = samples().organization();
        ResourcePath other = samples().organization();
        change(tx -> {
            tx.directory().insert(Samples.entry(organization));
            tx.directory().insert(Samples.entry(other));
            tx.announce(organization.id(), new TrustChange.OrganizationCreated());
        });
        assertEquals(0, epoch(organization.id()));
        long revision = ledger().write(tx -> {
                    tx.announce(other.id(), new TrustChange.OrganizationCreated());
                    tx.raiseEpoch(organization.id());
                    return tx;
                })
                .revision();
        assertEquals(3, revision);
        assertEquals(3, epoch(organization.id()));
        assertEquals(
                new TrustChange.EpochRaised(3),
                ledger().read(tx -> tx.trust().of(organization.id(), 1, 9))
                        .get(0)
                        .change());
        assertEquals(0, epoch(other.id()));
        assertEquals(0, epoch(TrustPart.INSTALLATION));
        change(tx -> tx.raiseEpoch(TrustPart.INSTALLATION));
        assertEquals(4, epoch(TrustPart.INSTALLATION));
    }

    @Test
    default void whatAnEpochEndedNeedsNoKey() {
        ResourcePath organization = samples().organization();
        ApiToken token = token(organization, null);
        change(tx -> {
            tx.directory().insert(Samples.entry(organization));
            tx.tokens().insert(token);
        });
        for (int i = 0; i < 42; i++) {
            assertTrue(isNeeded("kid", Samples.NOW), "its grants are of revision 42");
            change(tx -> tx.raiseEpoch(organization.id()));
        }
        assertTrue(isNeeded("kid", Samples.NOW));
        change(tx -> tx.raiseEpoch(organization.id()));
        assertFalse(isNeeded("kid", Samples.NOW));
        assertEquals(Map.of(), keys(it -> it.liveTokens("kid", Samples.NOW)));
    }
}
