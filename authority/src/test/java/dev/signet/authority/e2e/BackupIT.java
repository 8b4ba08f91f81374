package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.CreateTokenResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an operator types to back an authority up that serves, and to have it back on another machine. */
final class BackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private static Processes.Run signet(String... arguments) {
        return Processes.run(Map.of(), arguments);
    }

    @Test
    void aBackupIsTakenWhileItServesAndRestoredWithWhatTheSidecarKnows() throws IOException {
        Path data = folder.resolve("data");
        Path kept = folder.resolve("sidecar");
        Path backup = folder.resolve("backup");
        CreateTokenResponse good;
        CreateTokenResponse deleted;
        CreateTokenResponse later;
        long revision;
        try (Cluster cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", "10s")) {
            cluster.startAuthority();
            cluster.startSidecar(cluster.authorityPort(), "--data", kept.toString());
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Kept");
            try (Client owner = cluster.client(tenant.owner())) {
                good = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "good");
                deleted = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "deleted");
                Map<String, String> address = Map.of("SIGNET_ADDRESS", "127.0.0.1:" + cluster.authorityPort());
                Processes.Run refused = Processes.run(
                        Map.of(
                                "SIGNET_ADDRESS",
                                "127.0.0.1:" + cluster.authorityPort(),
                                "ASTRO_API_TOKEN",
                                tenant.owner()),
                        "backup",
                        backup.toString());
                assertEquals(1, refused.exitCode(), refused::toString);
                assertTrue(refused.err().contains("PERMISSION_DENIED"), refused.err());
                assertTrue(Files.notExists(backup));

                assertEquals(
                        backup.toString(),
                        Processes.run(address, "backup", backup.toString(), "--data", data.toString())
                                .value());
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
                assertEquals(
                        1,
                        Processes.run(address, "backup", backup.toString(), "--data", data.toString())
                                .exitCode());

                later = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "later");
                revision = owner.deleteToken(deleted.getToken().getName(), PATIENCE)
                        .getRevision();
            }
            Await.until(
                    "revoked",
                    PATIENCE,
                    () -> cluster.verdict(deleted.getValue()).equals("REVOKED"));
            Path pong = kept.resolve("trust-pong");
            long written = pong.toFile().lastModified();
            Await.until("another pong", PATIENCE, () -> pong.toFile().lastModified() > written);
            cluster.authority().killAlone();
            cluster.sidecar().kill();
        }

        Path other = folder.resolve("other");
        Path restored = Files.createDirectories(other.resolve("data"));
        Files.copy(data.resolve("master-key"), restored.resolve("master-key"), StandardCopyOption.COPY_ATTRIBUTES);
        assertEquals(
                0,
                signet("restore", backup.toString(), "--data", restored.toString())
                        .exitCode());
        Processes.Run refused = signet("serve", "--data", restored.toString(), "--listen", "127.0.0.1:0");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("--raise-epochs"), refused.err());
        String state = kept.resolve("trust-state").toString();
        assertEquals(
                2,
                signet("restore", "--data", restored.toString(), "--trust-state", state)
                        .exitCode());
        assertEquals(
                1,
                signet("restore", "--data", restored.toString(), "--trust-state", state, "--through", "" + 1_000_000)
                        .exitCode());
        assertEquals(
                restored.resolve("platform-token").toString(),
                signet(
                                "restore",
                                "--data",
                                restored.toString(),
                                "--trust-state",
                                state,
                                "--through",
                                String.valueOf(revision))
                        .value());

        try (Cluster cluster = new Cluster(PROCESSES, other, "--maximum-staleness", "10s")) {
            cluster.startAuthority();
            cluster.startSidecar(cluster.authorityPort(), "--data", kept.toString());
            cluster.awaitSidecar();
            Await.until("good", PATIENCE, () -> cluster.verdict(good.getValue()).equals(Verifier.ACCEPTED));
            assertEquals("REVOKED", cluster.verdict(deleted.getValue()));
            // Until it has heard from the restored one, it goes by what it kept.
            Await.until(
                    "refused", PATIENCE, () -> cluster.verdict(later.getValue()).equals("REVOKED"));
            Await.until("good", PATIENCE, () -> cluster.verdict(good.getValue()).equals(Verifier.ACCEPTED));
            assertEquals("REVOKED", cluster.verdict(deleted.getValue()));
            cluster.sidecar().terminate();
            cluster.authority().terminate();
        }
    }
}
