package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Whatever happens in whatever order: no verifier that is not stale refuses a good token for its key, and none accepts
 * a token of a revoked key for longer than a verifier may be behind.
 */
@Timeout(300)
final class KeySimulationTest {
    private static final String SEED = "simulation.seed";
    private static final String SEEDS = "simulation.seeds";
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(KeyRotation.class);

    @TempDir
    private Path folder;

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.WARN);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    private static void run(KeySimulation.World world, long seed, Map<String, Integer> seen) {
        String problem = KeySimulation.run(world, seed, seen);
        if (problem != null) {
            fail(problem + "\nseed " + seed + "; to see it again: mvn -pl proto,verifier,authority verify -DskipITs"
                    + " -Dtest=KeySimulationTest -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "=" + seed);
        }
    }

    @Test
    void goodTokensAreTakenAndTokensOfRevokedKeysAreNot() {
        KeySimulation.World world = new KeySimulation.World(folder);
        Map<String, Integer> seen = new TreeMap<>();
        Long only = Long.getLong(SEED);
        if (only != null) {
            run(world, only, seen);
            return;
        }
        int seeds = Integer.getInteger(SEEDS, 2_000);
        for (long seed = 1; seed <= seeds; seed++) {
            run(world, seed, seen);
        }
        // What never happened was not tried.
        for (String what : List.of(
                "keys that became PREPARED",
                "keys that became ACTIVE",
                "keys that became RETIRING",
                "keys that became RETIRED",
                "keys that became REVOKED",
                "keys that were forgotten",
                "rotations by hand",
                "reserves that were too young",
                "reserves that had to sign too young",
                "revocations of the active key",
                "good tokens",
                "revocations that all must know",
                "revocations that some may not know",
                "questions to a stale verifier",
                "questions to a fresh verifier")) {
            assertTrue(seen.getOrDefault(what, 0) >= seeds / 20, () -> what + ": " + seen);
        }
    }

    @Test
    void aSeedAlwaysDoesTheSame() {
        KeySimulation.World world = new KeySimulation.World(folder);
        Map<String, Integer> once = new TreeMap<>();
        Map<String, Integer> again = new TreeMap<>();
        for (long seed = 1; seed <= 20; seed++) {
            run(world, seed, once);
            run(world, seed, again);
        }
        assertEquals(once, again);
    }
}
