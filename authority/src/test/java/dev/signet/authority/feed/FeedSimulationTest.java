package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever happens in whatever order: what is promised of a change holds at every verifier, every verifier has what the
 * authority has and never says that it is fresher than it is, and when nothing goes wrong any more all is well again.
 * {@link Checks.Invariant} lists what is looked at after every step.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
final class FeedSimulationTest {
    private static final String SEED = "signet.simulation.seed";
    private static final String SEEDS = "signet.simulation.seeds";

    private final TokenTexts texts = new TokenTexts();

    @BeforeAll
    static void silence() {
        Seeds.silence();
    }

    @AfterAll
    static void speak() {
        Seeds.speak();
    }

    @Test
    void everyInvariantHoldsAfterEveryStep() {
        Long only = Long.getLong(SEED);
        if (only != null) {
            run(only);
            return;
        }
        int count = Integer.getInteger(SEEDS, 10_000);
        Seeds.Outcome outcome = Seeds.run(seed -> new FeedSimulation(texts, seed, false), 1, count);
        if (outcome.problem() != null) {
            run(outcome.seed());
            fail("seed " + outcome.seed() + " failed, and not again: " + outcome.problem());
        }
        // What never happened was not tried.
        for (String what : List.of(
                "acknowledgements",
                "changes of the maximum staleness",
                "changes that are falsified",
                "changes that are lost",
                "changes that only forget",
                "crashes of authorities",
                "crashes of verifiers",
                "ended tokens at the end",
                "good tokens at the end",
                "jumps ahead",
                "jumps back",
                "partitions",
                "partitions in one direction",
                "parts that were healed",
                "parts that were let go",
                "parts that were needed",
                "promises",
                "rotations",
                "rotations with grace",
                "stores that came back from a backup",
                "stores that cannot be reached",
                "suspensions",
                "tokens accepted")) {
            assertTrue(outcome.seen().getOrDefault(what, 0) >= count / 20, () -> what + ": " + outcome.seen());
        }
        assertTrue(outcome.seen().getOrDefault("larger bounds that a backup did not know", 0) >= count / 100);
    }

    /** Shows what led to it. */
    private void run(long seed) {
        FeedSimulation simulation = new FeedSimulation(texts, seed, true);
        FeedSimulation.Problem problem = simulation.run();
        String trace = String.join("\n", simulation.trace());
        if (problem != null) {
            fail(trace + "\n" + problem.invariant() + ": " + problem.text() + "\nseed " + seed
                    + "; to see it again: mvn -pl proto,verifier,authority verify -DskipITs"
                    + " -Dtest=FeedSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "=" + seed);
        }
    }

    @Test
    void aSeedAlwaysDoesTheSame() {
        for (long seed = 1; seed <= 20; seed++) {
            FeedSimulation once = new FeedSimulation(texts, seed, true);
            FeedSimulation again = new FeedSimulation(texts, seed, true);
            assertEquals(once.run(), again.run());
            assertEquals(once.trace(), again.trace(), "seed " + seed);
            assertNotNull(once.seen().get("promises"));
        }
    }
}
