package dev.signet.verifier.sidecar;

import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.verifier.corpus.Door;
import io.grpc.ManagedChannel;

/** The corpus, presented to {@code Verify}. */
final class VerifyCorpusTest extends GrpcDoorContract {
    VerifyCorpusTest() {
        super("sidecar-verify");
    }

    @Override
    Door door(ManagedChannel channel) {
        VerifierServiceGrpc.VerifierServiceBlockingStub stub = VerifierServiceGrpc.newBlockingStub(channel);
        return new InMessage() {
            @Override
            public String ask(String token) {
                return said(
                        stub.verify(VerifyRequest.newBuilder().setToken(token).build())
                                .getVerdict());
            }

            @Override
            public boolean asksForPermission() {
                return false;
            }
        };
    }
}
