package dev.signet.verifier.sidecar;

import dev.signet.v1.Verdict;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The doors of a sidecar that answer over gRPC, in process, with the threads that check signatures. */
abstract class GrpcDoorContract extends DoorContract {
    private final SignaturePool pool = new SignaturePool();
    private @Nullable Server server;
    private @Nullable ManagedChannel channel;

    GrpcDoorContract(String name) {
        super(name);
    }

    abstract Door door(ManagedChannel channel);

    @Override
    protected final Door open() throws Exception {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust().state(), trust().clocks());
        VerifierGrpc services = new VerifierGrpc(
                new Decisions(verifier, organization -> CompletableFuture.completedFuture(null)), pool);
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(services)
                .addService(services.extAuthz())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name)
                .directExecutor()
                .maxInboundMessageSize(1 << 20)
                .build();
        return door(channel);
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(channel).shutdownNow();
        Objects.requireNonNull(server).shutdownNow();
        pool.close();
    }

    static String said(Verdict verdict) {
        return verdict.getAccepted()
                ? Door.ACCEPTED
                : verdict.getReason().name().replaceFirst("^REJECTION_REASON_", "");
    }

    /** Presents a token in a message, which can hold any text that is Unicode. */
    abstract static class InMessage implements Door {
        /** As it is in a real sidecar. */
        private static final int LARGEST = 1 << 20;

        @Override
        public @Nullable String cannotCarry(String token) {
            if (token.codePoints()
                    .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
                return "a message holds no half of a surrogate pair";
            }
            return token.length() > LARGEST ? "the sidecar's port takes no message of this size" : null;
        }

        /** The message is written and read again. */
        @Override
        public long bytesPerCharacter() {
            return 24;
        }
    }
}
