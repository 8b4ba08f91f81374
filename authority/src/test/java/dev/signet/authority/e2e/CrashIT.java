package dev.signet.authority.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrashIT extends CrashContract {
    @Override
    Cluster cluster(Path folder) {
        return new Cluster(PROCESSES, folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "data/master-key", "data/ledger.mv.db", "data/platform-token"})
    void aKillDuringTheFirstStartIsNoObstacleToTheNext(String moment, @TempDir Path fresh) {
        killDuringTheFirstStart(moment, fresh);
    }
}
