package dev.signet.verifier.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.v1.BatchCheckRequest;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.verifier.corpus.Door;
import io.grpc.ManagedChannel;
import java.util.List;

/** The corpus, presented to {@code BatchCheck}: each twice, as what is said of one must not help the other. */
final class BatchCheckCorpusTest extends GrpcDoorContract {
    BatchCheckCorpusTest() {
        super("sidecar-batch");
    }

    @Override
    Door door(ManagedChannel channel) {
        VerifierServiceGrpc.VerifierServiceBlockingStub stub = VerifierServiceGrpc.newBlockingStub(channel);
        return new InMessage() {
            @Override
            public String ask(String token) {
                CheckRequest check = CheckRequest.newBuilder()
                        .setToken(token)
                        .setPermission(PERMISSION)
                        .setResource(RESOURCE)
                        .build();
                List<Verdict> verdicts = stub.batchCheck(BatchCheckRequest.newBuilder()
                                .addChecks(check)
                                .addChecks(check)
                                .build())
                        .getVerdictsList();
                assertEquals(2, verdicts.size());
                assertEquals(verdicts.get(0), verdicts.get(1));
                return said(verdicts.get(0));
            }

            @Override
            public boolean asksForPermission() {
                return true;
            }

            @Override
            public long bytesPerCharacter() {
                return 48;
            }
        };
    }
}
