package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.signet.v1.Grant;
import dev.signet.v1.Kind;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Ping;
import dev.signet.v1.Pong;
import dev.signet.v1.Principal;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Scope;
import dev.signet.v1.Token;
import dev.signet.v1.Verdict;
import org.junit.jupiter.api.Test;

final class ProtoJsonTest {
    @Test
    void everyFieldIsPrinted() {
        assertJson("""
                {"name":"","displayName":"","description":"","scope":null,"resource":"","grants":[],
                "expiryPeriodDays":null,"expireTime":null,"createTime":null,"updateTime":null,"lastRotatedTime":null,
                "createdBy":"","etag":"","lastUsedTime":null}""", Token.getDefaultInstance());
    }

    @Test
    void aTokenWithValues() {
        assertJson(
                """
                {"name":"n","displayName":"d","description":"","scope":"workspace","resource":"",
                "grants":[{"resource":"wsp_1","role":"WORKSPACE_OWNER"}],
                "expiryPeriodDays":30,"expireTime":"2023-11-14T22:13:20Z","createTime":null,"updateTime":null,
                "lastRotatedTime":null,"createdBy":"","etag":"","lastUsedTime":null}""",
                Token.newBuilder()
                        .setName("n")
                        .setDisplayName("d")
                        .setScope(Scope.SCOPE_WORKSPACE)
                        .addGrants(Grant.newBuilder().setResource("wsp_1").setRole("WORKSPACE_OWNER"))
                        .setExpiryPeriodDays(30)
                        .setExpireTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                        .build());
    }

    @Test
    void verdicts() {
        assertJson(
                """
                {"accepted":false,"reason":"REVOKED","principal":null,"grants":[],"expireTime":null}""",
                Verdict.newBuilder()
                        .setReason(RejectionReason.REJECTION_REASON_REVOKED)
                        .build());
        assertJson(
                """
                {"accepted":true,"reason":null,"principal":{"name":"p","kind":"access","organization":""},
                "grants":[],"expireTime":null}""",
                Verdict.newBuilder()
                        .setAccepted(true)
                        .setPrincipal(Principal.newBuilder().setName("p").setKind(Kind.KIND_ACCESS))
                        .build());
    }

    @Test
    void wholeNumbersBytesAndFractions() {
        assertJson(
                """
                {"nonce":"AQI=","head":9007199254740993,"authorityTime":"1970-01-01T00:00:00.500Z","parts":[],"complete":false}""",
                Pong.newBuilder()
                        .setNonce(ByteString.copyFrom(new byte[] {1, 2}))
                        .setHead(9007199254740993L)
                        .setAuthorityTime(Timestamp.newBuilder().setNanos(500_000_000))
                        .build());
        assertJson("{\"nonce\":\"\"}", Ping.getDefaultInstance());
        assertJson("{\"tokens\":[],\"nextPageToken\":\"\"}", ListTokensResponse.getDefaultInstance());
    }

    private static void assertJson(String expected, Message message) {
        assertEquals(expected.replace("\n", ""), ProtoJson.of(message).toString());
    }
}
