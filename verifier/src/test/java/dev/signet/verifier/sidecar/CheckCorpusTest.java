package dev.signet.verifier.sidecar;

import dev.signet.v1.CheckRequest;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.verifier.corpus.Door;
import io.grpc.ManagedChannel;

/** The corpus, presented to {@code Check}. */
final class CheckCorpusTest extends GrpcDoorContract {
    CheckCorpusTest() {
        super("sidecar-check");
    }

    @Override
    Door door(ManagedChannel channel) {
        VerifierServiceGrpc.VerifierServiceBlockingStub stub = VerifierServiceGrpc.newBlockingStub(channel);
        return new InMessage() {
            @Override
            public String ask(String token) {
                return said(stub.check(CheckRequest.newBuilder()
                                .setToken(token)
                                .setPermission(PERMISSION)
                                .setResource(RESOURCE)
                                .build())
                        .getVerdict());
            }

            @Override
            public boolean asksForPermission() {
                return true;
            }
        };
    }
}
