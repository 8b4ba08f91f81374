package dev.signet.authority.cli;

import com.google.gson.JsonObject;
import dev.signet.authority.load.Arrivals;
import dev.signet.authority.load.LoadConfig;
import dev.signet.authority.load.LoadFailure;
import dev.signet.authority.load.LoadTarget;
import dev.signet.authority.load.LoadTest;
import dev.signet.authority.load.Mix;
import dev.signet.authority.load.OutputFolder;
import dev.signet.authority.load.Peers;
import dev.signet.authority.load.Report;
import dev.signet.authority.load.Summary;
import dev.signet.verifier.InvalidConfiguration;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code load}: what the sidecar or the authority can take, and how fast they are meanwhile. */
@Command(name = "load", description = LoadCommand.DESCRIPTION)
final class LoadCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Make calls at a fixed rate, however long answers take, and measure them.";

    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("'signet-load-'yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final int GOODBYE_SECONDS = 60;
    private static final double DEFAULT_RATE = 1000;
    private static final Duration DEFAULT_DURATION = Duration.ofSeconds(30);
    private static final Duration DEFAULT_STEP = Duration.ofSeconds(4);

    private final Shell shell;
    private final Connections connections;
    private final Target target;

    @Option(
            names = "--target",
            paramLabel = "WHAT",
            description = "what to call: verify or stream of the sidecar; create, exchange or rotate of the authority"
                    + " (default: verify)")
    private LoadTarget what = LoadTarget.VERIFY;

    @Option(
            names = "--rate",
            paramLabel = "CALLS",
            description = "calls a second (default: 1000); with --find-limit those of the first step")
    private double rate = DEFAULT_RATE;

    @Option(
            names = "--duration",
            paramLabel = "DURATION",
            description = "how long calls are made (default: 30s); with --find-limit in each step (default: 4s)")
    private @Nullable Duration duration;

    @Option(
            names = "--warm-up",
            paramLabel = "DURATION",
            description = "how long calls are made before that are not measured (default: 2s)")
    private Duration warmUp = Duration.ofSeconds(2);

    @Option(
            names = "--mix",
            paramLabel = "SHARES",
            description = "percentages of the kinds of tokens that the sidecar is asked about"
                    + " (default: known=90,first-seen=5,revoked=3,malformed=2)")
    private @Nullable String mix;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            description = "poisson, as those of many callers, or constant, equally spaced (default: poisson)")
    private Arrivals arrivals = Arrivals.POISSON;

    @Option(names = "--connections", paramLabel = "COUNT", description = "over so many connections (default: 1)")
    private int count = 1;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            description = "at most so many unanswered calls at a time; more of them wait, and that counts"
                    + " (default: 1024)")
    private int inFlight = 1024;

    @Option(
            names = "--tokens",
            paramLabel = "COUNT",
            description = "so many different known tokens, or tokens that are rotated in turn (default: 100)")
    private int tokens = 100;

    @Option(names = "--find-limit", description = "search the highest rate that holds")
    private boolean findLimit;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "makes the same arrivals in the same order again")
    private @Nullable Long seed;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "folder of the results (default: ./signet-load-<time>)")
    private @Nullable String folder;

    @Mixin
    private Output output = new Output();

    LoadCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
        this.target = new Target(shell);
    }

    CommandLine commandLine() {
        CommandLine command = new CommandLine(this);
        target.addTo(command.getCommandSpec(), Level.WORKSPACE);
        return command;
    }

    @Override
    public Integer call() throws IOException {
        LoadConfig config = config();
        Credential credential = connections.credential();
        String workspace = target.name(Level.WORKSPACE, null, credential);
        Endpoint authority =
                credential.authority() == null ? connections.endpoint(Server.AUTHORITY) : credential.authority();
        Endpoint called = what.isVerifier() ? connections.endpoint(Server.VERIFIER) : authority;
        Peers peers = new Peers(
                () -> connections.opener().apply(called),
                () -> connections.opener().apply(authority),
                credential.token(),
                workspace,
                called.toString());
        try (LoadTest test = new LoadTest(
                config,
                peers,
                new SystemTiming(),
                shell.clock(),
                new SplittableRandom(config.seed()),
                new LoadProgress(shell))) {
            return run(test, OutputFolder.make(folder()));
        } catch (StatusRuntimeException e) {
            throw Failure.answered(
                    StatusLine.of(e, Server.AUTHORITY, authority, Peer.DEADLINE_SECONDS),
                    e.getStatus().getCode());
        } catch (LoadFailure e) {
            throw Failure.refused(String.valueOf(e.getMessage()));
        }
    }

    private LoadConfig config() {
        Duration chosen = duration == null ? findLimit ? DEFAULT_STEP : DEFAULT_DURATION : duration;
        if (mix != null && !what.isVerifier()) {
            throw Failure.usage("--mix is of tokens to verify: --target " + what + " takes none");
        }
        try {
            return new LoadConfig(
                    what,
                    rate,
                    chosen,
                    warmUp,
                    mix == null ? Mix.DEFAULT : Mix.parse(mix),
                    arrivals,
                    count,
                    inFlight,
                    tokens,
                    seed == null ? new SplittableRandom().nextLong() : seed,
                    findLimit);
        } catch (InvalidConfiguration e) {
            throw Failure.usage("--" + e.getMessage());
        }
    }

    private Path folder() {
        try {
            return Path.of(folder == null ? FOLDER.format(shell.clock().instant()) : folder);
        } catch (InvalidPathException e) {
            throw Failure.usage("--output-dir is not a path");
        }
    }

    /** However it ends, what was made is deleted; Ctrl-C waits for that, and for the results so far. */
    private int run(LoadTest test, OutputFolder results) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> end(test, done), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        Report report;
        try {
            try {
                report = test.run(results);
            } finally {
                cleanUp(test);
            }
            JsonObject summary = Summary.of(report);
            results.write(summary);
            output.print(shell, summary, () -> LoadTable.of(report));
            tell(report, results);
        } finally {
            done.countDown();
            stay(hook);
        }
        return report.isGood() ? 0 : Failure.REFUSED;
    }

    private void tell(Report report, OutputFolder results) {
        if (!output.isJson() && report.config().findLimit()) {
            shell.out().println(LoadTable.limit(report));
        }
        if (!report.config().findLimit()) {
            report.result().problems().forEach(problem -> shell.say("signet: " + problem));
        }
        String noPicture = results.draw(report);
        if (noPicture != null) {
            shell.say("signet: " + noPicture);
        }
        shell.say("Results are in " + results + ".");
    }

    private void cleanUp(LoadTest test) {
        try {
            test.cleanUp();
        } catch (StatusRuntimeException e) {
            shell.say("signet: what was made is left behind, as the authority answered "
                    + e.getStatus().getCode() + ": delete it with `signet deployment delete " + test.leftBehind()
                    + "`");
        }
    }

    private static void end(LoadTest test, CountDownLatch done) {
        test.stop();
        try {
            if (!done.await(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stay(Thread hook) {
        try {
            var unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running: this process ends.
        }
    }
}
