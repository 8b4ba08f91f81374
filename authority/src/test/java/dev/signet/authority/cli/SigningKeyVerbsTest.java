package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.protobuf.Timestamp;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceImplBase;
import dev.signet.v1.GetOrganizationRequest;
import dev.signet.v1.GetOrganizationResponse;
import dev.signet.v1.GetSigningKeyRequest;
import dev.signet.v1.GetSigningKeyResponse;
import dev.signet.v1.ListSigningKeysRequest;
import dev.signet.v1.ListSigningKeysResponse;
import dev.signet.v1.LiveTokens;
import dev.signet.v1.Organization;
import dev.signet.v1.RekeySigningKeysRequest;
import dev.signet.v1.RekeySigningKeysResponse;
import dev.signet.v1.RevokeAllRequest;
import dev.signet.v1.RevokeAllResponse;
import dev.signet.v1.RevokeSigningKeyRequest;
import dev.signet.v1.RevokeSigningKeyResponse;
import dev.signet.v1.RotateSigningKeyRequest;
import dev.signet.v1.RotateSigningKeyResponse;
import dev.signet.v1.SigningKey;
import dev.signet.v1.SigningKeyServiceGrpc.SigningKeyServiceImplBase;
import dev.signet.v1.SigningKeyState;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys, and the end of everything: what the operator types. */
final class SigningKeyVerbsTest {
    private static final SigningKey KEY = SigningKey.newBuilder()
            .setName("signingKeys/kid-1")
            .setKeyId("kid-1")
            .setAlgorithm("ES256")
            .setState(SigningKeyState.SIGNING_KEY_STATE_ACTIVE)
            .setCreateTime(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond() - 7200))
            .setStateTime(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond() - 3600))
            .setLiveTokenCount(4)
            .addLiveTokens(LiveTokens.newBuilder().setCount(1))
            .addLiveTokens(LiveTokens.newBuilder().setOrganization("org_1").setCount(3))
            .build();

    private final List<String> revoked = new ArrayList<>();
    private final Cli cli = new Cli(new Keys(), new Organizations());

    private final class Keys extends SigningKeyServiceImplBase {
        @Override
        public void listSigningKeys(ListSigningKeysRequest request, StreamObserver<ListSigningKeysResponse> answer) {
            answer.onNext(
                    ListSigningKeysResponse.newBuilder().addSigningKeys(KEY).build());
            answer.onCompleted();
        }

        @Override
        public void getSigningKey(GetSigningKeyRequest request, StreamObserver<GetSigningKeyResponse> answer) {
            answer.onNext(GetSigningKeyResponse.newBuilder().setSigningKey(KEY).build());
            answer.onCompleted();
        }

        @Override
        public void rotateSigningKey(RotateSigningKeyRequest request, StreamObserver<RotateSigningKeyResponse> answer) {
            answer.onNext(
                    RotateSigningKeyResponse.newBuilder().setSigningKey(KEY).build());
            answer.onCompleted();
        }

        @Override
        public void revokeSigningKey(RevokeSigningKeyRequest request, StreamObserver<RevokeSigningKeyResponse> answer) {
            revoked.add(request.getName());
            answer.onNext(
                    RevokeSigningKeyResponse.newBuilder().setSigningKey(KEY).build());
            answer.onCompleted();
        }

        @Override
        public void rekeySigningKeys(RekeySigningKeysRequest request, StreamObserver<RekeySigningKeysResponse> answer) {
            answer.onNext(
                    RekeySigningKeysResponse.newBuilder().setSealedCount(2).build());
            answer.onCompleted();
        }
    }

    private final class Organizations extends DirectoryServiceImplBase {
        @Override
        public void getOrganization(GetOrganizationRequest request, StreamObserver<GetOrganizationResponse> answer) {
            answer.onNext(GetOrganizationResponse.newBuilder()
                    .setOrganization(
                            Organization.newBuilder().setName(request.getName()).setDisplayName("Acme"))
                    .build());
            answer.onCompleted();
        }

        @Override
        public void revokeAll(RevokeAllRequest request, StreamObserver<RevokeAllResponse> answer) {
            revoked.add(request.getName());
            answer.onNext(
                    RevokeAllResponse.newBuilder().setDeletedApiKeyCount(5).build());
            answer.onCompleted();
        }
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void keysAreListedWithWhatTheyCarry() {
        String table = cli.run("signing-key", "list").out();
        assertTrue(table.contains("kid-1") && table.contains("ES256") && table.contains("ACTIVE"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches(".*ACTIVE.* 4 +1 *")), table);
        String json = cli.run("signing-key", "ls", "-o", "json").out();
        assertEquals(
                "ACTIVE",
                JsonParser.parseString(json)
                        .getAsJsonObject()
                        .getAsJsonArray("signingKeys")
                        .get(0)
                        .getAsJsonObject()
                        .get("state")
                        .getAsString());
    }

    @Test
    void aRotationNamesTheKeyThatSigns() {
        assertEquals(new Cli.Run(0, "", "The key kid-1 signs from now on.\n"), cli.run("signing-key", "rotate"));
    }

    @Test
    void aRevocationTellsWhatItEndsAndAsks() {
        assertEquals(2, cli.run("signing-key", "revoke", "kid-1").exitCode(), "nobody is there to confirm");
        cli.terminal = true;
        cli.input = "kid-2\n";
        Cli.Run refused = cli.run("signing-key", "revoke", "kid-1");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("4 tokens"), refused.err());
        assertTrue(refused.err().contains("org_1: 3 tokens"), refused.err());
        assertTrue(refused.err().contains("operator's own: 1 token"), refused.err());
        assertEquals(List.of(), revoked);

        cli.input = "kid-1\n";
        Cli.Run done = cli.run("signing-key", "revoke", "kid-1");
        assertEquals(0, done.exitCode(), done.err());
        assertTrue(done.err().contains("platform token"), done.err());
        assertEquals(List.of("signingKeys/kid-1"), revoked);
    }

    @Test
    void inAScriptARevocationTakesForce() {
        assertEquals(
                0, cli.run("signing-key", "revoke", "signingKeys/kid-1", "-f").exitCode());
        assertEquals(List.of("signingKeys/kid-1"), revoked);
    }

    @Test
    void aRekeyCounts() {
        assertEquals(
                new Cli.Run(0, "", "Sealed 2 signing keys under the new master key.\n"),
                cli.run("signing-key", "rekey"));
    }

    @Test
    void everythingInAnOrganizationEndsOnlyAfterItsNameIsTyped() {
        assertEquals(2, cli.run("organization", "revoke-all", "org_1").exitCode());
        cli.terminal = true;
        cli.input = "acme\n";
        assertEquals(1, cli.run("organization", "revoke-all", "org_1").exitCode());
        assertEquals(List.of(), revoked);
        cli.input = "Acme\n";
        Cli.Run done = cli.run("organization", "revoke-all", "org_1");
        assertEquals(0, done.exitCode(), done.err());
        assertTrue(done.err().contains("5 API keys"), done.err());
        assertFalse(revoked.isEmpty());
        cli.terminal = false;
        assertEquals(
                0, cli.run("organization", "revoke-all", "org_1", "--force").exitCode());
        assertEquals(List.of("organizations/org_1", "organizations/org_1"), revoked);
    }
}
