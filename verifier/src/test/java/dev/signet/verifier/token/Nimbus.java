package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.util.Map;

/** What another reader makes of a token that was accepted here: the same. */
final class Nimbus {
    private Nimbus() {}

    static void assertReads(JWTClaimsSet claims, Claims read) throws ParseException {
        assertEquals(claims.getIssuer(), read.issuer());
        assertEquals(claims.getAudience(), read.audience());
        assertEquals(claims.getSubject(), read.subject());
        assertEquals(claims.getStringClaim("client_id"), read.subject());
        assertEquals(claims.getJWTID(), read.valueId());
        assertEquals(claims.getIssueTime().toInstant().getEpochSecond(), read.issuedAt());
        assertEquals(claims.getExpirationTime() == null, read.expiresAt() == Claims.NEVER);
        if (claims.getExpirationTime() != null) {
            assertEquals(claims.getExpirationTime().toInstant(), read.expiry());
        }
        assertEquals(claims.getStringClaim("org"), read.organization());
        assertEquals(claims.getStringClaim("kind"), read.kind().claim());
        Grants grants = read.grants();
        assertEquals(claims.getJSONObjectClaim("grants"), grants == null ? null : grants.byResource());
        assertEquals(grants == null, Boolean.TRUE.equals(claims.getBooleanClaim("grants_by_feed")));
        assertEquals(claims.getLongClaim("grants_rev"), read.grantsRevision());
        Map<?, ?> list = (Map<?, ?>) claims.getJSONObjectClaim("status").get("status_list");
        assertEquals(((Number) list.get("idx")).longValue(), read.statusIndex());
        assertEquals(list.get("uri"), read.statusUri());
    }
}
