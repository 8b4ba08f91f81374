package dev.signet.verifier.sidecar;

import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * What Prometheus reads of a sidecar. What is counted is counted in plain adders; the library is loaded, and everything
 * said in its words, when somebody asks.
 */
final class SidecarMetrics {
    private final Tally tally;
    private final List<CallTimes> calls;
    private final TrustState trust;
    private final Clocks clocks;
    private final BooleanSupplier ready;

    SidecarMetrics(Tally tally, List<CallTimes> calls, TrustState trust, Clocks clocks, BooleanSupplier ready) {
        this.tally = tally;
        this.calls = List.copyOf(calls);
        this.trust = trust;
        this.clocks = clocks;
        this.ready = ready;
    }

    HttpPage page() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, snapshot(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HttpPage(200, PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
    }

    /** What is held of the trust state, gone through once: there may be many organizations, and this is an event loop. */
    private static final class Held {
        private long revision;
        private long organizations;
        private long revokedValues;

        private void add(TrustPart part) {
            revision = Math.max(revision, part.revision());
            if (part instanceof OrganizationTrust organization) {
                organizations++;
                revokedValues += organization.revoked().size();
            } else if (part instanceof InstallationTrust installation) {
                revokedValues += installation.revoked().size();
            }
        }
    }

    private MetricSnapshots snapshot() {
        InstallationTrust installation = trust.installation();
        Held held = new Held();
        trust.forEach(held::add);
        return MetricSnapshots.of(
                counters("signet_verdicts", "Verdicts by their reason.", "reason", tally::verdicts),
                counters(
                        "signet_token_lookups",
                        "Verdicts by whether the token was known, or its signature had to be checked.",
                        "result",
                        tally::lookups),
                counters(
                        "signet_overloads",
                        "Questions refused as too many tokens waited for their first signature check.",
                        "reason",
                        each -> each.accept("OVERLOADED", tally.overloads())),
                started(),
                durations(),
                gauge("signet_ready", "1 while tokens can be judged, else 0.", ready.getAsBoolean() ? 1 : 0),
                gauge(
                        "signet_trust_staleness_seconds",
                        "Age of the installation's trust state; infinite before the first one is confirmed.",
                        installation == null ? Double.POSITIVE_INFINITY : seconds(installation)),
                gauge(
                        "signet_trust_maximum_staleness_seconds",
                        "The age past which everything is refused.",
                        installation == null
                                ? Double.NaN
                                : installation.policy().maximumStaleness().toNanos() / 1e9),
                gauge(
                        "signet_trust_revision",
                        "The last revision of any part of the trust state that is held.",
                        (double) held.revision),
                gauge("signet_organizations_loaded", "Organizations whose trust state is held.", (double)
                        held.organizations),
                gauge("signet_revocation_list_values", "Values known to have ended.", (double) held.revokedValues));
    }

    private double seconds(InstallationTrust installation) {
        long nanos = installation.freshness().ageNanos(clocks.now());
        return nanos == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : nanos / 1e9;
    }

    private CounterSnapshot started() {
        CounterSnapshot.Builder started =
                CounterSnapshot.builder().name("grpc_server_call_started").help("Calls that came.");
        calls.forEach(times -> started.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("grpc_method", times.method()))
                .value((double) times.started())
                .build()));
        return started.build();
    }

    private HistogramSnapshot durations() {
        HistogramSnapshot.Builder durations = HistogramSnapshot.builder()
                .name("grpc_server_call_duration_seconds")
                .help("From the arrival of a call to its end.");
        for (CallTimes times : calls) {
            times.byStatus()
                    .forEach((status, took) -> durations.dataPoint(HistogramDataPointSnapshot.builder()
                            .labels(Labels.of("grpc_method", times.method(), "grpc_status", status.name()))
                            .classicHistogramBuckets(ClassicHistogramBuckets.of(took.bounds(), took.counts()))
                            .sum(took.seconds())
                            .build()));
        }
        return durations.build();
    }

    private static CounterSnapshot counters(
            String name, String help, String label, Consumer<ObjLongConsumer<String>> values) {
        CounterSnapshot.Builder counters = CounterSnapshot.builder().name(name).help(help);
        values.accept((value, count) -> counters.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value((double) count)
                .build()));
        return counters.build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
