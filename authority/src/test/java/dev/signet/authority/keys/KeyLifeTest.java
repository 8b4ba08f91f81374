package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule to the millisecond. */
final class KeyLifeTest {
    private static final Instant SINCE = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final KeyLife LIFE =
            new KeyLife(Algorithm.ES256, Duration.ofDays(30), Duration.ofSeconds(60), Duration.ofHours(24));

    private static StoredKey key(String id, KeyState state) {
        return key(id, state, Algorithm.ES256, SINCE);
    }

    private static StoredKey key(String id, KeyState state, Algorithm algorithm, Instant since) {
        return new StoredKey(id, algorithm, state, "sealed", SINCE.minusSeconds(1), since);
    }

    private static Instant after(Duration duration) {
        return SINCE.plus(duration);
    }

    @Test
    void aKeySignsOnceItIsKnownForTheStalenessAndTheSlack() {
        List<StoredKey> keys = List.of(key("active", KeyState.ACTIVE), key("next", KeyState.PREPARED));
        Instant known = after(Duration.ofSeconds(65));
        assertEquals(known, LIFE.knownFrom(keys.get(1)));
        assertTrue(LIFE.reserve(keys, known.minusMillis(1)).isEmpty());
        assertEquals(Optional.of(keys.get(1)), LIFE.reserve(keys, known));
    }

    @Test
    void aLargerStalenessThatVerifiersMayGoByCountsAndASmallerDoesNot() {
        StoredKey next = key("next", KeyState.PREPARED);
        assertEquals(
                after(Duration.ofSeconds(605)),
                LIFE.under(Duration.ofSeconds(600)).knownFrom(next));
        assertSame(LIFE, LIFE.under(Duration.ofSeconds(60)));
        assertSame(LIFE, LIFE.under(Duration.ofSeconds(59)));
    }

    @Test
    void theLongestKnownOfTheWantedAlgorithmIsNext() {
        StoredKey older = key("b", KeyState.PREPARED, Algorithm.EDDSA, SINCE.minusSeconds(9));
        StoredKey first = key("c", KeyState.PREPARED, Algorithm.ES256, SINCE.minusSeconds(1));
        StoredKey second = key("a", KeyState.PREPARED);
        List<StoredKey> keys = List.of(second, older, first);
        assertEquals(Optional.of(first), LIFE.prepared(keys));
        assertEquals(Optional.of(first), LIFE.reserve(keys, after(Duration.ofSeconds(65))));
        assertEquals(Optional.of(first), LIFE.reserve(keys, after(Duration.ofSeconds(64))));
        assertTrue(
                LIFE.reserve(keys, after(Duration.ofSeconds(63))).isEmpty(),
                "that of the other algorithm is no reserve");
    }

    @Test
    void whereNobodyMayBeWaitedForTheLongestKnownSignsWhateverItsAlgorithm() {
        StoredKey older = key("b", KeyState.PREPARED, Algorithm.EDDSA, SINCE.minusSeconds(9));
        StoredKey wanted = key("a", KeyState.PREPARED);
        assertEquals(Optional.of(older), LIFE.successorAtOnce(List.of(wanted, older), SINCE));
        assertEquals(
                Optional.of(wanted),
                LIFE.successorAtOnce(List.of(wanted, older), after(Duration.ofSeconds(65))),
                "the wanted one, once every verifier knows it");
        assertTrue(LIFE.successorAtOnce(List.of(key("x", KeyState.RETIRING)), SINCE)
                .isEmpty());
    }

    @Test
    void aKeySignsForThePeriod() {
        List<StoredKey> keys = List.of(key("active", KeyState.ACTIVE), key("next", KeyState.PREPARED));
        assertFalse(LIFE.isRotationDue(keys, after(Duration.ofDays(30)).minusMillis(1)));
        assertTrue(LIFE.isRotationDue(keys, after(Duration.ofDays(30))));
        assertFalse(LIFE.isRotationDue(List.of(key("next", KeyState.PREPARED)), after(Duration.ofDays(99))));
    }

    @Test
    void whatIsNotRecordedIsOverAfterItsLongestLifeTheLastSignatureAndTheSkew() {
        Instant over = after(Duration.ofHours(24).plusSeconds(10 + 30));
        StoredKey retiring = key("old", KeyState.RETIRING);
        assertFalse(LIFE.isPastUnrecorded(retiring, over));
        assertTrue(LIFE.isPastUnrecorded(retiring, over.plusMillis(1)));
        assertEquals(SINCE.minusSeconds(30), KeyLife.endedEverywhere(SINCE));
    }

    @Test
    void aReserveOfAnotherAlgorithmIsKeptUntilTheWantedOneIsReady() {
        StoredKey other = key("b", KeyState.PREPARED, Algorithm.PS256, SINCE.minusSeconds(9));
        StoredKey wanted = key("a", KeyState.PREPARED);
        List<StoredKey> keys = List.of(key("active", KeyState.ACTIVE), other, wanted);
        assertEquals(
                List.of(), LIFE.superfluous(keys, after(Duration.ofSeconds(65)).minusMillis(1)));
        assertEquals(List.of(other), LIFE.superfluous(keys, after(Duration.ofSeconds(65))));
        assertEquals(List.of(), LIFE.superfluous(List.of(other), after(Duration.ofDays(1))));
        assertTrue(LIFE.isReserveAwaited(keys, SINCE));
        assertFalse(LIFE.isReserveAwaited(List.of(keys.get(0), wanted), SINCE));
        assertTrue(LIFE.isReserveAwaited(List.of(keys.get(0), wanted), after(Duration.ofDays(30))));
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsRetiredForAWeekIsForgotten(KeyState state) {
        Instant week = after(Duration.ofDays(7));
        assertFalse(LIFE.mayBeForgotten(key("old", state), week));
        assertEquals(state == KeyState.RETIRED, LIFE.mayBeForgotten(key("old", state), week.plusMillis(1)));
    }
}
