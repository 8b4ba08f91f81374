package dev.signet.authority.load;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** A load test from its preparation to its end; used once. */
public final class LoadTest implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final LoadConfig config;
    private final Peers peers;
    private final Timing timing;
    private final InstantSource clock;
    private final Progress progress;
    private final Run run;
    private final ManagedChannel authority;
    private final List<ManagedChannel> connections = new ArrayList<>();
    private final Metadata credential = new Metadata();
    private final Stage stage;
    private volatile boolean stopped;

    /** @param random for the arrivals and the order of kinds */
    public LoadTest(
            LoadConfig config,
            Peers peers,
            Timing timing,
            InstantSource clock,
            RandomGenerator random,
            Progress progress) {
        this.config = config;
        this.peers = peers;
        this.timing = timing;
        this.clock = clock;
        this.progress = progress;
        this.run = new Run(config, timing, random, progress, () -> stopped);
        this.authority = peers.authority().get();
        credential.put(AUTHORIZATION, "Bearer " + peers.token());
        this.stage = new Stage(
                authority, credential, "signet-load-" + clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    /**
     * Makes what is needed, and the calls.
     *
     * @throws LoadFailure where it cannot be done
     * @throws io.grpc.StatusRuntimeException where the authority refuses
     */
    public Report run(OutputFolder output) throws IOException {
        stage.open(peers.workspace());
        Play play = prepare();
        Instant start = clock.instant();
        if (LoadConfig.calls(config.rate(), config.warmUp()) > 0) {
            var unused = run.make(config.rate(), config.warmUp(), play.warmUp(), play.transport(), null);
        }
        try (LatencyLog log = output.latencyLog(clock.millis())) {
            return config.findLimit() ? findLimit(play, log.writer(), start) : once(play, log.writer(), start);
        }
    }

    /** Has a run in progress end soon, with what was measured so far. */
    public void stop() {
        stopped = true;
    }

    /** The full name of the deployment that all that was made is in; null where there is none. */
    public @Nullable String leftBehind() {
        return stage.deployment();
    }

    /**
     * Deletes all that was made.
     *
     * @throws io.grpc.StatusRuntimeException where the authority refuses
     */
    public void cleanUp() {
        stage.end();
    }

    @Override
    public void close() {
        connections.forEach(ManagedChannel::shutdownNow);
        authority.shutdownNow();
    }

    private Play prepare() {
        return config.target().isVerifier()
                ? Play.ofTokens(
                        config, connect(peers.verifier()), stage, new Rehearsal(timing, () -> stopped), progress)
                : Play.ofAuthority(config, connect(peers.authority()), credential, stage, progress);
    }

    private List<ManagedChannel> connect(Supplier<ManagedChannel> peer) {
        for (int count = 0; count < config.connections(); count++) {
            connections.add(peer.get());
        }
        return connections;
    }

    private RunResult measured(Play play, double rate, HistogramLogWriter log) {
        play.replenish().accept(LoadConfig.calls(rate, config.duration()));
        return run.make(rate, config.duration(), play.calls(), play.transport(), log);
    }

    private Report once(Play play, HistogramLogWriter log, Instant start) {
        RunResult result = measured(play, config.rate(), log);
        if (result.isClientBound()) {
            progress.note(clientBound(result));
        }
        return new Report(config, peers.address(), start, List.of(), null, result, stopped);
    }

    private Report findLimit(Play play, HistogramLogWriter log, Instant start) {
        KneeSearch.Knee knee = new KneeSearch(rate -> measured(play, rate, log), step -> {
                    progress.step(step);
                    return !stopped;
                })
                .find(config.rate(), LoadConfig.HIGHEST_RATE);
        Step failed = knee.failed();
        if (failed != null && failed.result().isClientBound()) {
            progress.note(clientBound(failed.result()));
        }
        Step limit = knee.limit();
        List<Step> steps = knee.steps();
        RunResult result = (limit == null ? steps.get(steps.size() - 1) : limit).result();
        return new Report(config, peers.address(), start, steps, limit, result, stopped);
    }

    private static String clientBound(RunResult result) {
        return String.format(
                Locale.ROOT,
                "at %.0f calls/s a thread of this process was busy %.0f %% of the time: that may be the limit of the"
                        + " client, and not of the server",
                result.rate(),
                result.clientBusy() * 100);
    }
}
