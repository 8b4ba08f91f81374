package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.e2e.Await;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.FakeNanos;
import dev.signet.authority.limits.Lanes;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.metrics.Metrics;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.GetTokenResponse;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.ports.Connections;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which calls are handled while others stand still. */
final class ArrivalsTest {
    private static final int THREADS = 32;

    @TempDir
    private Path data;

    private final FakeNanos nanos = new FakeNanos();
    private final CountDownLatch standing = new CountDownLatch(THREADS);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final BlockingQueue<StreamObserver<DeleteTokenResponse>> unanswered = new LinkedBlockingQueue<>();
    private TestAuthority authority;
    private Lanes lanes;
    private Arrivals arrivals;
    private Server server;
    private ManagedChannel channel;

    /** Reads stand still until they may go on; a deletion of {@code later} is answered by nobody. */
    private final class Standing extends TokenServiceGrpc.TokenServiceImplBase {
        @Override
        public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> response) {
            standing.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            Wire.answer(response, GetTokenResponse.getDefaultInstance());
        }

        @Override
        public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> response) {
            if (request.getName().equals("later")) {
                unanswered.add(response);
            } else {
                Wire.answer(response, DeleteTokenResponse.getDefaultInstance());
            }
        }

        @Override
        public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> response) {
            Wire.answer(response, WhoAmIResponse.getDefaultInstance());
        }
    }

    @BeforeEach
    void open() throws IOException {
        authority = TestAuthority.open(data);
        lanes = new Lanes("test", nanos);
        Callers callers = Callers.of(LimitsConfig.UNLIMITED, nanos);
        arrivals = new Arrivals(
                lanes, callers.rates(), Connections.ofAnybody(10), LimitsConfig.DEFAULT_LONGEST_CALL, nanos);
        GuardedServices services = new GuardedServices(
                new Metrics(nanos).calls(),
                authority.verifier(),
                callers,
                null,
                authority.audit(),
                List.of(new Standing()),
                List.of());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor();
        services.arriving(arrivals).forEach(builder::addService);
        server = builder.build().start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() throws InterruptedException {
        goOn.countDown();
        channel.shutdownNow();
        server.shutdownNow();
        assertTrue(server.awaitTermination(30, TimeUnit.SECONDS));
        // Calls hear of the end of their connection a moment after it.
        Await.until("every call has ended", java.time.Duration.ofSeconds(30), () -> arrivals.size() == 0);
        lanes.close();
        authority.close();
    }

    private TokenServiceGrpc.TokenServiceFutureStub stub(String token) {
        return TokenServiceGrpc.newFutureStub(channel).withCallCredentials(new BearerToken(token));
    }

    private TokenServiceGrpc.TokenServiceFutureStub known() {
        return stub(authority.platformText());
    }

    private static <T> T get(ListenableFuture<T> call) {
        try {
            return call.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static WireError refused(ListenableFuture<?> call) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> call.get(30, TimeUnit.SECONDS));
        return WireError.of((StatusRuntimeException) e.getCause());
    }

    /** Has every thread for reads stand still. */
    private List<ListenableFuture<GetTokenResponse>> standStill() throws InterruptedException {
        get(known().whoAmI(WhoAmIRequest.getDefaultInstance()));
        List<ListenableFuture<GetTokenResponse>> reads = new ArrayList<>();
        for (int read = 0; read < THREADS; read++) {
            reads.add(known().getToken(GetTokenRequest.getDefaultInstance()));
        }
        assertTrue(standing.await(30, TimeUnit.SECONDS));
        return reads;
    }

    @Test
    void revocationsGoWhateverElseStandsStill() throws InterruptedException {
        List<ListenableFuture<GetTokenResponse>> reads = standStill();
        get(known().deleteToken(DeleteTokenRequest.getDefaultInstance()));
        get(known().whoAmI(WhoAmIRequest.getDefaultInstance()));
        goOn.countDown();
        reads.forEach(ArrivalsTest::get);
    }

    @Test
    void whoIsRefusedIsToldAtOnceWhateverElseStandsStill() throws InterruptedException {
        standStill();
        assertEquals(
                "MALFORMED",
                refused(stub("junk").getToken(GetTokenRequest.getDefaultInstance()))
                        .reason());
        String text = authority.platformText();
        String forged = text.substring(0, text.lastIndexOf('.') + 1) + "A".repeat(86);
        assertEquals(
                "BAD_SIGNATURE",
                refused(stub(forged).getToken(GetTokenRequest.getDefaultInstance()))
                        .reason());
    }

    @Test
    void whatWaitedTooLongIsNotBegun() throws InterruptedException {
        List<ListenableFuture<GetTokenResponse>> reads = standStill();
        ListenableFuture<GetTokenResponse> late = known().getToken(GetTokenRequest.getDefaultInstance());
        while (lanes.waiting().get("calls") == 0) {
            Thread.onSpinWait();
        }
        nanos.advance(java.time.Duration.ofMillis(2_001));
        goOn.countDown();
        reads.forEach(ArrivalsTest::get);
        WireError error = refused(late);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, error.code());
        assertEquals("OVERLOADED", error.reason());
        assertTrue(error.retryAfter().toMillis() >= 100);
    }

    private ListenableFuture<DeleteTokenResponse> unanswered(long waitSeconds) {
        ListenableFuture<DeleteTokenResponse> call = known().deleteToken(DeleteTokenRequest.newBuilder()
                .setName("later")
                .setWait(Duration.newBuilder().setSeconds(waitSeconds))
                .build());
        while (unanswered.isEmpty()) {
            Thread.onSpinWait();
        }
        return call;
    }

    @Test
    void noCallGoesOnForever() {
        ListenableFuture<DeleteTokenResponse> call = unanswered(0);
        nanos.advance(LimitsConfig.DEFAULT_LONGEST_CALL.minusNanos(1));
        arrivals.endOverdue();
        get(known().whoAmI(WhoAmIRequest.getDefaultInstance()));
        assertTrue(!call.isDone());
        nanos.advance(java.time.Duration.ofNanos(1));
        arrivals.endOverdue();
        WireError error = refused(call);
        assertEquals(Status.Code.DEADLINE_EXCEEDED, error.code());
        assertEquals("TOOK_TOO_LONG", error.reason());
    }

    @Test
    void whatItAsksToWaitComesOnTop() {
        ListenableFuture<DeleteTokenResponse> call = unanswered(60);
        nanos.advance(LimitsConfig.DEFAULT_LONGEST_CALL.plusSeconds(59));
        arrivals.endOverdue();
        get(known().whoAmI(WhoAmIRequest.getDefaultInstance()));
        assertTrue(!call.isDone());
        nanos.advance(java.time.Duration.ofSeconds(1));
        arrivals.endOverdue();
        assertEquals("TOOK_TOO_LONG", refused(call).reason());
    }

    @Test
    void theAnswerThatComesTooLateGoesNowhere() {
        ListenableFuture<DeleteTokenResponse> call = unanswered(0);
        nanos.advance(LimitsConfig.DEFAULT_LONGEST_CALL);
        arrivals.endOverdue();
        assertEquals("TOOK_TOO_LONG", refused(call).reason());
        Wire.answer(unanswered.remove(), DeleteTokenResponse.getDefaultInstance());
        get(known().whoAmI(WhoAmIRequest.getDefaultInstance()));
    }
}
