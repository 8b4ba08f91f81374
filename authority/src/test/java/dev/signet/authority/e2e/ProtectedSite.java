package dev.signet.authority.e2e;

import dev.signet.v1.CreateTokenResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A deployment behind gateways that ask a sidecar, and who wants to get at it. */
final class ProtectedSite implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What is behind the gateways. */
    final RecordingServer backend = new RecordingServer();

    final Cluster.Tenant tenant;
    /** Makes and deletes tokens. */
    final Client owner;
    /** May look and deploy. */
    final CreateTokenResponse deployer;
    /** May only look. */
    final String looker;

    final String expired;

    private final Processes processes;
    private final Path folder;
    private final Cluster cluster;
    private final int sidecar = Processes.freePort();

    ProtectedSite(Processes processes, Path folder) {
        this.processes = processes;
        this.folder = folder;
        cluster = new Cluster(processes, folder);
        cluster.startAuthority();
        cluster.startSidecar(cluster.authorityPort(), "--http-listen", "127.0.0.1:" + sidecar, "--clock-skew", "0s");
        tenant = cluster.newTenant("Behind gateways");
        owner = cluster.client(tenant.owner());
        expired = owner.shortLivedUserToken(tenant.organization(), "somebody@example.com");
        deployer = owner.createToken(tenant.workspace(), "WORKSPACE_OPERATOR", "deployer");
        looker = owner.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "looker")
                .getValue();
        cluster.awaitSidecar();
        Await.until(
                "its second has passed",
                PATIENCE,
                () -> cluster.verdict(expired).equals("EXPIRED"));
    }

    /** Starts a gateway, and returns its port. */
    int start(Gateway gateway) {
        return start(gateway, sidecar, Map.of());
    }

    /**
     * Starts one that is not as it should be.
     *
     * @param changes of its configuration
     */
    int start(Gateway gateway, Map<String, String> changes) {
        return start(gateway, sidecar, changes);
    }

    /** Starts one that asks something else in the sidecar's place. */
    int start(Gateway gateway, RecordingServer standIn) {
        return start(gateway, standIn.port(), Map.of());
    }

    private int start(Gateway gateway, int asked, Map<String, String> changes) {
        return gateway.start(processes, folder, asked, backend.port(), tenant.deployment(), changes);
    }

    @Override
    public void close() {
        backend.close();
        owner.close();
        cluster.close();
    }
}
