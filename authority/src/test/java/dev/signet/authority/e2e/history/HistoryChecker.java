package dev.signet.authority.e2e.history;

import dev.signet.authority.e2e.history.Operation.Answer;
import dev.signet.authority.e2e.history.Operation.Kind;
import dev.signet.authority.e2e.history.Violation.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what may not be in a history. One clock has written all of its times. */
public final class HistoryChecker {
    /** Verifiers that hear of nobody say so, and refuse what may be good. */
    private static final Set<String> CUT_OFF = Set.of("STALE_TRUST", "NOT_LOADED");

    private final Duration maximumStaleness;
    private final History history;
    private final List<Violation> violations = new ArrayList<>();

    private HistoryChecker(Duration maximumStaleness, History history) {
        this.maximumStaleness = maximumStaleness;
        this.history = history;
    }

    /** @param maximumStaleness the one in force, so that an end is certain where nobody was told when */
    public static List<Violation> check(Duration maximumStaleness, History history) {
        HistoryChecker checker = new HistoryChecker(maximumStaleness, history);
        history.operations().forEach(checker::checkAttempts);
        checker.checkDone();
        checker.checkVerifications();
        return List.copyOf(checker.violations);
    }

    private void violated(Rule rule, String what) {
        violations.add(new Violation(rule, what));
    }

    private void checkAttempts(Operation operation) {
        if (operation.answer() == null) {
            violated(Rule.ANSWERED, "given up: " + operation);
        }
        boolean open = false;
        for (Attempt attempt : operation.attempts()) {
            if (operation.kind() == Kind.DELETE && attempt.saysNotFound()) {
                // Nothing is there that could be deleted twice, so this is how a deletion that came through looks.
                if (!open) {
                    violated(Rule.UNDONE_IS_UNDONE, "gone, though nothing was to be changed: " + operation);
                }
            } else if (!attempt.isOk() && !attempt.isRetried()) {
                violated(Rule.RETRIED_ERRORS_ONLY, attempt.outcome() + ": " + operation);
            }
            open |= attempt.leavesOpen();
        }
    }

    /** Compares what was answered with what was written down as done. */
    private void checkDone() {
        Map<History.Done, Integer> done = new HashMap<>();
        history.done().forEach(each -> done.merge(each, 1, Integer::sum));
        Map<History.Done, Integer> asked = new HashMap<>();
        Set<String> values = new HashSet<>();
        Set<String> standing = new HashSet<>();
        Set<String> deleted = new HashSet<>();
        for (Operation operation : history.operations()) {
            Answer answer = operation.answer();
            if (operation.kind() == Kind.READ) {
                continue;
            }
            if (answer == null) {
                // Done or not; of what it was about nothing more can be said.
                asked.merge(new History.Done(operation.kind().action(), operation.token()), 1, Integer::sum);
                deleted.add(operation.token());
                continue;
            }
            asked.merge(new History.Done(operation.kind().action(), answer.token()), 1, Integer::sum);
            if (answer.value() != null && !values.add(answer.value())) {
                violated(Rule.NOT_TWICE, "another operation got this value: " + operation);
            }
            (operation.kind() == Kind.DELETE ? deleted : standing).add(answer.token());
            if (operation.kind() == Kind.DELETE && history.standing().contains(answer.token())) {
                violated(Rule.NOT_LOST, "not deleted: " + operation);
            }
        }
        asked.forEach((each, times) -> {
            if (done.getOrDefault(each, 0) < times && !each.token().isEmpty() && isAnswered(each)) {
                violated(Rule.NOT_LOST, "%s: done %d times of %d".formatted(each, done.getOrDefault(each, 0), times));
            }
        });
        done.forEach((each, times) -> {
            if (times > asked.getOrDefault(each, 0)) {
                violated(
                        Rule.NOT_TWICE, "%s: done %d times for %d".formatted(each, times, asked.getOrDefault(each, 0)));
            }
        });
        standing.removeAll(deleted);
        standing.removeAll(history.standing());
        standing.forEach(token -> violated(Rule.NOT_LOST, "gone: " + token));
    }

    /** Whether all that was asked of this kind was answered. */
    private boolean isAnswered(History.Done each) {
        return history.operations().stream()
                .noneMatch(operation -> operation.answer() == null
                        && operation.token().equals(each.token())
                        && operation.kind().action().equals(each.action()));
    }

    /**
     * How long a value is good.
     *
     * @param from when it was shown
     * @param until when somebody first wanted it to end; null where nobody did
     * @param certain from when on it is certain to be refused; null where that is never
     */
    private record Life(
            Instant from, @Nullable Instant until, @Nullable Instant certain) {}

    private void checkVerifications() {
        Map<String, Life> lives = lives();
        for (Verification verification : history.verifications()) {
            Life life = lives.get(verification.value());
            if (life == null) {
                throw new IllegalArgumentException("nobody was given the value of " + verification);
            }
            if (verification.isAccepted()) {
                if (life.certain() != null && !verification.begin().isBefore(life.certain())) {
                    violated(Rule.CERTAIN, "certain by " + life.certain() + ": " + verification);
                }
            } else if (!verification.begin().isBefore(life.from())
                    && (life.until() == null || verification.end().isBefore(life.until()))
                    && !isExcused(verification)) {
                violated(Rule.GOOD_IS_GOOD, verification.toString());
            }
        }
    }

    private boolean isExcused(Verification verification) {
        return CUT_OFF.contains(verification.verdict()) && verification.begin().isBefore(history.settled());
    }

    private Map<String, Life> lives() {
        Map<String, Life> lives = new HashMap<>();
        for (Operation operation : history.operations()) {
            if (operation.answer() != null && operation.answer().value() != null) {
                lives.put(operation.answer().value(), new Life(operation.end(), null, null));
            }
        }
        for (Operation operation : history.operations()) {
            if (operation.ends() != null) {
                Life life = lives.get(operation.ends());
                if (life == null) {
                    throw new IllegalArgumentException("nobody was given the value that ends by " + operation);
                }
                lives.put(operation.ends(), new Life(life.from(), operation.begin(), certain(operation)));
            }
        }
        return lives;
    }

    private @Nullable Instant certain(Operation operation) {
        Answer answer = operation.answer();
        if (answer == null) {
            return null;
        }
        // It was committed before the last answer came.
        return answer.certainBy() == null ? operation.end().plus(maximumStaleness) : answer.certainBy();
    }
}
