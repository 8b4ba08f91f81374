package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.e2e.history.Counts;
import dev.signet.authority.e2e.history.History;
import dev.signet.authority.e2e.history.HistoryChecker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Three authorities over one PostgreSQL keep what they promise while they, their database and their network fail. */
final class PostgresClusterIT {
    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @Test
    void nothingAcknowledgedIsLostOrDoneTwiceAndNothingThatEndedIsAcceptedForLonger(@TempDir Path folder)
            throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        History history = new UnderFaults(seed)
                .run(
                        PROCESSES,
                        folder,
                        Wire::new,
                        List.of(
                                Fault.KILLED_AUTHORITY,
                                Fault.RESTARTED_DATABASE,
                                Fault.BLOCKED_AUTHORITY,
                                Fault.CRASHED_DATABASE));
        System.out.println(Counts.of(history));
        assertEquals(List.of(), HistoryChecker.check(UnderFaults.MAXIMUM_STALENESS, history));
    }
}
