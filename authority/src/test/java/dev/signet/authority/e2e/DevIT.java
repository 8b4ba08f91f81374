package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code signet dev} from its start to each of its ends. */
final class DevIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ENDED_BY_TERM = 143;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void startsWhollyEndsWhollyAndGoesOnWithWhatWasThere() {
        Dev first = Dev.start(PROCESSES, folder);
        assertBothServe(first);
        assertEquals("rw-------", first.mode());
        List<ProcessHandle> children = first.process().process().children().toList();
        assertEquals(2, children.size(), children::toString);
        String token = first.run("deployment", "token", "create", "--name", "kept", "--clean-output")
                .value();

        assertEquals(ENDED_BY_TERM, first.process().terminate());
        assertTrue(children.stream().noneMatch(ProcessHandle::isAlive), first.process()::text);
        assertFalse(Files.exists(first.envFile()), "what nobody serves can still be sourced");

        Dev second = Dev.start(PROCESSES, folder);
        assertBothServe(second);
        for (String same : List.of("SIGNET_ORGANIZATION", "SIGNET_WORKSPACE", "SIGNET_DEPLOYMENT")) {
            assertEquals(first.variable(same), second.variable(same));
        }
        assertNotEquals(first.variable("ASTRO_API_TOKEN"), second.variable("ASTRO_API_TOKEN"));
        try (Verifier sidecar = second.sidecar()) {
            assertEquals(Verifier.ACCEPTED, sidecar.verdict(token));
            assertEquals(Verifier.ACCEPTED, sidecar.verdict(first.variable("ASTRO_API_TOKEN")));
        }
        assertEquals(
                0, second.run("deployment", "token", "get", "--name", "kept").exitCode());

        assertNothingSecretWasLogged(first, token);
        assertNothingSecretWasLogged(second, token);
        assertEquals(ENDED_BY_TERM, second.process().terminate());
    }

    @Test
    void leavesNoOrphansWhenItIsKilled() {
        Dev dev = Dev.start(PROCESSES, folder);
        List<ProcessHandle> children = dev.process().process().children().toList();
        dev.process().killAlone();
        Await.until("the children end too", PATIENCE, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        // Neither the folder nor anything in it is held by anybody now.
        Dev again = Dev.start(PROCESSES, folder);
        assertBothServe(again);
        assertEquals(dev.variable("SIGNET_ORGANIZATION"), again.variable("SIGNET_ORGANIZATION"));
        assertNotEquals(dev.variable("ASTRO_API_TOKEN"), again.variable("ASTRO_API_TOKEN"), "what was left is stale");
        assertEquals(ENDED_BY_TERM, again.process().terminate());
    }

    @Test
    void aChildThatEndsAloneCanBeStartedAgainBesideTheOther() {
        Dev dev = Dev.start(PROCESSES, folder);
        // The one that was started last; its arguments are too long for the system to tell.
        ProcessHandle sidecar = dev.process()
                .process()
                .children()
                .max(Comparator.comparing(child -> child.info().startInstant().orElseThrow()))
                .orElseThrow();
        assertTrue(sidecar.destroyForcibly());
        Await.until("it says so", PATIENCE, () -> dev.process().text().contains("Start it again with"));
        assertTrue(dev.process().isAlive());
        assertEquals(0, dev.run("whoami").exitCode());
        assertEquals(1, dev.run("status").exitCode());
        assertEquals(ENDED_BY_TERM, dev.process().terminate());
    }

    private static void assertBothServe(Dev dev) {
        try (Verifier authority = dev.authority();
                Verifier sidecar = dev.sidecar()) {
            assertTrue(authority.isServing());
            assertTrue(sidecar.isServing());
            assertEquals(Verifier.ACCEPTED, sidecar.verdict(dev.variable("ASTRO_API_TOKEN")));
        }
    }

    private static void assertNothingSecretWasLogged(Dev dev, String token) {
        String log = dev.process().text();
        assertFalse(log.contains("eyJ"), log);
        assertFalse(log.contains(token.substring(token.lastIndexOf('.') + 1)), log);
        assertFalse(log.contains("\tat "), log);
    }
}
