package dev.signet.verifier.sidecar;

import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import dev.signet.verifier.corpus.Door;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The corpus, presented to {@code VerifyStream}: all of it on one stream, which nothing of it ends. */
final class VerifyStreamCorpusTest extends GrpcDoorContract {
    private final BlockingQueue<VerifyStreamResponse> answers = new LinkedBlockingQueue<>();
    private @Nullable StreamObserver<VerifyStreamRequest> requests;
    private long asked;

    VerifyStreamCorpusTest() {
        super("sidecar-stream");
    }

    @Override
    Door door(ManagedChannel channel) {
        requests = VerifierServiceGrpc.newStub(channel).verifyStream(new StreamObserver<>() {
            @Override
            public void onNext(VerifyStreamResponse answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable error) {
                answers.add(VerifyStreamResponse.newBuilder().setId(-1).build());
            }

            @Override
            public void onCompleted() {
                onError(Status.OK.asException());
            }
        });
        return new InMessage() {
            @Override
            public String ask(String token) throws Exception {
                Objects.requireNonNull(requests)
                        .onNext(VerifyStreamRequest.newBuilder()
                                .setId(++asked)
                                .setToken(token)
                                .setPermission(PERMISSION)
                                .setResource(RESOURCE)
                                .build());
                VerifyStreamResponse answer = Objects.requireNonNull(answers.poll(20, TimeUnit.SECONDS), "no answer");
                if (answer.getId() != asked) {
                    return "the answer to " + answer.getId() + " and not to " + asked;
                }
                return answer.hasVerdict()
                        ? said(answer.getVerdict())
                        : answer.getError().getReason();
            }

            @Override
            public boolean asksForPermission() {
                return true;
            }
        };
    }
}
