package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is told of a change beside what verifiers do, second by second: policies come and go, authorities restart,
 * verifiers hear of things late, by halves, or not at all. To replay a seed, run {@link #run} with it alone.
 */
final class StalenessBoundPropertyTest {
    private static final int SEEDS = 3_000;
    private static final int SECONDS = 400;
    private static final String PART = "org_1";
    private static final List<String> AUDIENCES = List.of("signet", "batch", "report");

    /** How close a verifier came to what was told: 1 is the last second before. */
    private long closest;

    private long decisions;

    @Test
    void noVerifierDecidesWithoutAChangeOnceItIsCertain() {
        closest = Long.MAX_VALUE;
        IntStream.range(0, SEEDS).forEach(this::run);
        assertTrue(decisions > 100_000, () -> "verifiers decided without a change: " + decisions);
        assertTrue(closest == 1, () -> "what is told is not later than it need be, but by " + closest);
    }

    /** A policy, and from when to when it was in force. */
    private record Era(TrustPolicy policy, long from) {}

    private record Told(long committed, Certainty certainty) {}

    private static final class World {
        final Random random;
        final List<Era> eras = new ArrayList<>();
        final List<Told> changes = new ArrayList<>();
        StalenessBound bound = new StalenessBound(LargestStaleness.NONE, Instant.EPOCH);
        long now;

        World(long seed) {
            random = new Random(seed);
            eras.add(new Era(anyPolicy(), 0));
        }

        TrustPolicy anyPolicy() {
            int plain = 5 + random.nextInt(30);
            Map<String, Duration> larger = new HashMap<>();
            for (String audience : AUDIENCES.subList(1, AUDIENCES.size())) {
                if (random.nextBoolean()) {
                    larger.put(audience, Duration.ofSeconds(plain + 1L + random.nextInt(90)));
                }
            }
            return new TrustPolicy(Duration.ofSeconds(plain), larger);
        }

        /** The era at a time; the newest of several that began in one second. */
        int era(long time) {
            int era = 0;
            while (era + 1 < eras.size() && eras.get(era + 1).from() <= time) {
                era++;
            }
            return era;
        }

        TrustPolicy present() {
            return eras.get(eras.size() - 1).policy();
        }

        boolean happens(double probability) {
            return random.nextDouble() < probability;
        }

        void step() {
            Instant instant = Instant.ofEpochSecond(now);
            if (happens(0.02)) {
                TrustPolicy former = present();
                eras.add(new Era(anyPolicy(), now));
                bound.superseded(former, instant);
            }
            if (happens(0.01)) {
                LargestStaleness largest = LargestStaleness.NONE;
                for (Era era : eras) {
                    largest = largest.and(era.policy());
                }
                bound = new StalenessBound(largest, instant);
            }
            if (happens(0.02)) {
                changes.add(new Told(now, bound.certainBy(new CommittedChange(PART, 1, instant, instant), present())));
            }
        }
    }

    /** Follows the rules of a verifier; when it hears of what is up to chance. */
    private static final class Verifier {
        private final World world;
        private final Clocks clocks;
        private Freshness installation = Freshness.NEVER;
        private Freshness organization = Freshness.NEVER;
        private int era;
        /** Up to when it has every change of its organization. */
        private long known = -1;

        private boolean connected = true;
        private Freshness.Measured ping;

        Verifier(World world) {
            this.world = world;
            this.clocks =
                    new Clocks(() -> Duration.ofSeconds(world.now).toNanos(), () -> Instant.ofEpochSecond(world.now));
            this.ping = Freshness.now(clocks);
        }

        void step() {
            if (world.happens(0.03)) {
                connected = !connected;
                ping = Freshness.now(clocks);
            }
            if (!connected) {
                return;
            }
            // Changes come by themselves; those of the organization may wait behind a snapshot of it.
            if (world.happens(0.3)) {
                era = Math.max(era, world.era(world.now - world.random.nextInt(5)));
            }
            if (world.happens(0.2)) {
                known = Math.max(known, world.now - world.random.nextInt(5));
            }
            if (world.happens(0.15)) {
                pong();
                ping = Freshness.now(clocks);
            }
        }

        /**
         * The head was read at some time since the ping was sent, and the pong comes after all up to it and before all
         * that came later: so it is behind nothing that is held. What is confirmed is complete up to it.
         */
        private void pong() {
            long sent = Duration.ofMillis(ping.sentMillis()).toSeconds();
            long earliest = Math.max(sent, Math.max(known, world.eras.get(era).from()));
            long head = earliest + world.random.nextInt((int) (world.now - earliest) + 1);
            boolean installationToo = world.happens(0.8);
            if (installationToo) {
                era = Math.max(era, world.era(head));
            }
            Freshness.Measured confirmed =
                    ping.answered(ping.sentMillis()).under(world.eras.get(era).policy());
            if (installationToo) {
                installation = confirmed;
            }
            if (world.happens(0.8)) {
                known = Math.max(known, head);
                organization = confirmed;
            }
        }

        boolean decides(String audience) {
            TrustPolicy policy = world.eras.get(era).policy();
            return isFresh(installation, policy, audience) && isFresh(organization, policy, audience);
        }

        private boolean isFresh(Freshness freshness, TrustPolicy policy, String audience) {
            return freshness.ageNanos(clocks.now())
                    < freshness.maximumStaleness(policy, audience).toNanos();
        }
    }

    private void run(long seed) {
        World world = new World(seed);
        List<Verifier> verifiers =
                IntStream.range(0, 4).mapToObj(i -> new Verifier(world)).toList();
        for (world.now = 0; world.now < SECONDS; world.now++) {
            world.step();
            for (Verifier verifier : verifiers) {
                verifier.step();
                for (String audience : AUDIENCES) {
                    if (verifier.decides(audience)) {
                        world.changes.stream()
                                .filter(change -> change.committed() > verifier.known)
                                .forEach(change -> assertNotCertain(seed, world.now, audience, change));
                    }
                }
            }
        }
    }

    private void assertNotCertain(long seed, long now, String audience, Told change) {
        long left = change.certainty().of(audience).getEpochSecond() - now;
        assertTrue(
                left > 0,
                () -> "seed " + seed + ": a verifier decides for " + audience
                        + " at " + now + " without what was committed at " + change.committed() + " and is "
                        + change.certainty());
        closest = Math.min(closest, left);
        decisions++;
    }
}
