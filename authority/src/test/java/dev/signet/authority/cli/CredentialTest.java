package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.AccessTokenServiceGrpc.AccessTokenServiceImplBase;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.v1.UpdateDeploymentRequest;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The credential is looked at before anything is sent. */
final class CredentialTest {
    private final FakeKeys keys = new FakeKeys();
    private final FakeDirectory directory = new FakeDirectory();
    private final Cli cli = new Cli(new FakeTokens(), keys, directory);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void missing() {
        assertEquals(
                "signet: no credential: set ASTRO_API_TOKEN, or ASTRONOMER_KEY_ID and ASTRONOMER_KEY_SECRET,"
                        + " or log in with `signet login`\n",
                refused(""));
    }

    @Test
    void halfAnApiKey() {
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        assertEquals("signet: ASTRONOMER_KEY_ID is set without ASTRONOMER_KEY_SECRET\n", refused(""));
        cli.environment.put("ASTRONOMER_KEY_SECRET", "secret");
        assertEquals(
                "signet: ASTRONOMER_KEY_SECRET is malformed: it is what creating the API key printed, sgk_…\n",
                refused(""));
        cli.environment.remove("ASTRONOMER_KEY_ID");
        assertEquals("signet: ASTRONOMER_KEY_SECRET is set without ASTRONOMER_KEY_ID\n", refused(""));
    }

    @Test
    void anApiKeyIsExchanged() {
        cli.environment.remove("ASTRO_API_TOKEN");
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1\n");
        cli.environment.put("ASTRONOMER_KEY_SECRET", "sgk_secret");
        Cli.Run run = cli.run("whoami");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(List.of("key_1 sgk_secret"), keys.exchanged);
        assertEquals(Arrays.asList(null, "Bearer " + FakeKeys.ACCESS_TOKEN), cli.authorizations);
    }

    @Test
    void theTraceOfAPipelineIsHandedOn() {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        cli.environment.put("TRACEPARENT", trace);
        assertEquals(0, cli.run("whoami").exitCode());
        cli.environment.put("TRACEPARENT", "no trace\n");
        assertEquals(0, cli.run("whoami").exitCode());
        assertEquals(Arrays.asList(trace, null), cli.traces);
    }

    @Test
    void theSidecarTakesNoApiKey() {
        cli.environment.remove("ASTRO_API_TOKEN");
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        cli.environment.put("ASTRONOMER_KEY_SECRET", "sgk_secret");
        Cli.Run run = cli.run("sidecar");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("the sidecar does not take ASTRONOMER_KEY_ID"), run.err());
    }

    @Test
    void malformed() {
        for (String text : List.of(
                "secret",
                "secret.secret",
                "a.b.c.d",
                "!.e30.AAAA",
                "e30.e30.",
                "e30.e30.*",
                "W10.e30.AAAA",
                "e30.WzFd.AAAA",
                "e30.c2VjcmV0.AAAA",
                Cli.token("{\"exp\":\"soon\"}"),
                Cli.token("{\"exp\":{}}"),
                Cli.token("{\"exp\":1e400}"))) {
            String message = refused(text);
            assertTrue(message.startsWith("signet: ASTRO_API_TOKEN is malformed: "), text + ": " + message);
            assertFalse(message.contains("secret"), message);
        }
    }

    @Test
    void expired() {
        assertEquals(
                "signet: ASTRO_API_TOKEN expired at 2026-11-22T12:00:00Z\n",
                refused(Cli.token("{\"exp\":" + Cli.NOW.getEpochSecond() + "}")));
    }

    @Test
    void goodOnesAreSent() {
        for (String payload : List.of("{}", "{\"exp\":" + (Cli.NOW.getEpochSecond() + 1) + "}")) {
            cli.environment.put("ASTRO_API_TOKEN", Cli.token(payload) + "\n");
            Cli.Run run = cli.run("whoami");
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
        }
        assertEquals("Bearer " + Cli.token("{}"), cli.authorizations.get(0));
    }

    @Test
    void anIgnoredOneIsMentioned() {
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        assertEquals(
                "signet: ASTRONOMER_KEY_ID is ignored, ASTRO_API_TOKEN is used\n",
                cli.run("whoami").err());
        cli.environment.put("ASTRONOMER_KEY_SECRET", "sgk_secret");
        assertEquals(
                "signet: ASTRONOMER_KEY_ID and ASTRONOMER_KEY_SECRET are ignored, ASTRO_API_TOKEN is used\n",
                cli.run("whoami").err());
        assertEquals(List.of(), keys.exchanged);
        String token = "Bearer " + cli.environment.get("ASTRO_API_TOKEN");
        assertEquals(List.of(token, token), cli.authorizations);
    }

    @Test
    void anApiKeyComesBeforeTheStoredLogin() {
        cli.environment.put("SIGNET_HOME", folder.toString());
        assertEquals(0, cli.run("login", "-t", Cli.token("{\"org\":\"org_7\"}")).exitCode());
        useTheKey();
        assertEquals(
                "signet: the stored login is ignored, the API key is used\n",
                cli.run("whoami").err());
        assertEquals("Bearer " + FakeKeys.ACCESS_TOKEN, cli.authorizations.get(cli.authorizations.size() - 1));
    }

    @Test
    void anApiKeyUpdatesItsDeploymentWithoutAnyLogin() {
        useTheKey();
        cli.environment.put("SIGNET_HOME", folder.toString());
        Cli.Run which = cli.run("deployment", "update", "-n", "new");
        assertEquals(2, which.exitCode());
        assertTrue(which.err().contains("--deployment-id or set SIGNET_DEPLOYMENT"), which.err());
        assertEquals(List.of(), directory.requests);
        cli.environment.put("SIGNET_DEPLOYMENT", "dep_1");
        Cli.Run run = cli.run("deployment", "update", "-n", "new");
        assertEquals(0, run.exitCode(), run.err());
        UpdateDeploymentRequest request = (UpdateDeploymentRequest) directory.requests.get(0);
        assertEquals(
                "organizations/org_1/workspaces/-/deployments/dep_1",
                request.getDeployment().getName());
        assertEquals("Bearer " + FakeKeys.ACCESS_TOKEN, cli.authorizations.get(cli.authorizations.size() - 1));
    }

    @Test
    void nothingFromTheEnvironmentIsWrittenDown() throws IOException {
        cli.environment.put("SIGNET_HOME", folder.resolve("signet").toString());
        cli.environment.put("HOME", folder.toString());
        assertEquals(0, cli.run("whoami").exitCode());
        useTheKey();
        assertEquals(0, cli.run("whoami").exitCode());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    private void useTheKey() {
        cli.environment.remove("ASTRO_API_TOKEN");
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        cli.environment.put("ASTRONOMER_KEY_SECRET", "sgk_secret");
    }

    private String refused(String token) {
        cli.environment.put("ASTRO_API_TOKEN", token);
        Cli.Run run = cli.run("whoami");
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertEquals(List.of(), cli.authorizations);
        return run.err();
    }

    private static final class FakeKeys extends AccessTokenServiceImplBase {
        static final String ACCESS_TOKEN = Cli.token("{\"org\":\"org_1\"}");

        private final List<String> exchanged = new ArrayList<>();

        @Override
        public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> answer) {
            exchanged.add(request.getKeyId() + " " + request.getSecret());
            answer.onNext(ExchangeApiKeyResponse.newBuilder()
                    .setAccessToken(ACCESS_TOKEN)
                    .build());
            answer.onCompleted();
        }
    }
}
