package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs until somebody ends it.
 *
 * @param log both of its output streams
 * @param questions what is to be asked of it before it ends
 */
record Running(String name, Process process, Path log, List<Runnable> questions) {
    private static final int PATIENCE_SECONDS = 20;

    Running(String name, Process process, Path log) {
        this(name, process, log, new CopyOnWriteArrayList<>());
        questions.add(() -> LastLook.keepMetrics(log));
    }

    /** Has it answer what is left to ask, where it can. */
    void lookAtTheEnd() {
        if (isAlive()) {
            SecretWatch.searchCommandLines();
            questions.forEach(Runnable::run);
        }
        questions.clear();
    }

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
        lookAtTheEnd();
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

    void signal(String signal) {
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
