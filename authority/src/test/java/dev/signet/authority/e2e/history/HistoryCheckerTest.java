package dev.signet.authority.e2e.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.e2e.history.History.Done;
import dev.signet.authority.e2e.history.Operation.Answer;
import dev.signet.authority.e2e.history.Operation.Kind;
import dev.signet.authority.e2e.history.Violation.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A history that is as it should be, and what is found where one thing in it is not. */
final class HistoryCheckerTest {
    private static final Duration STALENESS = Duration.ofSeconds(5);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    /** Created, rotated and deleted; and another that stands. */
    private final List<Operation> operations = new ArrayList<>(List.of(
            operation(Kind.CREATE, 0, "", null, new Answer("tokens/a", "a1", null), ok(0)),
            operation(Kind.ROTATE, 10, "tokens/a", "a1", new Answer("tokens/a", "a2", at(15)), ok(10)),
            operation(Kind.DELETE, 20, "tokens/a", "a2", new Answer("tokens/a", null, at(25)), ok(20)),
            operation(Kind.CREATE, 30, "", null, new Answer("tokens/b", "b1", null), ok(30))));

    private final List<Verification> verifications = new ArrayList<>(List.of(
            verification("a1", 2, "ACCEPTED"),
            verification("a1", 14, "ACCEPTED"),
            verification("a1", 16, "REVOKED"),
            verification("b1", 60, "ACCEPTED")));
    private final List<Done> done = new ArrayList<>(List.of(
            new Done("token.create", "tokens/a"),
            new Done("token.rotate", "tokens/a"),
            new Done("token.delete", "tokens/a"),
            new Done("token.create", "tokens/b")));
    private final Set<String> standing = new HashSet<>(Set.of("tokens/b"));

    private static Instant at(int second) {
        return BEGIN.plusSeconds(second);
    }

    private static Attempt attempt(int second, String code, String reason) {
        return new Attempt(at(second), at(second).plusMillis(100), code, reason);
    }

    private static Attempt ok(int second) {
        return attempt(second, "OK", "");
    }

    private static Operation operation(
            Kind kind, int number, String token, @Nullable String ends, @Nullable Answer answer, Attempt... attempts) {
        return new Operation("op-" + number, kind, token, ends, Arrays.asList(attempts), answer);
    }

    private static Verification verification(String value, int second, String verdict) {
        return new Verification(value, "sidecar", at(second), at(second).plusMillis(1), verdict);
    }

    private void assertFound(Rule... rules) {
        History history = new History(operations, verifications, at(50), done, standing);
        assertEquals(
                Arrays.asList(rules),
                HistoryChecker.check(STALENESS, history).stream()
                        .map(Violation::rule)
                        .toList());
    }

    private void rotatedAfter(Attempt... before) {
        List<Attempt> attempts = new ArrayList<>(Arrays.asList(before));
        attempts.add(ok(12));
        Answer answer = operations.get(1).answer();
        operations.set(1, new Operation("op-10", Kind.ROTATE, "tokens/a", "a1", attempts, answer));
    }

    private void deletedBy(@Nullable Answer answer, Attempt... attempts) {
        operations.set(2, operation(Kind.DELETE, 20, "tokens/a", "a2", answer, attempts));
    }

    @Test
    void aGoodHistory() {
        assertFound();
    }

    @Test
    void errorsThatAreRetried() {
        rotatedAfter(
                attempt(10, "UNAVAILABLE", "STORE_UNAVAILABLE"),
                attempt(10, "UNAVAILABLE", "OUTCOME_UNKNOWN"),
                attempt(11, "DEADLINE_EXCEEDED", ""));
        assertFound();
    }

    @Test
    void anErrorThatIsNot() {
        rotatedAfter(attempt(10, "INTERNAL", "INTERNAL"));
        assertFound(Rule.RETRIED_ERRORS_ONLY);
    }

    @Test
    void aReadThatFindsNothing() {
        operations.add(operation(Kind.READ, 40, "tokens/b", null, new Answer("tokens/b", null, null), ok(40)));
        assertFound();
        operations.add(operation(Kind.READ, 41, "tokens/b", null, null, attempt(41, "NOT_FOUND", "NOT_FOUND")));
        assertFound(Rule.ANSWERED, Rule.RETRIED_ERRORS_ONLY);
    }

    @Test
    void nothingToRotate() {
        rotatedAfter(attempt(10, "UNAVAILABLE", ""), attempt(11, "NOT_FOUND", "NOT_FOUND"));
        assertFound(Rule.RETRIED_ERRORS_ONLY);
    }

    @Test
    void aDeletionThatCameThroughWithoutAnAnswer() {
        Attempt second = attempt(21, "NOT_FOUND", "NOT_FOUND");
        deletedBy(new Answer("tokens/a", null, null), attempt(20, "UNAVAILABLE", "OUTCOME_UNKNOWN"), second);
        verifications.add(verification("a2", 26, "ACCEPTED"));
        assertFound();
        verifications.add(verification("a2", 27, "ACCEPTED"));
        assertFound(Rule.CERTAIN);
    }

    @Test
    void aDeletionThatWasSaidToHaveChangedNothing() {
        Attempt second = attempt(21, "NOT_FOUND", "NOT_FOUND");
        deletedBy(new Answer("tokens/a", null, null), attempt(20, "UNAVAILABLE", "STORE_BUSY"), second);
        assertFound(Rule.UNDONE_IS_UNDONE);
    }

    @Test
    void nothingToDelete() {
        deletedBy(new Answer("tokens/a", null, null), attempt(20, "NOT_FOUND", "NOT_FOUND"));
        assertFound(Rule.UNDONE_IS_UNDONE);
    }

    @Test
    void aClientThatGaveUp() {
        deletedBy(null, attempt(20, "UNAVAILABLE", ""));
        assertFound(Rule.ANSWERED);
        done.remove(2);
        standing.add("tokens/a");
        assertFound(Rule.ANSWERED);
    }

    @Test
    void aCreationThatIsLost() {
        done.remove(3);
        standing.remove("tokens/b");
        assertFound(Rule.NOT_LOST, Rule.NOT_LOST);
    }

    @Test
    void aRotationThatIsLost() {
        done.remove(1);
        assertFound(Rule.NOT_LOST);
    }

    @Test
    void aDeletionThatIsLost() {
        standing.add("tokens/a");
        assertFound(Rule.NOT_LOST);
    }

    @Test
    void aTokenThatIsGone() {
        standing.remove("tokens/b");
        assertFound(Rule.NOT_LOST);
    }

    @Test
    void aTokenThatNobodyWasTold() {
        done.add(new Done("token.create", "tokens/c"));
        assertFound(Rule.NOT_TWICE);
    }

    @Test
    void aRotationThatWasMadeTwice() {
        done.add(done.get(1));
        assertFound(Rule.NOT_TWICE);
    }

    @Test
    void aValueThatTwoWereGiven() {
        operations.add(operation(Kind.CREATE, 31, "", null, new Answer("tokens/c", "b1", null), ok(31)));
        done.add(new Done("token.create", "tokens/c"));
        standing.add("tokens/c");
        assertFound(Rule.NOT_TWICE);
    }

    @Test
    void acceptedWhenItsEndWasCertain() {
        verifications.add(verification("a1", 15, "ACCEPTED"));
        assertFound(Rule.CERTAIN);
    }

    @Test
    void goodAndRefused() {
        verifications.add(verification("a1", 5, "REVOKED"));
        assertFound(Rule.GOOD_IS_GOOD);
    }

    @Test
    void cutOffForAWhile() {
        verifications.add(verification("a1", 5, "STALE_TRUST"));
        assertFound();
        verifications.add(verification("b1", 51, "STALE_TRUST"));
        assertFound(Rule.GOOD_IS_GOOD);
    }
}
