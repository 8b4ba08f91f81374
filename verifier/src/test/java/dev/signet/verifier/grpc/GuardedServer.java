package dev.signet.verifier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server behind a {@link TokenInterceptor}, in process and all on one thread, in virtual time. */
final class GuardedServer implements AutoCloseable {
    /** Deploys many images, each to the deployment that its message names. */
    static final MethodDescriptor<String, String> MANY = Deploys.CREATE.toBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName(Deploys.SERVICE + "/CreateMany")
            .build();

    final FakeClocks clocks = new FakeClocks();
    final FakeScheduler scheduler = new FakeScheduler(clocks);
    final TrustState trust = new TrustState();
    /** What reached the handlers. */
    final List<String> handled = new ArrayList<>();
    /** The calls of {@code Watch} and {@code CreateMany}, from the handler's side. */
    final List<ServerCallStreamObserver<String>> streams = new ArrayList<>();

    private final Server server;
    private final ManagedChannel channel;

    GuardedServer(MethodPermissions permissions) {
        this(permissions, null);
    }

    /** @param otherClocks for the verifier, instead of the ones of this server */
    GuardedServer(MethodPermissions permissions, @Nullable Clocks otherClocks) {
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE),
                trust,
                otherClocks == null ? clocks.clocks() : otherClocks);
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .intercept(new TokenInterceptor(verifier, trust, permissions, scheduler))
                    .addService(ServerServiceDefinition.builder(Deploys.SERVICE)
                            .addMethod(Deploys.CREATE, ServerCalls.asyncUnaryCall(this::create))
                            .addMethod(Deploys.WATCH, ServerCalls.asyncServerStreamingCall(this::watch))
                            .addMethod(MANY, ServerCalls.asyncBidiStreamingCall(this::createMany))
                            .build())
                    .addService(new HealthStatusManager().getHealthService())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    List<ServerServiceDefinition> services() {
        return server.getServices();
    }

    private void create(String image, StreamObserver<String> response) {
        handled.add(image);
        response.onNext(TokenInterceptor.verdict().claims().subject());
        response.onCompleted();
    }

    private void watch(String deployment, StreamObserver<String> response) {
        handled.add(deployment);
        streams.add((ServerCallStreamObserver<String>) response);
        response.onNext("watching");
    }

    private StreamObserver<String> createMany(StreamObserver<String> response) {
        streams.add((ServerCallStreamObserver<String>) response);
        return new StreamObserver<>() {
            @Override
            public void onNext(String image) {
                handled.add(image);
                response.onNext(image);
            }

            @Override
            public void onError(Throwable error) {
                handled.add("cancelled");
            }

            @Override
            public void onCompleted() {
                handled.add("done");
                response.onCompleted();
            }
        };
    }

    /** Calls {@code Create} with these values of the header. */
    String create(String... authorization) {
        return ClientCalls.blockingUnaryCall(with(authorization), Deploys.CREATE, CallOptions.DEFAULT, "image");
    }

    /** The reason for which {@code Create} is refused with a code. */
    ErrorInfo refused(io.grpc.Status.Code code, String... authorization) {
        return error(code, assertThrows(StatusRuntimeException.class, () -> create(authorization)));
    }

    void checkHealth() {
        var unused =
                HealthGrpc.newBlockingStub(channel).check(io.grpc.health.v1.HealthCheckRequest.getDefaultInstance());
    }

    Answers watch(String token) {
        Answers answers = new Answers();
        ClientCalls.asyncServerStreamingCall(
                with("Bearer " + token).newCall(Deploys.WATCH, CallOptions.DEFAULT), "deployment", answers);
        return answers;
    }

    /** Calls {@code CreateMany}; what is sent goes to the answers' {@code requests}. */
    Answers createMany(String token) {
        Answers answers = new Answers();
        Context.ROOT.run(() -> answers.requests = ClientCalls.asyncBidiStreamingCall(
                with("Bearer " + token).newCall(MANY, CallOptions.DEFAULT), answers));
        return answers;
    }

    private Channel with(String... authorization) {
        Metadata headers = new Metadata();
        for (String value : authorization) {
            headers.put(Authorization.KEY, value);
        }
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** What an error says of itself; checks its code, and where the reason comes from. */
    static ErrorInfo error(io.grpc.Status.Code code, Throwable error) {
        assertEquals(code, io.grpc.Status.fromThrowable(error).getCode(), error::toString);
        try {
            for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    ErrorInfo info = detail.unpack(ErrorInfo.class);
                    assertEquals("signet.dev", info.getDomain());
                    return info;
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no ErrorInfo", error);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** What a caller hears. */
    static final class Answers implements StreamObserver<String> {
        final List<String> received = new ArrayList<>();

        @Nullable
        Throwable error;

        boolean completed;

        @Nullable
        StreamObserver<String> requests;

        @Override
        public void onNext(String value) {
            received.add(value);
        }

        @Override
        public void onError(Throwable error) {
            this.error = error;
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        boolean isOpen() {
            return error == null && !completed;
        }
    }
}
