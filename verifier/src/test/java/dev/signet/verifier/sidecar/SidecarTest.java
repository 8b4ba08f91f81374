package dev.signet.verifier.sidecar;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.testkit.FakeAuthority;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process's parts together, over real sockets, beside an authority whose answers the test gives. */
@Timeout(60)
class SidecarTest {
    private static final ListenAddress ANY_PORT = FollowedAuthority.ANY_PORT;

    @TempDir
    Path folder;

    private final FollowedAuthority authority = new FollowedAuthority();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    SidecarTest() throws IOException {}

    @AfterEach
    void close() {
        authority.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void itAnswersOnTheSocketAsOnThePort() throws Exception {
        Path socket = folder.resolve("run").resolve("sidecar.sock");
        try (Sidecar sidecar = Sidecar.start(authority.overGrpc(ANY_PORT, socket))) {
            ManagedChannel tcp = overTcp(sidecar);
            ManagedChannel unix = overSocket(socket);
            String token = FollowedAuthority.token();
            for (ManagedChannel channel : new ManagedChannel[] {tcp, unix}) {
                assertEquals(
                        RejectionReason.REJECTION_REASON_NOT_LOADED,
                        verify(channel, token).getReason());
            }
            authority.serve();
            awaitServing(tcp);
            for (ManagedChannel channel : new ManagedChannel[] {tcp, unix}) {
                assertTrue(verify(channel, token).getAccepted());
                channel.shutdownNow();
            }
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        }
    }

    @Test
    void aStreamOverTheSocketIsAnsweredToItsEndThoughNobodyReadsForAWhile() throws Exception {
        Path socket = folder.resolve("sidecar.sock");
        try (Sidecar sidecar = Sidecar.start(authority.overGrpc(ANY_PORT, socket))) {
            ManagedChannel unix = overSocket(socket);
            authority.serve();
            awaitServing(unix);
            int many = 20_000;
            String token = FollowedAuthority.token();
            SlowReader reader = new SlowReader();
            ClientCallStreamObserver<VerifyStreamRequest> requests = (ClientCallStreamObserver<VerifyStreamRequest>)
                    VerifierServiceGrpc.newStub(unix).verifyStream(reader);
            int sent = 0;
            // Until the sidecar, whose answers nobody takes, takes nothing more itself.
            while (sent < many && reader.awaitRoom(requests)) {
                requests.onNext(VerifyStreamRequest.newBuilder()
                        .setId(++sent)
                        .setToken(token)
                        .build());
            }
            assertTrue(sent < many, "all were taken without one answer being read");
            requests.onCompleted();
            requests.request(sent);
            reader.ended.get(20, TimeUnit.SECONDS);
            assertEquals(sent, reader.accepted.get());
            unix.shutdownNow();
        }
    }

    /** Takes no answer that it has not asked for. */
    private static final class SlowReader implements ClientResponseObserver<VerifyStreamRequest, VerifyStreamResponse> {
        private static final long NO_ROOM_MILLIS = 300;

        private final Semaphore room = new Semaphore(0);
        private final AtomicInteger accepted = new AtomicInteger();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<VerifyStreamRequest> requests) {
            requests.disableAutoRequestWithInitial(0);
            requests.setOnReadyHandler(room::release);
        }

        /** Whether there is room for another request, or soon is. */
        boolean awaitRoom(ClientCallStreamObserver<?> requests) throws InterruptedException {
            while (!requests.isReady()) {
                if (!room.tryAcquire(NO_ROOM_MILLIS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void onNext(VerifyStreamResponse response) {
            if (response.getVerdict().getAccepted()) {
                accepted.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable error) {
            ended.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            ended.complete(null);
        }
    }

    @Test
    void healthServesOnceTheFirstPongIsThere() throws Exception {
        try (Sidecar sidecar = Sidecar.start(authority.overGrpc(ANY_PORT, null))) {
            ManagedChannel channel = overTcp(sidecar);
            FakeAuthority.Watch watch = authority.tell();
            assertEquals(ServingStatus.NOT_SERVING, health(channel));
            watch.pong(5);
            awaitServing(channel);
            assertEquals(ServingStatus.SERVING, health(channel));
            channel.shutdownNow();
        }
    }

    @Test
    void aPortInUseIsSaidByItsKey() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress same = new ListenAddress("127.0.0.1", taken.getLocalPort());
            InvalidConfiguration refusal =
                    assertThrows(InvalidConfiguration.class, () -> Sidecar.start(authority.overGrpc(same, null)));
            assertEquals("listen", refusal.key());
            assertTrue(refusal.getMessage().contains(same.toString()));
        }
    }

    @Test
    void aSecondSidecarTakesNoSocketFromTheFirst() {
        Path socket = folder.resolve("sidecar.sock");
        try (Sidecar first = Sidecar.start(authority.overGrpc(ANY_PORT, socket))) {
            ListenAddress same = new ListenAddress("127.0.0.1", first.port());
            InvalidConfiguration refusal =
                    assertThrows(InvalidConfiguration.class, () -> Sidecar.start(authority.overGrpc(same, socket)));
            assertEquals("listen", refusal.key());
            ManagedChannel unix = overSocket(socket);
            assertDoesNotThrow(() -> verify(unix, "x"));
            unix.shutdownNow();
        }
    }

    @Test
    void whatAKilledSidecarLeftBehindIsReplaced() throws IOException {
        Path socket = folder.resolve("sidecar.sock");
        Sidecar.start(authority.overGrpc(ANY_PORT, socket)).close();
        try (Sidecar second = Sidecar.start(authority.overGrpc(ANY_PORT, socket))) {
            assertTrue(second.port() > 0);
            ManagedChannel unix = overSocket(socket);
            assertDoesNotThrow(() -> verify(unix, "x"));
            unix.shutdownNow();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "text");
        InvalidConfiguration refusal =
                assertThrows(InvalidConfiguration.class, () -> Sidecar.start(authority.overGrpc(ANY_PORT, precious)));
        assertEquals("socket", refusal.key());
        assertEquals("text", Files.readString(precious));
    }

    @Test
    void aSocketThatCannotBeMadeIsSaidByItsKey() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path impossible : new Path[] {file.resolve("s"), folder.resolve("s".repeat(150))}) {
            InvalidConfiguration refusal = assertThrows(
                    InvalidConfiguration.class, () -> Sidecar.start(authority.overGrpc(ANY_PORT, impossible)));
            assertEquals("socket", refusal.key());
        }
    }

    @Test
    void itStartsWithoutAnAuthorityAndLoadsNothing() throws IOException {
        authority.close();
        try (Sidecar sidecar = Sidecar.start(authority.overGrpc(ANY_PORT, null))) {
            ManagedChannel channel = overTcp(sidecar);
            assertEquals(ServingStatus.NOT_SERVING, health(channel));
            assertFalse(verify(channel, "x").getAccepted());
            channel.shutdownNow();
        }
    }

    private static ManagedChannel overTcp(Sidecar sidecar) {
        return NettyChannelBuilder.forAddress("127.0.0.1", sidecar.port())
                .usePlaintext()
                .build();
    }

    private ManagedChannel overSocket(Path socket) {
        return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .eventLoopGroup(loops)
                .usePlaintext()
                .build();
    }

    private static Verdict verify(ManagedChannel channel, String token) {
        return VerifierServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .verify(VerifyRequest.newBuilder().setToken(token).build())
                .getVerdict();
    }

    private static ServingStatus health(ManagedChannel channel) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    /** Watches until the sidecar says that it serves, the service by name. */
    private static void awaitServing(ManagedChannel channel) {
        Iterator<HealthCheckResponse> statuses = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.newBuilder()
                        .setService(VerifierServiceGrpc.SERVICE_NAME)
                        .build());
        ServingStatus last = ServingStatus.UNKNOWN;
        while (last != ServingStatus.SERVING) {
            last = statuses.next().getStatus();
        }
    }
}
