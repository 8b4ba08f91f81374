package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an operator types about signing keys, and what is then found in the logs and on the disk. */
final class SigningKeyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void rotatedResealedStartedAgainAndRevoked() throws IOException {
        try (Cluster cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", "1s")) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Keys");
            String first = keyIn("ACTIVE", cluster);
            List<String> masterKeys = new ArrayList<>(List.of(masterKey()));

            Processes.Run early = signet(cluster, "rotate");
            if (early.exitCode() != 0) {
                assertTrue(early.err().contains("RESERVE_TOO_YOUNG"), early.err());
            }
            Await.until(
                    "the key in reserve may sign",
                    PATIENCE,
                    () -> !keyIn("ACTIVE", cluster).equals(first)
                            || signet(cluster, "rotate").exitCode() == 0);
            String second = keyIn("ACTIVE", cluster);
            assertNotEquals(first, second);
            assertEquals(first, keyIn("RETIRING", cluster));
            assertEquals(Verifier.ACCEPTED, cluster.verdict(tenant.owner()));

            assertEquals("{\"sealedCount\":3}", compact(done(signet(cluster, "rekey", "-o", "json"))));
            masterKeys.add(masterKey());
            assertNotEquals(masterKeys.get(0), masterKeys.get(1));

            cluster.authority().killAlone();
            cluster.startAuthority();
            assertEquals(second, keyIn("ACTIVE", cluster));
            String fresh;
            try (Client owner = cluster.client(tenant.owner())) {
                fresh = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci")
                        .getValue();
            }
            Await.until(
                    "the sidecar follows again",
                    PATIENCE,
                    () -> cluster.verdict(fresh).equals(Verifier.ACCEPTED));

            String before = cluster.platformToken();
            JsonObject revoked = JsonParser.parseString(
                            done(signet(cluster, "revoke", first, "--force", "--wait", "-o", "json")))
                    .getAsJsonObject();
            assertEquals(
                    0, revoked.getAsJsonObject("propagation").get("pending").getAsInt());
            assertEquals("REVOKED_KEY", cluster.verdict(tenant.owner()));
            assertEquals("REVOKED_KEY", cluster.verdict(before), "the platform token was the first key's");
            assertEquals(Verifier.ACCEPTED, cluster.verdict(fresh));
            assertEquals(first, keyIn("REVOKED", cluster), "by the new platform token");

            for (String log :
                    List.of(cluster.authority().text(), cluster.sidecar().text())) {
                for (String masterKey : masterKeys) {
                    assertFalse(log.contains(masterKey), "a master key is in a log");
                }
                assertFalse(log.contains("eyJ"), "a token or a sealed key is in a log");
                assertFalse(log.contains("\"d\":"), "a private key is in a log");
            }
            cluster.authority().terminate();
            cluster.sidecar().kill();
            try (Stream<Path> files = Files.list(folder.resolve("data"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertFalse(text.contains("\"d\":"), () -> "a private key is in " + file);
                    assertFalse(text.contains(masterKeys.get(0)), () -> "the former master key is in " + file);
                }
            }
        }
    }

    private String masterKey() throws IOException {
        return Files.readString(folder.resolve("data").resolve("master-key")).strip();
    }

    private static Processes.Run signet(Cluster cluster, String... arguments) {
        List<String> line = new ArrayList<>(List.of("signing-key"));
        line.addAll(List.of(arguments));
        return Processes.run(
                Map.of(
                        "SIGNET_ADDRESS",
                        "127.0.0.1:" + cluster.authorityPort(),
                        "ASTRO_API_TOKEN",
                        cluster.platformToken()),
                line.toArray(String[]::new));
    }

    private static String done(Processes.Run run) {
        assertEquals(0, run.exitCode(), run::err);
        return run.out();
    }

    private static String compact(String json) {
        return JsonParser.parseString(json).toString();
    }

    /** The id of the one key in a state. */
    private static String keyIn(String state, Cluster cluster) {
        List<String> found = new ArrayList<>();
        for (JsonElement each : JsonParser.parseString(done(signet(cluster, "list", "-o", "json")))
                .getAsJsonObject()
                .getAsJsonArray("signingKeys")) {
            JsonObject key = each.getAsJsonObject();
            if (key.get("state").getAsString().equals(state)) {
                found.add(key.get("keyId").getAsString());
            }
        }
        assertEquals(1, found.size(), () -> state + ": " + found);
        return found.get(0);
    }
}
