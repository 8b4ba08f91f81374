package dev.signet.verifier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load client of nghttp2, which nobody of us wrote. */
final class H2Load {
    private static final int SECONDS = 2;

    /** What came of a run. */
    record Load(double perSecond, double cpuMicros) {}

    private H2Load() {}

    static boolean isInstalled() {
        return ServerProcess.isInstalled("h2load");
    }

    /** Runs on one thread, at full speed. */
    static Load run(ServerProcess server, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("h2load", "-t1", "-D" + SECONDS));
        command.addAll(arguments);
        double before = server.cpuMicros();
        String said = ServerProcess.output(command);
        double cpu = server.cpuMicros() - before;
        Matcher counts = Pattern.compile("requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded")
                .matcher(said);
        Matcher statuses = Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx")
                .matcher(said);
        if (!counts.find() || !statuses.find() || !counts.group(1).equals(counts.group(2))) {
            throw new IllegalStateException("h2load failed: " + said);
        }
        long done = Long.parseLong(counts.group(2));
        if (done == 0 || Long.parseLong(statuses.group(3)) + Long.parseLong(statuses.group(4)) > 0) {
            throw new IllegalStateException("h2load was refused: " + said);
        }
        return new Load(done / (double) SECONDS, cpu / done);
    }
}
