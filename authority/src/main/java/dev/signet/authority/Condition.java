package dev.signet.authority;

import dev.signet.authority.feed.TrustPublisher;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.Route;
import dev.signet.authority.metrics.Metrics;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the authority is, for whoever looks after it. */
final class Condition {
    private static final Logger LOG = LoggerFactory.getLogger(Condition.class);

    private final Ledger ledger;
    private final TrustPublisher publisher;
    private final Duration rotationPeriod;
    private final InstantSource clock;

    Condition(Ledger ledger, TrustPublisher publisher, Duration rotationPeriod, InstantSource clock) {
        this.ledger = ledger;
        this.publisher = publisher;
        this.rotationPeriod = rotationPeriod;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.fromMemory("GET", "/healthz", request -> HttpReply.text(200, "alive\n")),
                Route.of(
                        "GET",
                        "/readyz",
                        Route.Turn.CONDITION,
                        request -> storeAnswers()
                                ? HttpReply.text(200, "ready\n")
                                : HttpReply.text(503, "the store does not answer\n")));
    }

    private boolean storeAnswers() {
        try {
            return ledger.readSoon(tx -> tx.trust().head()) >= 0;
        } catch (RuntimeException e) {
            LOG.warn("not ready: the store does not answer", e);
            return false;
        }
    }

    void measure(Metrics metrics) {
        metrics.gauge("signet_trust_revision", "The last revision that this authority has applied and published.", () ->
                        (double) publisher.head())
                .gauge(
                        "signet_verifiers_connected",
                        "Verifiers that watch the feed at this authority.",
                        publisher::watching)
                .gauge(
                        "signet_verifiers_revision_lag",
                        "How many revisions the connected verifier that is furthest behind has not confirmed.",
                        () -> (double) publisher.largestLag())
                .gauge(
                        "signet_revocation_list_values",
                        "Values known to have ended, in the lists that are loaded here.",
                        this::revokedValues)
                .gauges("signet_signing_keys", "Signing keys by their state.", "state", this::keysByState)
                .gauge(
                        "signet_signing_key_rotation_due_seconds",
                        "How long the active key signs until its rotation is due; negative where it is overdue.",
                        this::rotationDueSeconds);
    }

    private double revokedValues() {
        DoubleAdder values = new DoubleAdder();
        publisher.state().forEach(held -> {
            if (held instanceof OrganizationTrust organization) {
                values.add(organization.revoked().size());
            } else if (held instanceof InstallationTrust installation) {
                values.add(installation.revoked().size());
            }
        });
        return values.sum();
    }

    private Map<String, Double> keysByState() {
        Map<String, Double> keys = new LinkedHashMap<>();
        for (KeyState state : KeyState.values()) {
            keys.put(state.name().toLowerCase(Locale.ROOT), 0.0);
        }
        InstallationTrust installation = publisher.state().installation();
        if (installation != null) {
            installation
                    .keys()
                    .values()
                    .forEach(key -> keys.merge(key.state().name().toLowerCase(Locale.ROOT), 1.0, Double::sum));
        }
        return keys;
    }

    /** Not a number where the store does not answer, or no key signs. */
    private double rotationDueSeconds() {
        try {
            return ledger.readSoon(tx -> tx.keys().active())
                    .map(StoredKey::stateTime)
                    .map(since -> Metrics.seconds(Duration.between(clock.instant(), since.plus(rotationPeriod))))
                    .orElse(Double.NaN);
        } catch (RuntimeException e) {
            LOG.warn("the signing key cannot be read", e);
            return Double.NaN;
        }
    }
}
