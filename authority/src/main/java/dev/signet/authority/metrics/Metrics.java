package dev.signet.authority.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.Route;
import dev.signet.authority.store.Ledger;
import io.grpc.ServerInterceptor;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The metrics of one authority. Nothing in them names a token, a person or an organization. Thread-safe. */
public final class Metrics {
    /** As grpc's own for latencies (gRFC A66), in seconds. */
    private static final double[] LATENCIES = {
        0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013,
        0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2,
        5, 10, 20, 50, 100
    };

    private static final double NANOS_A_SECOND = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final LongSupplier nanos;
    private final CallMetrics calls;
    private final Histogram propagation = Histogram.builder()
            .name("signet_propagation_seconds")
            .help("From when a trust change was published to when a connected verifier had confirmed it.")
            .classicOnly()
            .classicUpperBounds(LATENCIES)
            .register(registry);
    private final Histogram store = Histogram.builder()
            .name("signet_store_seconds")
            .help("How long the store took, waiting for its turn and for the disk included.")
            .labelNames("operation")
            .classicOnly()
            .classicUpperBounds(LATENCIES)
            .register(registry);

    /** @param nanos monotonic time in nanoseconds */
    public Metrics(LongSupplier nanos) {
        this.nanos = nanos;
        this.calls = new CallMetrics(registry, LATENCIES, nanos);
    }

    /** Counts and times calls; to be asked before everybody else. */
    public ServerInterceptor calls() {
        return calls;
    }

    /** The ledger, of which every use is timed. */
    public Ledger timed(Ledger ledger) {
        return new TimedLedger(ledger, store, nanos);
    }

    /** Takes how long it took a verifier to confirm a change. */
    public LongConsumer propagationNanos() {
        return took -> propagation.observe(took / NANOS_A_SECOND);
    }

    /** Something that goes up and down, as it is when it is asked for. */
    public Metrics gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
        return this;
    }

    /** The same for each of the values of a label. */
    public Metrics gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(callback -> values.get().forEach((key, value) -> callback.call(value, key)))
                .register(registry);
        return this;
    }

    /** A time that is left or has passed, in the unit that Prometheus wants. */
    public static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_A_SECOND;
    }

    /** Where Prometheus reads them. */
    public Route route() {
        return Route.of(
                "GET",
                "/metrics",
                Route.Turn.CONDITION,
                request -> HttpReply.of(200, PrometheusTextFormatWriter.CONTENT_TYPE, text()));
    }

    private String text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(UTF_8);
    }
}
