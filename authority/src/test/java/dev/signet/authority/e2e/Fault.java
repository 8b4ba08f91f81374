package dev.signet.authority.e2e;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Something that happens to a fleet. When it is over, all servers are there again. */
enum Fault {
    KILLED_AUTHORITY {
        @Override
        void happen(Fleet fleet, RandomGenerator random) {
            int number = random.nextInt(fleet.size());
            fleet.authority(number).killAlone();
            fleet.launch(number);
            fleet.awaitServing(number);
        }
    },
    EACH_AUTHORITY_KILLED {
        @Override
        void happen(Fleet fleet, RandomGenerator random) {
            for (int number = 0; number < fleet.size(); number++) {
                fleet.authority(number).killAlone();
                fleet.launch(number);
                fleet.awaitServing(number);
            }
        }
    },
    RESTARTED_DATABASE {
        @Override
        void happen(Fleet fleet, RandomGenerator random) throws IOException {
            fleet.postgres().restart();
        }
    },
    CRASHED_DATABASE {
        @Override
        void happen(Fleet fleet, RandomGenerator random) throws IOException, InterruptedException {
            fleet.postgres().crash();
        }
    },
    /** Packets wait, and come through in the end. */
    BLOCKED_AUTHORITY {
        @Override
        void happen(Fleet fleet, RandomGenerator random) {
            Wire wire = fleet.wire(random.nextInt(fleet.size()));
            wire.block();
            awaitEndOfPartition();
            wire.unblock();
        }
    },
    /** Packets are lost, and with them every connection that there was; nobody says so. */
    CUT_OFF_AUTHORITY {
        @Override
        void happen(Fleet fleet, RandomGenerator random) {
            Wire wire = fleet.wire(random.nextInt(fleet.size()));
            wire.cut();
            awaitEndOfPartition();
            wire.mend();
        }
    };

    private static final Duration PARTITION = Duration.ofSeconds(10);

    abstract void happen(Fleet fleet, RandomGenerator random) throws IOException, InterruptedException;

    private static void awaitEndOfPartition() {
        Instant end = Instant.now().plus(PARTITION);
        Await.until(
                "the partition ends",
                PARTITION.multipliedBy(2),
                () -> Instant.now().isAfter(end));
    }
}
