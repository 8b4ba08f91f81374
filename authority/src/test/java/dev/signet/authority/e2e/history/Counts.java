package dev.signet.authority.e2e.history;

import dev.signet.authority.e2e.history.Operation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of what is in a history.
 *
 * @param operations by kind
 * @param attempts by kind and outcome
 * @param verdicts how often verifiers said what
 * @param ends how many values were ended
 * @param longestToCertain from the answer of an operation to the moment that it names
 * @param longestAccepted from the answer of an operation to the last time that a verifier accepted what it ended
 * @param longestOperation until it was answered, with all attempts
 */
public record Counts(
        Map<Kind, Integer> operations,
        Map<String, Integer> attempts,
        Map<String, Integer> verdicts,
        int ends,
        Duration longestToCertain,
        Duration longestAccepted,
        Duration longestOperation) {

    public static Counts of(History history) {
        Map<Kind, Integer> operations = new TreeMap<>();
        Map<String, Integer> attempts = new TreeMap<>();
        Map<String, Instant> ended = new HashMap<>();
        Duration toCertain = Duration.ZERO;
        Duration longest = Duration.ZERO;
        for (Operation operation : history.operations()) {
            operations.merge(operation.kind(), 1, Integer::sum);
            operation
                    .attempts()
                    .forEach(attempt -> attempts.merge(operation.kind() + " " + attempt.outcome(), 1, Integer::sum));
            longest = longer(longest, Duration.between(operation.begin(), operation.end()));
            if (operation.ends() != null && operation.answer() != null) {
                ended.put(operation.ends(), operation.end());
                Instant certain = operation.answer().certainBy();
                if (certain != null) {
                    toCertain = longer(toCertain, Duration.between(operation.end(), certain));
                }
            }
        }
        Map<String, Integer> verdicts = new TreeMap<>();
        Duration accepted = Duration.ZERO;
        for (Verification verification : history.verifications()) {
            verdicts.merge(verification.verdict(), 1, Integer::sum);
            Instant end = ended.get(verification.value());
            if (end != null && verification.isAccepted()) {
                accepted = longer(accepted, Duration.between(end, verification.begin()));
            }
        }
        return new Counts(operations, attempts, verdicts, ended.size(), toCertain, accepted, longest);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    @Override
    public String toString() {
        return """
                operations %s
                attempts %s
                verdicts %s
                %d values ended; longest from the answer to certain_by %d ms, to the last acceptance %d ms
                longest operation %d ms""".formatted(
                        operations,
                        attempts,
                        verdicts,
                        ends,
                        longestToCertain.toMillis(),
                        longestAccepted.toMillis(),
                        longestOperation.toMillis());
    }
}
