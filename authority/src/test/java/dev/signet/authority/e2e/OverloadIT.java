package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.WhoAmIResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** More is asked than can be done, by who may and by who may not; and somebody has tokens to end meanwhile. */
final class OverloadIT {
    private static final int REVOCATIONS = 20;
    /** Far more than one machine creates. */
    private static final double CREATES_A_SECOND = 6_000;

    private static final double STRANGERS_A_SECOND = 6_000;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    @Test
    void revocationsAreMadeAndNothingIsLost() throws Exception {
        // Without limits by credential: only the lanes are left to keep one from the other.
        try (Cluster cluster = new Cluster(PROCESSES, folder, Map.of("SIGNET_JAVA_OPTS", "-Xmx256m"))) {
            cluster.startAuthority();
            Cluster.Tenant tenant = cluster.newTenant("Overloaded");
            try (Client third = cluster.client(tenant.owner())) {
                List<String> names = new ArrayList<>();
                for (int token = 0; token < REVOCATIONS; token++) {
                    names.add(third.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "to end")
                            .getToken()
                            .getName());
                }
                String busy = third.createToken(tenant.organization(), "ORGANIZATION_OWNER", "busy")
                        .getValue();
                Set<String> acknowledged = overloaded(cluster, tenant, busy, () -> names.forEach(third::deleteToken));

                // At once, and the first time.
                third.deleteToken(third.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "after")
                        .getToken()
                        .getName());
                Set<String> there = new HashSet<>();
                third.listTokens(tenant.organization()).forEach(token -> there.add(token.getName()));
                assertTrue(there.containsAll(acknowledged), "what was acknowledged is there");
                names.forEach(name -> assertTrue(!there.contains(name), "what was ended is not"));
                StatusRuntimeException gone =
                        assertThrows(StatusRuntimeException.class, () -> third.deleteToken(names.get(0)));
                assertEquals(Status.Code.NOT_FOUND, gone.getStatus().getCode());
            }
        }
    }

    private static Set<String> overloaded(Cluster cluster, Cluster.Tenant tenant, String busy, Runnable meanwhile)
            throws InterruptedException {
        String forged = tenant.owner().substring(0, tenant.owner().lastIndexOf('.') + 1) + "A".repeat(86);
        try (Flood<WhoAmIResponse> strangers =
                        new Flood<>(cluster.authorityPort(), STRANGERS_A_SECOND, Floods.whoAmI(forged));
                Flood<CreateTokenResponse> creates = new Flood<>(
                        cluster.authorityPort(), CREATES_A_SECOND, Floods.createToken(busy, tenant.workspace()))) {
            Await.until(
                    "more is asked than can be done",
                    Duration.ofSeconds(30),
                    () -> creates.ended(Status.Code.RESOURCE_EXHAUSTED) > 0 && strangers.sent() >= 1_000);
            long began = System.nanoTime();
            meanwhile.run();
            System.out.printf(
                    "%d revocations in %d ms%n", REVOCATIONS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            strangers.stop();
            creates.stop();
            System.out.println("without a credential: " + strangers);
            System.out.println("with one: " + creates);
            assertEquals(0, strangers.ended(Status.Code.OK));
            assertTrue(creates.ended(Status.Code.OK) > 0, creates::toString);
            Set<String> acknowledged = new HashSet<>();
            creates.answers().forEach(each -> acknowledged.add(each.getToken().getName()));
            return acknowledged;
        }
    }
}
