package dev.signet.authority.keys;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.signet.authority.TestAuthority;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** Tokens that a key signed without any store knowing of them. */
final class SignedTokens {
    private static final String SUBJECT = "plt_0000000000epc94b48gk729sza";

    private SignedTokens() {}

    /** Good as long as its key is, and whatever else happens. */
    static String platform(SigningKey key, Instant issueTime) {
        return key.sign(new JWTClaimsSet.Builder()
                .issuer(TestAuthority.ISSUER)
                .audience(TestAuthority.AUDIENCE)
                .subject(SUBJECT)
                .jwtID("0000000000epc94b48gk729sza")
                .issueTime(Date.from(issueTime))
                .expirationTime(Date.from(issueTime.plusSeconds(1_000_000_000)))
                .claim("client_id", SUBJECT)
                .claim("kind", "platform")
                .claim("grants", Map.of())
                .claim("grants_rev", 1_000_000)
                .claim(
                        "status",
                        Map.of(
                                "status_list",
                                Map.of("idx", 999, "uri", TestAuthority.ISSUER + "/statuslists/installation")))
                .build());
    }
}
