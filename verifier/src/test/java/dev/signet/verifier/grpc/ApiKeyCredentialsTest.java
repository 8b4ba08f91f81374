package dev.signet.verifier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.testkit.FakeAccessTokens;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.IdType;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiKeyCredentialsTest {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);
    private static final ApiKey KEY = new ApiKey(TestTokens.id(IdType.KEY), "sgk_secret");

    private final FakeClocks clocks = new FakeClocks();
    private final FakeScheduler scheduler = new FakeScheduler(clocks);
    private final FakeAccessTokens authority = new FakeAccessTokens();
    private final List<String> presented = new CopyOnWriteArrayList<>();
    private final Server server;
    private final ManagedChannel channel;
    private final ApiKeyCredentials credentials;

    ApiKeyCredentialsTest() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(authority)
                .addService(ServerServiceDefinition.builder(Deploys.SERVICE)
                        .addMethod(Deploys.CREATE, ServerCalls.asyncUnaryCall((image, response) -> {
                            response.onNext(image);
                            response.onCompleted();
                        }))
                        .build())
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, R> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                        String value = headers.get(Authorization.KEY);
                        if (value != null) {
                            presented.add(value);
                        }
                        return next.startCall(call, headers);
                    }
                })
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        credentials = new ApiKeyCredentials(channel, KEY, null, clocks.clocks(), scheduler, new Random(20260301));
    }

    @AfterEach
    void close() {
        credentials.close();
        channel.shutdownNow();
        server.shutdownNow();
    }

    private CompletableFuture<String> call() {
        return call(credentials);
    }

    private CompletableFuture<String> call(ApiKeyCredentials with) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                channel.newCall(Deploys.CREATE, CallOptions.DEFAULT.withCallCredentials(with)),
                "image",
                new StreamObserver<>() {
                    @Override
                    public void onNext(String value) {
                        answer.complete(value);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answer.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
        return answer;
    }

    private static Status failure(CompletableFuture<String> call) {
        assertTrue(call.isDone(), "it waits");
        return Status.fromThrowable(
                assertThrows(CompletionException.class, call::join).getCause());
    }

    private void grant(String token) {
        authority.latest().grant(token, LIFE);
    }

    @Test
    void theFirstCallWaitsForTheTokenAndTheNextOnesUseIt() {
        CompletableFuture<String> first = call();
        assertFalse(first.isDone());
        assertEquals(KEY.id(), authority.latest().request().getKeyId());
        assertEquals(KEY.secret(), authority.latest().request().getSecret());
        assertEquals("", authority.latest().request().getAudience());
        grant("one");
        assertEquals("image", first.join());
        assertEquals("image", call().join());
        assertEquals(List.of("Bearer one", "Bearer one"), presented);
        assertEquals(1, authority.exchanges().size());
    }

    @Test
    void theAudienceIsAskedFor() {
        try (ApiKeyCredentials other =
                new ApiKeyCredentials(channel, KEY, "deploys", clocks.clocks(), scheduler, new Random(1))) {
            var unused = call(other);
            assertEquals("deploys", authority.latest().request().getAudience());
        }
    }

    @Test
    void oneHundredCallsAtOnceWaitForOneExchange() throws Exception {
        List<CompletableFuture<String>> calls = new CopyOnWriteArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> begun = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            begun.add(threads.submit(() -> calls.add(call())));
        }
        for (Future<?> each : begun) {
            each.get();
        }
        threads.shutdown();
        assertEquals(1, authority.exchanges().size());
        grant("one");
        for (CompletableFuture<String> each : calls) {
            assertEquals("image", each.join());
        }
        assertEquals(1, authority.exchanges().size());
        assertEquals(100, presented.size());
    }

    @Test
    void theTokenIsRenewedBeforeItExpiresAndNoCallWaits() {
        var unused = call();
        grant("one");
        Duration renewal = scheduler.waiting().get(0);
        assertTrue(renewal.compareTo(LIFE.multipliedBy(7).dividedBy(10)) >= 0, renewal::toString);
        assertTrue(renewal.compareTo(LIFE.multipliedBy(8).dividedBy(10)) <= 0, renewal::toString);

        scheduler.advance(renewal);
        assertEquals(2, authority.exchanges().size());
        assertEquals("image", call().join());
        grant("two");
        assertEquals("image", call().join());
        assertEquals(List.of("Bearer one", "Bearer one", "Bearer two"), presented);
        assertEquals(1, scheduler.waiting().size());
    }

    @Test
    void suspensionCountsAndTheOtherSidesClockDoesNot() {
        var unused = call();
        // The answer took a while, which the token has not got any more; by when it was asked for it is counted.
        clocks.advance(Duration.ofMinutes(10));
        grant("one");
        clocks.jumpWall(Duration.ofMinutes(49));
        assertEquals("image", call().join());
        clocks.jumpWall(Duration.ofMinutes(2));
        CompletableFuture<String> late = call();
        assertFalse(late.isDone());
        grant("two");
        assertEquals("image", late.join());
        assertEquals("Bearer two", presented.get(2));
    }

    @Test
    void aFailingExchangeFailsTheWaitingCallsAndBacksOff() {
        List<CompletableFuture<String>> calls = List.of(call(), call(), call());
        authority.latest().fail(Status.UNAVAILABLE.withDescription("not now"));
        for (CompletableFuture<String> each : calls) {
            assertEquals(Code.UNAVAILABLE, failure(each).getCode());
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(Code.UNAVAILABLE, failure(call()).getCode());
        }
        assertEquals(1, authority.exchanges().size(), "nothing is asked meanwhile");
        assertEquals(List.of(), scheduler.waiting(), "nor in the background, where nobody calls");

        clocks.advance(LONGEST_BACKOFF);
        CompletableFuture<String> later = call();
        assertEquals(2, authority.exchanges().size());
        grant("one");
        assertEquals("image", later.join());
    }

    @Test
    void theBackOffGrowsUpToItsBound() {
        // With nothing but the largest draws, the times are those of the window.
        try (ApiKeyCredentials eager =
                new ApiKeyCredentials(channel, KEY, null, clocks.clocks(), scheduler, () -> -1L)) {
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                var unused = call(eager);
                int before = authority.exchanges().size();
                authority.latest().fail(Status.UNAVAILABLE);
                long waited = 0;
                while (authority.exchanges().size() == before) {
                    clocks.advance(Duration.ofMillis(100));
                    waited += 100;
                    var unusedToo = call(eager);
                }
                millis.add(waited);
            }
            assertEquals(List.of(200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L), millis);
        }
    }

    @Test
    void aTokenThatIsStillGoodIsUsedWhileRenewalsFail() {
        var unused = call();
        grant("one");
        authority.answer(exchange -> exchange.fail(Status.UNAVAILABLE));
        scheduler.advance(LIFE.minusSeconds(1));
        assertTrue(authority.exchanges().size() > 3, "it goes on trying");
        assertTrue(authority.exchanges().size() < 200, "and not in a storm");
        assertEquals("image", call().join());
        authority.answer(exchange -> exchange.grant("two", LIFE));
        scheduler.advance(LONGEST_BACKOFF);
        assertEquals("image", call().join());
        assertEquals(List.of("Bearer one", "Bearer one", "Bearer two"), presented);
    }

    @Test
    void aRefusedKeyIsUnauthenticatedAndOtherTroubleMayBeRetried() {
        assertEquals(Code.UNAUTHENTICATED, afterFailure(Status.UNAUTHENTICATED));
        assertEquals(Code.UNAVAILABLE, afterFailure(Status.DEADLINE_EXCEEDED));
        assertEquals(Code.UNAVAILABLE, afterFailure(Status.RESOURCE_EXHAUSTED));
        assertEquals(Code.UNAVAILABLE, afterFailure(Status.CANCELLED));
        assertEquals(Code.INTERNAL, afterFailure(Status.INVALID_ARGUMENT));
    }

    private Code afterFailure(Status status) {
        clocks.advance(LONGEST_BACKOFF);
        CompletableFuture<String> call = call();
        authority.latest().fail(status);
        Status told = failure(call);
        assertFalse(String.valueOf(told).contains(KEY.secret()));
        assertTrue(String.valueOf(told.getDescription()).contains(KEY.id()), told::toString);
        return told.getCode();
    }

    @Test
    void anAnswerWithoutALifeIsNoToken() {
        CompletableFuture<String> call = call();
        authority.latest().grant("one", Duration.ZERO);
        assertEquals(Code.UNAVAILABLE, failure(call).getCode());
        assertEquals(List.of(), presented);
    }

    @Test
    void aCallThatIsGivenUpDoesNotTakeTheExchangeWithIt() {
        Context.CancellableContext caller = Context.current().withCancellation();
        List<CompletableFuture<String>> calls = new ArrayList<>();
        caller.run(() -> calls.add(call()));
        calls.add(call());
        caller.cancel(null);
        assertEquals(Code.CANCELLED, failure(calls.get(0)).getCode());
        grant("one");
        assertEquals("image", calls.get(1).join());
    }

    @Test
    void anotherTokenIsGotWhenSomebodyAsksForIt() {
        var unused = call();
        grant("one");
        credentials.renew();
        assertEquals(1, authority.exchanges().size(), "it is new already");
        clocks.advance(Duration.ofSeconds(10));
        credentials.renew();
        credentials.renew();
        assertEquals(2, authority.exchanges().size());
        assertEquals("image", call().join());
        grant("two");
        assertEquals("image", call().join());
        assertEquals(List.of("Bearer one", "Bearer one", "Bearer two"), presented);
        assertEquals(1, scheduler.waiting().size(), "the renewal that was planned is not made as well");
    }

    @Test
    void onceClosedNothingGoesOn() {
        CompletableFuture<String> waiting = call();
        credentials.close();
        assertEquals(Code.UNAVAILABLE, failure(waiting).getCode());
        assertEquals(Code.UNAVAILABLE, failure(call()).getCode());
        assertEquals(1, authority.exchanges().size());
        assertEquals(List.of(), scheduler.waiting());
        credentials.renew();
        assertEquals(1, authority.exchanges().size());
    }

    @Test
    void closingCancelsTheRenewalAndForgetsTheToken() {
        var unused = call();
        grant("one");
        credentials.close();
        assertEquals(List.of(), scheduler.waiting());
        assertEquals(Code.UNAVAILABLE, failure(call()).getCode());
    }

    @Test
    void nothingSecretIsPrinted() {
        assertEquals("ApiKeyCredentials[" + KEY.id() + "]", credentials.toString());
        assertEquals("ApiKey[" + KEY.id() + "]", KEY.toString());
        for (List<String> wrong : List.of(List.of("sgk_secret", KEY.id()), List.of(KEY.id(), "tell-nobody"))) {
            String told = assertThrows(IllegalArgumentException.class, () -> new ApiKey(wrong.get(0), wrong.get(1)))
                    .getMessage();
            assertFalse(told.contains("secret\"") || told.contains("sgk_secret") || told.contains("tell-nobody"), told);
        }
    }
}
