package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a token as a pipeline lives it, through the command line. */
final class LifeCycleIT {
    private static final int DAYS = 90;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static Dev dev;

    @BeforeAll
    static void start() {
        dev = Dev.start(PROCESSES, folder);
    }

    @ParameterizedTest
    @CsvSource({
        "organization, ORGANIZATION_MEMBER, SIGNET_ORGANIZATION",
        "workspace, WORKSPACE_OPERATOR, SIGNET_WORKSPACE",
        "deployment, DEPLOYMENT_ADMIN, SIGNET_DEPLOYMENT"
    })
    void aTokenOfEachScope(String scope, String role, String resource) {
        JsonObject created = json(dev.run(
                scope, "token", "create", "-n", scope + " ci", "-r", role, "-e", String.valueOf(DAYS), "-o", "json"));
        String value = created.get("value").getAsString();
        String name = created.getAsJsonObject("token").get("name").getAsString();

        JsonObject verdict = json(dev.run("token", "verify", value, "--output", "json"));
        assertTrue(verdict.get("accepted").getAsBoolean());
        assertTrue(verdict.get("reason").isJsonNull());
        JsonObject principal = verdict.getAsJsonObject("principal");
        assertEquals(name, principal.get("name").getAsString());
        assertEquals(scope, principal.get("kind").getAsString());
        assertEquals(
                "organizations/" + dev.variable("SIGNET_ORGANIZATION"),
                principal.get("organization").getAsString());
        assertEquals(grant(dev.variable(resource), role), verdict.get("grants"));
        Duration left = Duration.between(
                Instant.now(), Instant.parse(verdict.get("expireTime").getAsString()));
        assertEquals(DAYS, left.plusHours(1).toDays());

        Processes.Run table = dev.run("token", "verify", value);
        assertEquals(0, table.exitCode(), table.err());
        for (String shown : List.of(
                "accepted",
                Client.id(name),
                scope,
                dev.variable("SIGNET_ORGANIZATION"),
                role + " on " + dev.variable(resource),
                "in " + DAYS + " days")) {
            assertTrue(table.out().contains(shown), table.out());
        }

        String rotated = dev.run(scope, "token", "rotate", "-t", scope + " ci", "--force", "-c")
                .value();
        assertNotEquals(value, rotated);
        awaitRevoked(value);
        assertEquals(0, dev.run("token", "verify", rotated).exitCode());

        assertEquals(0, dev.run(scope, "token", "delete", Client.id(name), "-f").exitCode());
        awaitRevoked(rotated);
        Processes.Run gone = dev.run(scope, "token", "get", Client.id(name));
        assertEquals(1, gone.exitCode());
        assertTrue(gone.err().contains("(NOT_FOUND)"), gone.err());
    }

    private static void awaitRevoked(String value) {
        try (Verifier sidecar = dev.sidecar()) {
            Await.until("revoked", PATIENCE, () -> !sidecar.verdict(value).equals(Verifier.ACCEPTED));
        }
        Processes.Run run = dev.run("token", "verify", value);
        assertEquals(1, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().contains("rejected") && run.out().contains("REVOKED"), run.out());
    }

    private static JsonArray grant(String resource, String role) {
        JsonObject grant = new JsonObject();
        grant.addProperty("resource", resource);
        grant.addProperty("role", role);
        JsonArray grants = new JsonArray();
        grants.add(grant);
        return grants;
    }

    private static JsonObject json(Processes.Run run) {
        JsonElement json = JsonParser.parseString(run.value());
        return json.getAsJsonObject();
    }
}
