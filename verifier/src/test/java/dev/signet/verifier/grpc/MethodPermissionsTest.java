package dev.signet.verifier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.health.v1.HealthGrpc;
import org.junit.jupiter.api.Test;

class MethodPermissionsTest {
    private static final ResourcePath HERE = ResourcePath.organization(TestTokens.ORGANIZATION);

    @Test
    void whatIsListedMustBeServed() {
        MethodPermissions good = MethodPermissions.builder()
                .require("acme.v1.Deploys/Create", "deployment.deploys.create", HERE)
                .anyAcceptedToken("acme.v1.Deploys/Watch")
                .openServices(HealthGrpc.SERVICE_NAME)
                .build();
        MethodPermissions misspelt = MethodPermissions.builder()
                .require(Deploys.CREATE, "deployment.deploys.create", HERE)
                .require("acme.v1.Deploys/Wacth", "deployment.deploys.create", HERE)
                .openServices("grpc.health.v1.Healthy")
                .build();
        try (GuardedServer server = new GuardedServer(good)) {
            good.requireServedBy(server.services());
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> misspelt.requireServedBy(server.services()));
            assertEquals("listed, but not served: acme.v1.Deploys/Wacth, grpc.health.v1.Healthy", refusal.getMessage());
        }
    }

    @Test
    void linesThatMeanNothingAreRefused() {
        MethodPermissions.Builder builder = MethodPermissions.builder().open("acme.v1.Deploys/Create");
        assertRefused("listed twice: acme.v1.Deploys/Create", () -> builder.anyAcceptedToken("acme.v1.Deploys/Create"));
        assertRefused("the permission is empty: a.B/C", () -> builder.require("a.B/C", " ", HERE));
        for (String name : new String[] {"", "Create", "/Create", "a.B/", "/a.B/C", "a.B/C/D"}) {
            assertRefused("not the full name of a method, package.Service/Method: " + name, () -> builder.open(name));
        }
        assertRefused("not the full name of a service: a.B/C", () -> builder.openServices("a.B/C"));
    }

    private static void assertRefused(String message, Runnable line) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, line::run).getMessage());
    }
}
