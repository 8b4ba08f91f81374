package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.protobuf.Timestamp;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.ListVerifiersResponse;
import dev.signet.v1.TrustServiceGrpc.TrustServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is connected: what an operator sees. */
final class VerifierVerbsTest {
    private final Cli cli = new Cli(new Trust());

    private static final class Trust extends TrustServiceImplBase {
        @Override
        public void listVerifiers(ListVerifiersRequest request, StreamObserver<ListVerifiersResponse> answer) {
            ConnectedVerifier one = ConnectedVerifier.newBuilder()
                    .setVerifier("worker-1")
                    .setAddress("10.0.0.7")
                    .setVersion("1.2.3")
                    .addOrganizations("org_1")
                    .addOrganizations("org_2")
                    .setRevisionLag(3)
                    .setLastPingTime(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond() - 5))
                    .setConnectTime(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond() - 7200))
                    .build();
            answer.onNext(ListVerifiersResponse.newBuilder()
                    .addVerifiers(one)
                    .addVerifiers(ConnectedVerifier.newBuilder()
                            .setVerifier("gateway")
                            .setAllOrganizations(true))
                    .build());
            answer.onCompleted();
        }
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void theListTellsWhoIsBehind() {
        String table = cli.run("verifier", "list").out();
        List<String> lines = table.lines().toList();
        assertEquals(3, lines.size(), table);
        assertTrue(lines.get(1).matches("worker-1 +10.0.0.7 +1.2.3 +org_1 org_2 +3 .*"), table);
        assertTrue(lines.get(2).matches("gateway +.*all +0 .*"), table);
        assertEquals(
                3,
                JsonParser.parseString(cli.run("verifier", "ls", "-o", "json").out())
                        .getAsJsonObject()
                        .getAsJsonArray("verifiers")
                        .get(0)
                        .getAsJsonObject()
                        .get("revisionLag")
                        .getAsInt());
    }
}
