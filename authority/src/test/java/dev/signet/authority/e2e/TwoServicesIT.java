package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.verifier.example.BuildService;
import dev.signet.verifier.example.DeployService;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.grpc.ApiKey;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The library's example of two services, beside a real authority: an API key is all that the caller needs. */
final class TwoServicesIT {
    /** A quarter of the maximum staleness, after which a long call is checked again, and time to be told. */
    private static final Duration STREAM_ENDS_WITHIN = Duration.ofSeconds(60 / 4 + 5);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void oneCallsTheOtherUntilItsKeyIsDeleted() throws Exception {
        Dev dev = Dev.start(PROCESSES, folder);
        JsonObject created = json(dev.run("deployment", "api-key", "create", "--name", "builds", "-o", "json"));
        String name = created.getAsJsonObject("apiKey").get("name").getAsString();
        ApiKey key = new ApiKey(Client.id(name), created.get("secret").getAsString());
        ResourcePath deployment = ResourcePath.deployment(
                dev.variable("SIGNET_ORGANIZATION"),
                dev.variable("SIGNET_WORKSPACE"),
                dev.variable("SIGNET_DEPLOYMENT"));
        InetSocketAddress authority =
                loopback(Integer.parseInt(dev.variable("SIGNET_ADDRESS").substring("127.0.0.1:".length())));

        try (DeployService deploys =
                        DeployService.start(authority, new BearerToken(dev.variable("ASTRO_API_TOKEN")), deployment);
                BuildService builds = BuildService.start(authority, key, loopback(deploys.port()))) {
            String answer = builds.deploy("shop:42");
            assertTrue(answer.startsWith("shop:42 deployed by organizations/"), answer);
            assertTrue(answer.endsWith("/apiKeys/" + key.id()), answer);
            CompletableFuture<String> first = new CompletableFuture<>();
            CompletableFuture<Status> end = new CompletableFuture<>();
            builds.watch("shop", new Events(first, end));
            assertEquals("watching shop", first.get(20, TimeUnit.SECONDS));

            JsonObject deleted =
                    json(dev.run("deployment", "api-key", "delete", key.id(), "--force", "--output", "json"));
            Instant certainBy = Instant.parse(
                    deleted.getAsJsonObject("propagation").get("certainBy").getAsString());
            Await.until(
                    "the key's token is refused",
                    Duration.between(Instant.now(), certainBy),
                    () -> refusal(builds) != null);
            assertEquals(Code.UNAUTHENTICATED, refusal(builds).getCode());
            assertEquals("the credential is refused: REVOKED", refusal(builds).getDescription());
            assertEquals(
                    Code.UNAUTHENTICATED,
                    end.get(STREAM_ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS).getCode());

            // Who starts now with that key is told by the authority itself.
            try (BuildService late = BuildService.start(authority, key, loopback(deploys.port()))) {
                StatusRuntimeException refused =
                        assertThrows(StatusRuntimeException.class, () -> late.deploy("shop:43"));
                assertEquals(Code.UNAUTHENTICATED, refused.getStatus().getCode());
                assertTrue(refused.getMessage().contains("no API key has this id and secret"), refused::getMessage);
            }
        }
    }

    private static Status refusal(BuildService builds) {
        try {
            builds.deploy("shop:43");
            return null;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static JsonObject json(Processes.Run run) {
        return JsonParser.parseString(run.value()).getAsJsonObject();
    }

    private record Events(CompletableFuture<String> first, CompletableFuture<Status> end)
            implements StreamObserver<String> {
        @Override
        public void onNext(String event) {
            first.complete(event);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
