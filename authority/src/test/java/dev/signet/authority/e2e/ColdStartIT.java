package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.CreateTokenResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that is started while the authority is down decides by what it kept, for as long as that is fresh. */
final class ColdStartIT {
    private static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void aSidecarThatIsKilledGoesOnFromItsDisk() throws Exception {
        String[] data = {"--data", folder.resolve("sidecar").toString()};
        try (Cluster cluster =
                new Cluster(PROCESSES, folder, "--maximum-staleness", MAXIMUM_STALENESS.toSeconds() + "s")) {
            cluster.startAuthority();
            cluster.startSidecar(cluster.authorityPort(), data);
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Cold");
            CreateTokenResponse good;
            CreateTokenResponse deleted;
            try (Client owner = cluster.client(tenant.owner())) {
                good = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "good");
                deleted = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "deleted");
                owner.deleteToken(deleted.getToken().getName());
            }
            await(cluster, good, Verifier.ACCEPTED);
            await(cluster, deleted, "REVOKED");
            // What the disk has to tell: it is written with the pong that comes next.
            Path state = folder.resolve("sidecar").resolve("trust-pong");
            long written = state.toFile().lastModified();
            Await.until("another pong", PATIENCE, () -> state.toFile().lastModified() > written);
            cluster.authority().killAlone();
            long gone = System.nanoTime();
            cluster.sidecar().kill();

            cluster.startSidecar(cluster.authorityPort(), data);
            cluster.awaitSidecar();
            assertEquals(Verifier.ACCEPTED, cluster.verdict(good.getValue()));
            assertEquals("REVOKED", cluster.verdict(deleted.getValue()));
            Await.until("stale", PATIENCE, () -> {
                long asked = System.nanoTime();
                String verdict = cluster.verdict(good.getValue());
                boolean inTime = asked - gone <= MAXIMUM_STALENESS.toNanos();
                assertTrue(inTime || !verdict.equals(Verifier.ACCEPTED), "accepted after it had to be stale");
                return verdict.equals("STALE_TRUST");
            });
            assertEquals("REVOKED", cluster.verdict(deleted.getValue()));

            // It comes back by itself, and a restart goes on from there.
            cluster.sidecar().kill();
            cluster.startAuthority();
            cluster.startSidecar(cluster.authorityPort(), data);
            cluster.awaitSidecar();
            await(cluster, good, Verifier.ACCEPTED);
            cluster.sidecar().terminate();
            cluster.authority().terminate();
        }
    }

    private static void await(Cluster cluster, CreateTokenResponse token, String verdict) {
        Await.until(verdict, PATIENCE, () -> cluster.verdict(token.getValue()).equals(verdict));
    }
}
