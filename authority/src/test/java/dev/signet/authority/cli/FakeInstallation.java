package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.AccessTokenServiceGrpc.AccessTokenServiceImplBase;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc.ApiKeyServiceImplBase;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateDeploymentResponse;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteDeploymentRequest;
import dev.signet.v1.DeleteDeploymentResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceImplBase;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.TokenServiceGrpc.TokenServiceImplBase;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc.VerifierServiceImplBase;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyResponse;
import dev.signet.v1.VerifyStreamError;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of an authority and its sidecar, in memory, as a load test needs. */
final class FakeInstallation {
    /** Values of tokens that are good, with their names. */
    final Map<String, String> good = new ConcurrentHashMap<>();

    final Set<String> revoked = ConcurrentHashMap.newKeySet();
    final Set<String> firstSeen = ConcurrentHashMap.newKeySet();
    final Set<String> deployments = ConcurrentHashMap.newKeySet();
    /** How often each text was presented. */
    final Map<String, AtomicInteger> presented = new ConcurrentHashMap<>();

    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger exchanged = new AtomicInteger();
    final AtomicInteger rotated = new AtomicInteger();
    /** Every so many answers of the verifier are wrong; 0 for none. */
    volatile int wrongEvery;

    volatile boolean streamFails;
    volatile boolean deletionFails;
    private final AtomicInteger verdicts = new AtomicInteger();

    BindableService[] services() {
        return new BindableService[] {new Directory(), new Tokens(), new Keys(), new Access(), new Verifier()};
    }

    private static String value(String kind, int number) {
        return Cli.token("{\"n\":" + number + ",\"kind\":\"" + kind + "\"}");
    }

    private static <T extends Message> void answer(StreamObserver<T> answer, T message) {
        answer.onNext(message);
        answer.onCompleted();
    }

    private final class Directory extends DirectoryServiceImplBase {
        @Override
        public void createDeployment(CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> answer) {
            String name = request.getParent() + "/deployments/dep_" + (deployments.size() + 1);
            deployments.add(name);
            answer(
                    answer,
                    CreateDeploymentResponse.newBuilder()
                            .setDeployment(Deployment.newBuilder().setName(name))
                            .build());
        }

        @Override
        public void deleteDeployment(DeleteDeploymentRequest request, StreamObserver<DeleteDeploymentResponse> answer) {
            if (deletionFails) {
                answer.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            deployments.remove(request.getName());
            revoked.addAll(good.keySet());
            good.clear();
            answer(answer, DeleteDeploymentResponse.getDefaultInstance());
        }
    }

    private final class Tokens extends TokenServiceImplBase {
        @Override
        public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> answer) {
            int number = created.incrementAndGet();
            String name = request.getParent() + "/tokens/tok_" + number;
            String value = value("deployment", number);
            good.put(value, name);
            answer(
                    answer,
                    CreateTokenResponse.newBuilder()
                            .setToken(request.getToken().toBuilder().setName(name))
                            .setValue(value)
                            .build());
        }

        @Override
        public void rotateToken(RotateTokenRequest request, StreamObserver<RotateTokenResponse> answer) {
            rotated.incrementAndGet();
            answer(answer, RotateTokenResponse.newBuilder().setValue("new").build());
        }

        @Override
        public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> answer) {
            good.forEach((value, name) -> {
                if (name.equals(request.getName())) {
                    revoked.add(value);
                }
            });
            good.keySet().removeAll(revoked);
            answer(answer, DeleteTokenResponse.getDefaultInstance());
        }
    }

    private static final class Keys extends ApiKeyServiceImplBase {
        @Override
        public void createApiKey(CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> answer) {
            answer(
                    answer,
                    CreateApiKeyResponse.newBuilder()
                            .setApiKey(ApiKey.newBuilder().setName(request.getParent() + "/apiKeys/key_1"))
                            .setSecret("sgk_secret")
                            .build());
        }
    }

    private final class Access extends AccessTokenServiceImplBase {
        @Override
        public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> answer) {
            if (!request.getKeyId().equals("key_1") || !request.getSecret().equals("sgk_secret")) {
                answer.onError(Status.UNAUTHENTICATED.asRuntimeException());
                return;
            }
            String value = value("access", exchanged.incrementAndGet());
            good.put(value, "");
            firstSeen.add(value);
            answer(
                    answer,
                    ExchangeApiKeyResponse.newBuilder().setAccessToken(value).build());
        }
    }

    private Verdict verdict(String token) {
        presented.computeIfAbsent(token, unused -> new AtomicInteger()).incrementAndGet();
        int every = wrongEvery;
        RejectionReason reason = RejectionReason.REJECTION_REASON_UNSPECIFIED;
        if (every > 0 && verdicts.incrementAndGet() % every == 0) {
            reason = RejectionReason.REJECTION_REASON_EXPIRED;
        } else if (revoked.contains(token)) {
            reason = RejectionReason.REJECTION_REASON_REVOKED;
        } else if (!good.containsKey(token)) {
            reason = token.contains("!")
                    ? RejectionReason.REJECTION_REASON_MALFORMED
                    : RejectionReason.REJECTION_REASON_BAD_SIGNATURE;
        }
        return Verdict.newBuilder()
                .setAccepted(reason == RejectionReason.REJECTION_REASON_UNSPECIFIED)
                .setReason(reason)
                .build();
    }

    private final class Verifier extends VerifierServiceImplBase {
        @Override
        public void verify(VerifyRequest request, StreamObserver<VerifyResponse> answer) {
            answer(
                    answer,
                    VerifyResponse.newBuilder()
                            .setVerdict(verdict(request.getToken()))
                            .build());
        }

        @Override
        public StreamObserver<VerifyStreamRequest> verifyStream(StreamObserver<VerifyStreamResponse> answers) {
            return new StreamObserver<>() {
                private VerifyStreamResponse held;

                /** Every second answer overtakes the one before it. */
                @Override
                public void onNext(VerifyStreamRequest request) {
                    VerifyStreamResponse.Builder answer =
                            VerifyStreamResponse.newBuilder().setId(request.getId());
                    Verdict verdict = verdict(request.getToken());
                    if (streamFails) {
                        answer.setError(VerifyStreamError.newBuilder().setReason("INTERNAL"));
                    } else {
                        answer.setVerdict(verdict);
                    }
                    if (held == null && request.getId() % 8 == 3) {
                        held = answer.build();
                        return;
                    }
                    answers.onNext(answer.build());
                    if (held != null) {
                        answers.onNext(held);
                        held = null;
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }
    }
}
