package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.MetricNames;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus reads of a sidecar, and that what ships with it asks for nothing else. */
final class SidecarMetricsTest {
    private final TrustState trust = new TrustState();
    private final FakeClocks clocks = new FakeClocks();
    private final SignaturePool pool = new SignaturePool();
    private final SidecarMetrics metrics;
    private final Server server;
    private final ManagedChannel channel;
    private final VerifierServiceGrpc.VerifierServiceBlockingStub stub;
    private volatile boolean ready = true;

    SidecarMetricsTest() throws IOException {
        TokenVerifier verifier =
                new TokenVerifier(VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, clocks.clocks());
        Decisions decisions = new Decisions(verifier, organization -> CompletableFuture.completedFuture(null));
        VerifierGrpc service = new VerifierGrpc(decisions, pool);
        metrics = new SidecarMetrics(decisions.tally(), service.times(), trust, clocks.clocks(), () -> ready);
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(service)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        stub = VerifierServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        pool.close();
    }

    private void load() {
        trust.replace(TestTrust.installation(5, Freshness.now(clocks.clocks()), TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.now(clocks.clocks())));
    }

    private void verify(String token) {
        var unused = stub.verify(VerifyRequest.newBuilder().setToken(token).build());
    }

    private String scrape() {
        HttpPage page = metrics.page();
        assertEquals(200, page.status());
        assertTrue(page.contentType().startsWith("text/plain"), page.contentType());
        return new String(page.body(), UTF_8);
    }

    private void assertTells(String line) {
        String text = scrape();
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }

    @Test
    void verdictsAreCountedByTheirReason() {
        load();
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        verify(token);
        verify(token);
        verify(token);
        verify("nothing");
        trust.apply(TestTokens.ORGANIZATION, new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 6, 5);
        verify(token);
        assertTells("signet_verdicts_total{reason=\"ACCEPTED\"} 3.0");
        assertTells("signet_verdicts_total{reason=\"REVOKED\"} 1.0");
        assertTells("signet_verdicts_total{reason=\"MALFORMED\"} 1.0");
        assertTells("signet_token_lookups_total{result=\"first_seen\"} 1.0");
        assertTells("signet_token_lookups_total{result=\"known\"} 4.0");
        assertTells("signet_revocation_list_values 1.0");
        assertTells("signet_trust_revision 6.0");
        assertTells("signet_organizations_loaded 1.0");
        assertTells("grpc_server_call_started_total{grpc_method=\"signet.v1.VerifierService/Verify\"} 5.0");
        assertTells("grpc_server_call_duration_seconds_count{grpc_method=\"signet.v1.VerifierService/Verify\","
                + "grpc_status=\"OK\"} 5");
        assertFalse(scrape().contains(token));
    }

    @Test
    void stalenessIsTold() {
        assertTells("signet_trust_staleness_seconds +Inf");
        load();
        clocks.advance(Duration.ofSeconds(7));
        assertTells("signet_trust_staleness_seconds 7.0");
        assertTells("signet_trust_maximum_staleness_seconds 60.0");
        assertTells("signet_ready 1.0");
        ready = false;
        assertTells("signet_ready 0.0");
    }

    /** Watched ones and those that are there as they are needed; it is read on an event loop, and must need none. */
    @Test
    void everyPartThatIsHeldIsCounted() {
        load();
        String needed = "org_01h455vb4pex5vsknk084sn02q";
        assertEquals(null, trust.organization(needed));
        trust.replace(OrganizationTrust.unchanged(needed, 9, Freshness.now(clocks.clocks())));
        assertTells("signet_organizations_loaded 2.0");
        assertTells("signet_trust_revision 9.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dashboard.json", "alerts.yaml"})
    void whatShipsAsksForNothingElse(String file) throws IOException {
        load();
        verify(TestTokens.of(Kind.WORKSPACE).sign());
        Set<String> unknown = new TreeSet<>(MetricNames.asked(Path.of("deploy/prometheus", file)));
        assertFalse(unknown.isEmpty());
        unknown.removeAll(MetricNames.told(scrape()));
        assertEquals(Set.of(), unknown);
    }
}
