package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation sees what it is there to see: with a fault planted in the classes that it runs, it soon fails. */
@Timeout(300)
final class PlantedFaultsTest {
    private static final int SEEDS = 1_000;

    @BeforeAll
    static void silence() {
        Seeds.silence();
    }

    @AfterAll
    static void speak() {
        Seeds.speak();
    }

    static List<PlantedFault> faults() {
        return PlantedFault.ALL;
    }

    @Test
    void theListIsWhole() {
        assertEquals(
                13, PlantedFault.ALL.stream().map(PlantedFault::name).distinct().count());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theSimulationFails(PlantedFault fault) throws ReflectiveOperationException {
        Constructor<?> made = PlantedClasses.of(fault)
                .loadClass(SeedsThatMayFail.class.getName())
                .getDeclaredConstructor();
        made.setAccessible(true);
        Supplier<?> seeds = (Supplier<?>) made.newInstance();
        Object failure = seeds.get();
        assertNotNull(failure, "not noticed within " + SEEDS + " seeds: " + fault);
        System.out.println(fault + ": " + failure);
    }

    /** Made from the classes that have the fault. */
    static final class SeedsThatMayFail implements Supplier<String> {
        @Override
        public String get() {
            TokenTexts texts = new TokenTexts();
            Seeds.Outcome outcome = Seeds.run(seed -> new FeedSimulation(texts, seed, false), 1, SEEDS);
            FeedSimulation.Problem problem = outcome.problem();
            return problem == null ? null : "seed " + outcome.seed() + ", " + problem.invariant();
        }
    }
}
