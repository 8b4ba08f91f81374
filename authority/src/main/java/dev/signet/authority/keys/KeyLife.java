package dev.signet.authority.keys;

import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a key may go on to its next state. Nothing here acts.
 *
 * @param algorithm what new keys are to be
 * @param rotationPeriod how long a key signs
 * @param maximumStaleness how long a verifier may not have heard of a key and still be asked, at least
 * @param longestUnrecorded the longest life of a value that the store does not record
 */
public record KeyLife(
        Algorithm algorithm, Duration rotationPeriod, Duration maximumStaleness, Duration longestUnrecorded) {
    /** What may lie between the time that is noted with a change and its commit, and between two authorities' clocks. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** How long a transaction that has read the active key may take to sign with it. */
    private static final Duration LAST_SIGNATURE = Duration.ofSeconds(10);

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
    private static final Duration KEPT_AFTER_RETIREMENT = Duration.ofDays(7);

    /** The same where verifiers may go by a larger maximum staleness, too. */
    KeyLife under(Duration staleness) {
        return staleness.compareTo(maximumStaleness) > 0
                ? new KeyLife(algorithm, rotationPeriod, staleness, longestUnrecorded)
                : this;
    }

    /** When every verifier that accepts anything knows a key: only then may it sign. */
    public Instant knownFrom(StoredKey prepared) {
        return prepared.stateTime().plus(maximumStaleness).plus(SLACK);
    }

    /** The key in reserve that may sign at once. */
    Optional<StoredKey> reserve(List<StoredKey> keys, Instant now) {
        return prepared(keys).filter(key -> !now.isBefore(knownFrom(key)));
    }

    /** The key in reserve that has been known for longest, of the algorithm that is wanted. */
    Optional<StoredKey> prepared(List<StoredKey> keys) {
        return in(KeyState.PREPARED, keys).stream()
                .filter(key -> key.algorithm() == algorithm)
                .findFirst();
    }

    /** Who signs where nobody may be waited for: the one that most verifiers know already. */
    Optional<StoredKey> successorAtOnce(List<StoredKey> keys, Instant now) {
        return reserve(keys, now).or(() -> in(KeyState.PREPARED, keys).stream().findFirst());
    }

    boolean isRotationDue(List<StoredKey> keys, Instant now) {
        return active(keys)
                .filter(key -> !now.isBefore(key.stateTime().plus(rotationPeriod)))
                .isPresent();
    }

    /** Whether nothing that a key signed and the store does not record can be good any more. */
    boolean isPastUnrecorded(StoredKey retiring, Instant now) {
        return now.isAfter(retiring.stateTime()
                .plus(LAST_SIGNATURE)
                .plus(longestUnrecorded)
                .plus(CLOCK_SKEW));
    }

    /** As of when a recorded value must have ended for no verifier to take it: none is further behind than the skew. */
    static Instant endedEverywhere(Instant now) {
        return now.minus(CLOCK_SKEW);
    }

    /** Whether something is to be done as soon as a key in reserve may sign. */
    boolean isReserveAwaited(List<StoredKey> keys, Instant now) {
        return isRotationDue(keys, now) || !ofOtherAlgorithms(keys).isEmpty();
    }

    /** Keys in reserve that will not be needed, as another algorithm is wanted and its reserve is ready. */
    List<StoredKey> superfluous(List<StoredKey> keys, Instant now) {
        return reserve(keys, now).isEmpty() ? List.of() : ofOtherAlgorithms(keys);
    }

    private List<StoredKey> ofOtherAlgorithms(List<StoredKey> keys) {
        return in(KeyState.PREPARED, keys).stream()
                .filter(key -> key.algorithm() != algorithm)
                .toList();
    }

    boolean mayBeForgotten(StoredKey key, Instant now) {
        return key.state() == KeyState.RETIRED && now.isAfter(key.stateTime().plus(KEPT_AFTER_RETIREMENT));
    }

    static Optional<StoredKey> active(List<StoredKey> keys) {
        return in(KeyState.ACTIVE, keys).stream().findFirst();
    }

    /** Those in a state, the longest first. */
    static List<StoredKey> in(KeyState state, List<StoredKey> keys) {
        return keys.stream()
                .filter(key -> key.state() == state)
                .sorted(Comparator.comparing(StoredKey::stateTime).thenComparing(StoredKey::id))
                .toList();
    }
}
