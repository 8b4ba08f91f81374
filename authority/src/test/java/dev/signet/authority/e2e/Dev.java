package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code signet dev} that serves.
 *
 * @param environment what its file says to whoever sources it
 */
record Dev(Running process, Path envFile, Map<String, String> environment) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Starts one with its data in a folder, and its environment in a file beside it. */
    static Dev start(Processes processes, Path folder) {
        Path envFile = folder.resolve("env");
        boolean stale = Files.exists(envFile);
        Running process = processes.start(
                Map.of(),
                "dev",
                "--data",
                folder.resolve("data").toString(),
                "--env-file",
                envFile.toString(),
                "--listen",
                "127.0.0.1:0",
                "--sidecar-listen",
                "127.0.0.1:0");
        if (stale) {
            Await.until("what an earlier one left goes", PATIENCE, () -> !Files.exists(envFile), process::text);
        }
        Await.until(
                "an environment to source",
                PATIENCE,
                () -> {
                    boolean written = Files.exists(envFile);
                    assertTrue(process.isAlive() || written, process::text);
                    return written;
                },
                process::text);
        Dev dev = new Dev(process, envFile, source(envFile));
        process.questions()
                .add(() -> LastLook.keepAuditLog(
                        process.log(),
                        dev.port("SIGNET_ADDRESS"),
                        dev.variable("ASTRO_API_TOKEN"),
                        "organizations/" + dev.variable("SIGNET_ORGANIZATION")));
        SecretWatch.rememberIn(dev.environment());
        SecretWatch.searchCommandLines();
        return dev;
    }

    Verifier authority() {
        return Verifier.at(port("SIGNET_ADDRESS"));
    }

    Verifier sidecar() {
        return Verifier.at(port("SIGNET_VERIFIER"));
    }

    /** Runs a command as somebody who has sourced the file. */
    Processes.Run run(String... arguments) {
        return Processes.run(environment, arguments);
    }

    /** Runs a command with one variable changed. */
    Processes.Run runWith(String variable, String value, String... arguments) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(variable, value);
        return Processes.run(changed, arguments);
    }

    String variable(String name) {
        return environment.get(name);
    }

    String mode() {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(envFile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int port(String variable) {
        return Integer.parseInt(variable(variable).substring("127.0.0.1:".length()));
    }

    private static Map<String, String> source(Path file) {
        try {
            Process shell = new ProcessBuilder("env", "-i", "sh", "-c", ". \"$1\" && env", "sh", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(shell.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, shell.waitFor());
            return Stream.of(text.split("\n", -1))
                    .map(line -> line.split("=", 2))
                    .filter(pair -> pair[0].startsWith("SIGNET_") || pair[0].startsWith("ASTRO_"))
                    .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
