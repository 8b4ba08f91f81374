package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs what was built, through its launcher. The output of what keeps running goes to {@code target/e2e/<test>} and is
 * shown if a test fails; whatever still runs when the tests of a class are done is killed.
 */
final class Processes implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final int PATIENCE_SECONDS = 60;
    /** Below the ports that the system gives to clients, one of which could else take a server's while it is down. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;
    /** At most so many processes of Maven's run tests at a time. */
    private static final int FORKS = 8;

    private static final int FORK = Integer.getInteger("signet.test.fork", 0);
    private static final RandomGenerator RANDOM = new SecureRandom();
    /** Who was given one may not have taken it yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private static final Path ALL_LOGS = Path.of("target", "e2e");

    /** Where commands that end leave what they said; null outside of tests. */
    private static volatile @Nullable Path said;

    private final List<Running> started = new CopyOnWriteArrayList<>();
    private final Thread lastResort = new Thread(this::killAll);
    private Path logs = ALL_LOGS;
    private SecretWatch.@Nullable OfClass watch;
    /** Whether anything was started that holds secrets. */
    private volatile boolean served;

    /** For a test, which begins and ends it. */
    Processes() {}

    /** For a program: what it starts ends with it at the latest. */
    Processes(Path logs) throws IOException {
        this.logs = Files.createDirectories(logs);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** What a command that ended had to say. */
    record Run(int exitCode, String out, String err) {
        /** The one line that a script takes from a command that did what it should. */
        String value() {
            assertEquals(0, exitCode, err);
            return out.strip();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        logs = Files.createDirectories(
                ALL_LOGS.resolve(context.getRequiredTestClass().getSimpleName()));
        try (Stream<Path> old = Files.list(logs)) {
            old.forEach(log -> assertTrue(log.toFile().delete()));
        }
        said = logs.resolve("commands.txt");
        served = false;
        watch = new SecretWatch.OfClass(logs.getFileName().toString(), logs);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        showIfFailed(context);
        Objects.requireNonNull(watch).afterEach();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        showIfFailed(context);
        started.forEach(Running::lookAtTheEnd);
        SecretWatch.searchCommandLines();
        killAll();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        said = null;
        Objects.requireNonNull(watch).afterAll(served);
    }

    /** Starts a process that keeps running. One that is told to ends with this virtual machine, however that ends. */
    Running start(Map<String, String> environment, String... arguments) {
        try {
            String name = arguments[0] + "-" + (started.size() + 1);
            Path log = logs.resolve(name + ".log");
            Running running = new Running(
                    name,
                    builder(launcher(), environment, arguments)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.to(log.toFile()))
                            .start(),
                    log);
            started.add(running);
            served = true;
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts somebody else's program, with a home of its own. */
    Running startProgram(Path home, String program, List<String> command) {
        try {
            Path log = logs.resolve(program + "-" + (started.size() + 1) + ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(log.toFile()));
            builder.environment().put("HOME", home.toString());
            Running running = new Running(program, builder.start(), log);
            started.add(running);
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. */
    static Run run(Map<String, String> environment, String... arguments) {
        return run(launcher(), environment, arguments);
    }

    static Run run(Path launcher, Map<String, String> environment, String... arguments) {
        try {
            Process process = builder(launcher, environment, arguments).start();
            process.getOutputStream().close();
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: signet " + arguments[0] + "\n" + err.join());
            }
            Run run = new Run(process.exitValue(), out.join(), err.join());
            SecretWatch.rememberIssuedIn(run.out());
            keep(arguments, run);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** To be searched: all of it, but what is asked for because it is a secret. */
    private static void keep(String[] arguments, Run run) {
        Path file = said;
        if (file != null) {
            List<String> line = new ArrayList<>(List.of(arguments));
            if (line.size() > 2 && line.get(0).equals("token") && !line.get(2).startsWith("-")) {
                // TOKEN, which may also come on standard input.
                line.remove(2);
            }
            boolean tells = line.contains("create") || line.contains("rotate") || line.equals(List.of("auth", "token"));
            String shown = "$ signet " + String.join(" ", line) + "\n" + (tells ? "" : run.out()) + run.err();
            SecretWatch.append(file, shown);
        }
    }

    /** A port that nobody uses, and that nobody is given by chance, nor a second time, nor by tests beside these. */
    static int freePort() {
        while (true) {
            int port = RANDOM.nextInt(LOWEST_PORT, HIGHEST_PORT) / FORKS * FORKS + FORK % FORKS;
            if (!GIVEN.add(port)) {
                continue;
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: another.
            }
        }
    }

    private static ProcessBuilder builder(Path launcher, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> clean = builder.environment();
        clean.keySet().removeIf(name -> name.startsWith("SIGNET_") || name.startsWith("ASTRO"));
        clean.put("SIGNET_BUILD", "never");
        // Several run beside each other; a test that asks one over HTTP says where.
        clean.put("SIGNET_HTTP_LISTEN", "127.0.0.1:0");
        clean.put("SIGNET_SIDECAR_HTTP_LISTEN", "127.0.0.1:0");
        // Tests call as fast as they can; the one of these limits sets them.
        for (String what : List.of("READS", "CHANGES", "DELETES", "LOOKUPS")) {
            clean.put("SIGNET_RATE_LIMIT_" + what, "off");
        }
        // They do not live long enough for the thorough compiler to pay.
        clean.put("SIGNET_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        clean.put("JAVA_HOME", System.getProperty("java.home"));
        clean.putAll(environment);
        SecretWatch.rememberIn(environment);
        return builder;
    }

    static Path launcher() {
        Path script = Path.of("bin", "signet").toAbsolutePath();
        assertTrue(Files.isExecutable(script), () -> "run from the folder of the module: no " + script);
        return script;
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void showIfFailed(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println("FAILED: " + context.getDisplayName());
            started.forEach(running -> System.err.println("--- " + running.log() + "\n" + running.text()));
        }
    }

    private void killAll() {
        started.forEach(Running::kill);
        started.clear();
    }
}
