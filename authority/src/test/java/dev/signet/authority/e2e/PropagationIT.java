package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.Propagation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a deletion says of a real sidecar: that it knows, or by when it does no harm. */
final class PropagationIT {
    private static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(6);
    private static final Duration LONG_ENOUGH = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private Cluster cluster;
    private Cluster.Tenant tenant;
    private Client owner;

    @BeforeEach
    void start() {
        cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", MAXIMUM_STALENESS.toSeconds() + "s");
        cluster.startAuthority();
        cluster.startSidecar();
        cluster.awaitSidecar();
        tenant = cluster.newTenant("Propagation");
        owner = cluster.client(tenant.owner());
    }

    @AfterEach
    void stop() {
        owner.close();
        cluster.close();
        cluster.sidecar().kill();
        cluster.authority().kill();
    }

    private CreateTokenResponse acceptedToken() {
        CreateTokenResponse token = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci");
        Await.until(
                Verifier.ACCEPTED,
                PATIENCE,
                () -> cluster.verdict(token.getValue()).equals(Verifier.ACCEPTED));
        return token;
    }

    private Propagation delete(CreateTokenResponse token, Duration wait) {
        Instant before = Instant.now();
        Propagation propagation = owner.deleteToken(token.getToken().getName(), wait);
        Instant certainBy = Instant.ofEpochSecond(
                propagation.getCertainBy().getSeconds(),
                propagation.getCertainBy().getNanos());
        assertFalse(certainBy.isBefore(before.plus(MAXIMUM_STALENESS)), certainBy::toString);
        assertFalse(certainBy.isAfter(Instant.now().plus(MAXIMUM_STALENESS)), certainBy::toString);
        return propagation;
    }

    private static void assertCounts(int confirmed, int pending, Propagation propagation) {
        assertEquals(confirmed, propagation.getConfirmed(), propagation::toString);
        assertEquals(pending, propagation.getPending(), propagation::toString);
    }

    @Test
    void aSidecarThatConfirmedAcceptsNoMore() {
        for (int round = 0; round < 20; round++) {
            CreateTokenResponse token = acceptedToken();
            assertCounts(1, 0, delete(token, LONG_ENOUGH));
            assertEquals("REVOKED", cluster.verdict(token.getValue()));
        }
    }

    @Test
    void aSidecarThatStandsStillIsPendingAndRefusesOnceItIsCertain() {
        CreateTokenResponse one = acceptedToken();
        CreateTokenResponse other = acceptedToken();
        cluster.sidecar().freeze();
        assertCounts(0, 1, delete(one, Duration.ZERO));
        Propagation late = owner.deleteToken(other.getToken().getName(), LONG_ENOUGH);
        assertCounts(0, 1, late);
        assertEquals(0, late.getCertainIn().getSeconds(), "it came because the time had come");
        cluster.sidecar().thaw();
        for (CreateTokenResponse each : new CreateTokenResponse[] {one, other}) {
            assertNotEquals(Verifier.ACCEPTED, cluster.verdict(each.getValue()));
        }
        assertCounts(1, 0, delete(acceptedToken(), LONG_ENOUGH));
    }
}
