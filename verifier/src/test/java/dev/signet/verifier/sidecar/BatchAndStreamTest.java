package dev.signet.verifier.sidecar;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.signet.v1.BatchCheckRequest;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyResponse;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many questions at once, one after the other, and more than there is room for. */
@Timeout(60)
class BatchAndStreamTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final String ON_WORKSPACE = "organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE;

    private final TrustState trust = new TrustState();
    private final CompletableFuture<Void> loading = new CompletableFuture<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final TokenVerifier verifier = new TokenVerifier(
            VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, new FakeClocks().clocks());
    private final ManagedChannel channel = serve(new SignaturePool());

    BatchAndStreamTest() throws IOException {
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
    }

    private ManagedChannel serve(SignaturePool pool) throws IOException {
        String name = InProcessServerBuilder.generateName();
        Server server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(new VerifierGrpc(new Decisions(verifier, organization -> loading.copy()), pool))
                .build()
                .start();
        ManagedChannel made =
                InProcessChannelBuilder.forName(name).directExecutor().build();
        open.add(made::shutdownNow);
        open.add(server::shutdownNow);
        open.add(pool);
        return made;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aBatchIsAnsweredInItsOrderKnownTokensAndOthers() {
        String known = token();
        assertTrue(verify(channel, known).getAccepted());
        List<Verdict> verdicts = batch(
                check(known, "", ""),
                check("rubbish", "", ""),
                check(token(), DEPLOY, ON_WORKSPACE),
                check(known, "deployment.update", ON_WORKSPACE),
                check(token(), "", ""));
        assertEquals(
                List.of(true, false, true, false, true),
                verdicts.stream().map(Verdict::getAccepted).toList());
        assertEquals(RejectionReason.REJECTION_REASON_MALFORMED, verdicts.get(1).getReason());
        assertEquals(
                RejectionReason.REJECTION_REASON_PERMISSION_DENIED,
                verdicts.get(3).getReason());
        assertEquals(verify(channel, known), verdicts.get(0));
        assertEquals(List.of(), batch());
    }

    @Test
    void aThousandAreABatchAndOneMoreIsNot() throws Exception {
        CheckRequest check = check(token(), DEPLOY, ON_WORKSPACE);
        List<Verdict> verdicts = batch(Collections.nCopies(1_000, check).toArray(CheckRequest[]::new));
        assertEquals(1_000, verdicts.stream().filter(Verdict::getAccepted).count());
        assertInvalid("checks", Collections.nCopies(1_001, check).toArray(CheckRequest[]::new));
    }

    @Test
    void aWrongFieldOfABatchIsNamedWithItsPlace() throws Exception {
        CheckRequest right = check(token(), DEPLOY, ON_WORKSPACE);
        assertInvalid("checks[1].resource", right, check("x", DEPLOY, "wsp_1"), check("x", "", "wsp_1"));
        assertInvalid("checks[2].permission", right, right, check("x", "", ON_WORKSPACE));
        assertInvalid("checks[0].resource", check("x", DEPLOY, ""));
    }

    @Test
    void aBatchWaitsForWhatIsBeingLoaded() throws Exception {
        String elsewhere =
                TestTokens.of(Kind.WORKSPACE).with("org", OTHER_ORGANIZATION).sign();
        var answer = VerifierServiceGrpc.newFutureStub(channel)
                .batchCheck(BatchCheckRequest.newBuilder()
                        .addChecks(check(elsewhere, "", ""))
                        .addChecks(check(token(), "", ""))
                        .build());
        trust.replace(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 5, Freshness.AUTHORITATIVE));
        loading.complete(null);
        assertTrue(answer.get().getVerdicts(0).getAccepted());
        assertTrue(answer.get().getVerdicts(1).getAccepted());
    }

    @Test
    void aStreamGoesOnAfterAWrongRequestAndEndsAfterTheLastAnswer() throws Exception {
        Stream stream = new Stream(channel);
        stream.ask(1, token(), "", "");
        assertTrue(stream.next().getVerdict().getAccepted());
        stream.ask(2, "x", DEPLOY, "wsp_1");
        VerifyStreamResponse wrong = stream.next();
        assertEquals(2, wrong.getId());
        assertFalse(wrong.hasVerdict());
        assertEquals("INVALID_ARGUMENT", wrong.getError().getReason());
        assertEquals("resource", wrong.getError().getField());
        stream.ask(-1, "rubbish", "", "");
        VerifyStreamResponse malformed = stream.next();
        assertEquals(-1, malformed.getId());
        assertEquals(
                RejectionReason.REJECTION_REASON_MALFORMED,
                malformed.getVerdict().getReason());
        stream.ask(0, token(), DEPLOY, ON_WORKSPACE);
        assertTrue(stream.next().getVerdict().getAccepted());
        stream.ask(4, token(), "deployment.update", ON_WORKSPACE);
        stream.requests.onCompleted();
        assertEquals(
                RejectionReason.REJECTION_REASON_PERMISSION_DENIED,
                stream.next().getVerdict().getReason());
        stream.ended.get();
    }

    @Test
    void anAnswerThatWaitsIsOvertakenAndTheStreamEndsAfterIt() throws Exception {
        Stream stream = new Stream(channel);
        stream.ask(
                1, TestTokens.of(Kind.WORKSPACE).with("org", OTHER_ORGANIZATION).sign(), "", "");
        stream.ask(2, token(), "", "");
        assertEquals(2, stream.next().getId());
        stream.requests.onCompleted();
        assertFalse(stream.ended.isDone());
        trust.replace(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 5, Freshness.AUTHORITATIVE));
        loading.complete(null);
        VerifyStreamResponse last = stream.next();
        assertEquals(1, last.getId());
        assertTrue(last.getVerdict().getAccepted());
        stream.ended.get();
    }

    @Test
    void withoutRoomAFirstSeenTokenIsRefusedAndAKnownOneIsNot() throws Exception {
        ManagedChannel full = serve(new SignaturePool(1, 0, 0));
        String known = token();
        verifier.verify(known);
        assertTrue(verify(full, known).getAccepted());

        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, () -> verify(full, token()));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.getStatus().getCode());
        com.google.rpc.Status details = StatusProto.fromThrowable(refusal);
        assertEquals("OVERLOADED", details.getDetails(0).unpack(ErrorInfo.class).getReason());
        assertTrue(details.getDetails(1).unpack(RetryInfo.class).hasRetryDelay());

        Stream stream = new Stream(full);
        stream.ask(1, token(), "", "");
        stream.ask(2, known, "", "");
        VerifyStreamResponse refused = stream.next();
        assertFalse(refused.hasVerdict());
        assertEquals("OVERLOADED", refused.getError().getReason());
        assertTrue(stream.next().getVerdict().getAccepted());

        assertThrows(
                StatusRuntimeException.class,
                () -> VerifierServiceGrpc.newBlockingStub(full)
                        .batchCheck(BatchCheckRequest.newBuilder()
                                .addChecks(check(token(), "", ""))
                                .build()));
    }

    @Test
    void onlySoManyWaitForWhatIsBeingLoaded() throws Exception {
        String elsewhere =
                TestTokens.of(Kind.WORKSPACE).with("org", OTHER_ORGANIZATION).sign();
        verifier.verify(elsewhere);
        VerifyRequest request = VerifyRequest.newBuilder().setToken(elsewhere).build();
        List<Future<VerifyResponse>> waiting = new ArrayList<>();
        for (int i = 0; i < Decisions.LOADING_CALLS; i++) {
            waiting.add(VerifierServiceGrpc.newFutureStub(channel).verify(request));
        }
        assertTrue(waiting.stream().noneMatch(Future::isDone));
        assertEquals(
                RejectionReason.REJECTION_REASON_NOT_LOADED,
                verify(channel, elsewhere).getReason());
        trust.replace(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 5, Freshness.AUTHORITATIVE));
        loading.complete(null);
        for (Future<VerifyResponse> answer : waiting) {
            assertTrue(answer.get().getVerdict().getAccepted());
        }
    }

    private void assertInvalid(String field, CheckRequest... checks) throws Exception {
        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, () -> batch(checks));
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
        Any violation = StatusProto.fromThrowable(refusal).getDetails(1);
        assertEquals(
                field, violation.unpack(BadRequest.class).getFieldViolations(0).getField());
    }

    /** Another one each time, so that its signature was not checked before. */
    private static String token() {
        return TestTokens.of(Kind.WORKSPACE).sign();
    }

    private static CheckRequest check(String token, String permission, String resource) {
        return CheckRequest.newBuilder()
                .setToken(token)
                .setPermission(permission)
                .setResource(resource)
                .build();
    }

    private List<Verdict> batch(CheckRequest... checks) {
        return VerifierServiceGrpc.newBlockingStub(channel)
                .batchCheck(BatchCheckRequest.newBuilder()
                        .addAllChecks(List.of(checks))
                        .build())
                .getVerdictsList();
    }

    private static Verdict verify(ManagedChannel channel, String token) {
        return VerifierServiceGrpc.newBlockingStub(channel)
                .verify(VerifyRequest.newBuilder().setToken(token).build())
                .getVerdict();
    }

    private static final class Stream implements StreamObserver<VerifyStreamResponse> {
        private final StreamObserver<VerifyStreamRequest> requests;
        private final BlockingQueue<VerifyStreamResponse> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Stream(ManagedChannel channel) {
            requests = VerifierServiceGrpc.newStub(channel).verifyStream(this);
        }

        void ask(long id, String token, String permission, String resource) {
            requests.onNext(VerifyStreamRequest.newBuilder()
                    .setId(id)
                    .setToken(token)
                    .setPermission(permission)
                    .setResource(resource)
                    .build());
        }

        VerifyStreamResponse next() throws InterruptedException {
            VerifyStreamResponse answer = answers.poll(20, TimeUnit.SECONDS);
            assertTrue(answer != null, "no answer");
            return answer;
        }

        @Override
        public void onNext(VerifyStreamResponse answer) {
            answers.add(answer);
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
}
