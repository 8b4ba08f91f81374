package dev.signet.verifier.grpc;

import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The corpus, presented to a service of somebody's own behind the interceptor. */
final class TokenInterceptorCorpusTest extends DoorContract {
    private @Nullable Server server;
    private @Nullable ManagedChannel channel;

    TokenInterceptorCorpusTest() {
        super("interceptor");
    }

    @Override
    protected Door open() throws Exception {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust().state(), trust().clocks());
        MethodPermissions permissions = MethodPermissions.builder()
                .require(
                        Deploys.CREATE,
                        Door.PERMISSION,
                        ResourcePath.parse(Door.RESOURCE).orElseThrow())
                .build();
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .intercept(new TokenInterceptor(
                        verifier, trust().state(), permissions, new FakeScheduler(new FakeClocks())))
                .addService(ServerServiceDefinition.builder(Deploys.SERVICE)
                        .addMethod(Deploys.CREATE, ServerCalls.asyncUnaryCall((image, answer) -> {
                            answer.onNext(
                                    TokenInterceptor.verdict().claims().kind().claim());
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        return new Service(channel);
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(channel).shutdownNow();
        Objects.requireNonNull(server).shutdownNow();
    }

    private record Service(ManagedChannel channel) implements HeaderDoor {
        @Override
        public String ask(List<HeaderCase.Header> headers, String query) {
            Metadata metadata = new Metadata();
            headers.forEach(header ->
                    metadata.put(Metadata.Key.of(header.name(), Metadata.ASCII_STRING_MARSHALLER), header.value()));
            try {
                var unused = ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
                        Deploys.CREATE,
                        CallOptions.DEFAULT,
                        "image" + query);
                return ACCEPTED;
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                return code + " " + GuardedServer.error(code, e).getReason();
            }
        }

        @Override
        public String refusal(Reason reason) {
            Status.Code code = switch (reason) {
                case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
                case NOT_LOADED, STALE_TRUST -> Status.Code.UNAVAILABLE;
                case MALFORMED,
                        UNSUPPORTED_ALGORITHM,
                        UNKNOWN_KEY,
                        REVOKED_KEY,
                        BAD_SIGNATURE,
                        WRONG_ISSUER,
                        WRONG_AUDIENCE,
                        NOT_YET_VALID,
                        EXPIRED,
                        REVOKED,
                        EPOCH -> Status.Code.UNAUTHENTICATED;
            };
            return code + " " + reason;
        }

        @Override
        public String says(HeaderCase.Found found) {
            return found == HeaderCase.Found.NO_TOKEN || found == HeaderCase.Found.PADDED
                    ? refusal(Reason.MALFORMED)
                    : "UNAUTHENTICATED CREDENTIALS_MISSING";
        }

        @Override
        public boolean asksForPermission() {
            return true;
        }
    }
}
