package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.signet.v1.CreateTokenResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar, from before it knows anything. */
final class SidecarIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    @Test
    void servesOnPortAndSocketOnceItHasHeardFromAnAuthority() throws IOException {
        try (Cluster cluster = new Cluster(PROCESSES, folder);
                Verifier socket = Verifier.at(cluster.socket())) {
            cluster.startAuthority();
            Cluster.Tenant tenant = cluster.newTenant("Sidecar");
            cluster.authority().killAlone();

            cluster.startSidecar();
            awaitHealth(cluster.verifier(), ServingStatus.NOT_SERVING);
            awaitHealth(socket, ServingStatus.NOT_SERVING);
            assertNotEquals(Verifier.ACCEPTED, cluster.verdict(tenant.owner()));
            assertNotEquals(Verifier.ACCEPTED, socket.verdict(tenant.owner()));
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.socket())));

            cluster.startAuthority();
            awaitHealth(cluster.verifier(), ServingStatus.SERVING);
            awaitHealth(socket, ServingStatus.SERVING);
            try (Client owner = cluster.client(tenant.owner())) {
                CreateTokenResponse token = owner.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "ci");
                assertEquals(cluster.verifier().verify(token.getValue()), socket.verify(token.getValue()));
                assertEquals(Verifier.ACCEPTED, socket.verdict(token.getValue()));
                owner.deleteToken(token.getToken().getName());
                Await.until(
                        "revoked",
                        PATIENCE,
                        () -> socket.verdict(token.getValue()).equals("REVOKED"));
            }

            // A socket that a killed process left is no obstacle.
            cluster.sidecar().killAlone();
            cluster.startSidecar();
            awaitHealth(socket, ServingStatus.SERVING);
            assertEquals(Verifier.ACCEPTED, socket.verdict(tenant.owner()));
        }
    }

    private static void awaitHealth(Verifier verifier, ServingStatus expected) {
        Await.until(expected.name(), PATIENCE, () -> verifier.health() == expected);
    }
}
