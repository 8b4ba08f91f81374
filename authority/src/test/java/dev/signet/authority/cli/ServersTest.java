package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.CheckResponse;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc.VerifierServiceImplBase;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the verifier, and whether servers serve. */
final class ServersTest {
    private final FakeVerifier verifier = new FakeVerifier();
    private final HealthStatusManager health = new HealthStatusManager();
    private final Cli cli = new Cli(verifier, health.getHealthService());

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void anAcceptedToken() {
        cli.environment.remove("ASTRO_API_TOKEN");
        cli.input = "good\n";
        Cli.Run run = cli.run("token", "verify", "-", "-o", "json");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                JsonParser.parseString(
                        "{\"accepted\":true,\"reason\":null,\"principal\":null,\"grants\":[],\"expireTime\":null}"),
                JsonParser.parseString(run.out()));
    }

    @Test
    void aRejectedTokenIsAnAnswerToo() {
        assertEquals(new Cli.Run(1, """
                        VERDICT    REASON
                        rejected   REVOKED
                        """, ""), cli.run("to", "verify", "bad"));
    }

    @Test
    void aPermissionIsAskedFor() {
        assertEquals(2, cli.run("token", "verify", "good", "--permission", "p").exitCode());
        assertEquals(
                0,
                cli.run("token", "verify", "good", "--permission", "p", "--resource", "organizations/org_1")
                        .exitCode());
        assertEquals(List.of("p on organizations/org_1"), verifier.checks);
    }

    @Test
    void inspectingDoesNotVerify() {
        Cli.Run run = cli.run("token", "inspect", Cli.token("{\"exp\":1700000000}"), "-o", "json");
        assertEquals(
                JsonParser.parseString("{\"header\":{\"alg\":\"ES256\"},\"payload\":{\"exp\":1700000000}}"),
                JsonParser.parseString(run.out()));
        assertTrue(run.err().startsWith("Not verified"), run.err());
        assertEquals(1, cli.run("token", "inspect", "x").exitCode());
    }

    @Test
    void status() {
        assertEquals(new Cli.Run(0, """
                        SERVER      ADDRESS          STATUS
                        authority   127.0.0.1:8470   SERVING
                        verifier    127.0.0.1:8480   SERVING
                        """, ""), cli.run("status"));
        health.setStatus("", ServingStatus.NOT_SERVING);
        assertEquals(1, cli.run("status").exitCode());
    }

    @Test
    void whereNobodyAnswers() {
        cli.close();
        assertEquals(
                new Cli.Run(
                        1,
                        "",
                        "signet: no authority answers at 127.0.0.1:8470: start one with `signet dev`,"
                                + " or set SIGNET_ADDRESS (UNAVAILABLE)\n"),
                cli.run("whoami"));
        Cli.Run status = cli.run("status", "-o", "json");
        assertEquals(1, status.exitCode());
        assertTrue(status.out().contains("\"unreachable\""), status.out());
    }

    @Test
    void addressesThatCannotBe() {
        for (String address : List.of("x", "127.0.0.1", "192.0.2.1:8470")) {
            cli.environment.put("SIGNET_ADDRESS", address);
            Cli.Run run = cli.run("whoami");
            assertEquals(2, run.exitCode());
            assertTrue(run.err().endsWith("(SIGNET_ADDRESS)\n"), run.err());
        }
    }

    @Test
    void aUnixSocket(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("s");
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        io.grpc.Server server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .addService(health.getHealthService())
                .build()
                .start();
        try {
            assertEquals(Health.SERVING, Health.of(Endpoint.parse("verifier", "unix:" + socket), Endpoint::open));
        } finally {
            server.shutdownNow();
            group.shutdownGracefully().syncUninterruptibly();
        }
    }

    private static final class FakeVerifier extends VerifierServiceImplBase {
        private final List<String> checks = new ArrayList<>();

        @Override
        public void verify(VerifyRequest request, StreamObserver<VerifyResponse> answer) {
            answer.onNext(VerifyResponse.newBuilder()
                    .setVerdict(verdict(request.getToken()))
                    .build());
            answer.onCompleted();
        }

        @Override
        public void check(CheckRequest request, StreamObserver<CheckResponse> answer) {
            checks.add(request.getPermission() + " on " + request.getResource());
            answer.onNext(CheckResponse.newBuilder()
                    .setVerdict(verdict(request.getToken()))
                    .build());
            answer.onCompleted();
        }

        private static Verdict verdict(String token) {
            return token.equals("good")
                    ? Verdict.newBuilder().setAccepted(true).build()
                    : Verdict.newBuilder()
                            .setReason(RejectionReason.REJECTION_REASON_REVOKED)
                            .build();
        }
    }
}
