package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs until somebody ends it.
 *
 * @param log both of its output streams
 */
record Running(String name, Process process, Path log) {
    private static final int PATIENCE_SECONDS = 20;

    /** Ends it and what it started with SIGKILL: nothing gets to say goodbye. */
    void kill() {
        List<ProcessHandle> family = process.descendants().toList();
        killAlone();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    /** SIGKILL for this process only, and back when it is gone. */
    void killAlone() {
        process.destroyForcibly();
        exitCode();
    }

    /** Asks it to end, with SIGTERM. */
    int terminate() {
        process.destroy();
        return exitCode();
    }

    int exitCode() {
        try {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), name + " does not end");
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stands it still with its connections open, as a machine that hangs. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String text() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .inheritIO()
                    .start();
            assertEquals(0, kill.waitFor());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
