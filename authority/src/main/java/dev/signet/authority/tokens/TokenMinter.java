package dev.signet.authority.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeyRing;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the signed value of a token, with the claims that every value carries. */
public final class TokenMinter {
    /** When the person was let in (RFC 9068 section 2.2.1, OpenID Connect Core section 2). */
    static final String AUTH_TIME = "auth_time";

    /** A token that its grants would make longer than this leaves them to the feed. */
    private static final int LONGEST_WITH_GRANTS = 2_048;

    private final TokensConfig config;
    private final KeyRing ring;

    public TokenMinter(TokensConfig config, KeyRing ring) {
        this.config = config;
        this.ring = ring;
    }

    /**
     * A value, a secret.
     *
     * @param text what to present
     * @param grantsByFeed whether the grants did not fit, so that verifiers must be told of them
     */
    record Minted(String text, boolean grantsByFeed) {
        @Override
        public String toString() {
            return "Minted";
        }
    }

    /** The key that signs new values. */
    SigningKey signer(Transaction tx) {
        return ring.active(tx);
    }

    /** The same, where the store was asked already. */
    SigningKey signer(@Nullable StoredKey active) {
        return ring.active(active);
    }

    /**
     * The key that signed a value before.
     *
     * @throws Refusal FAILED_PRECONDITION where it must not sign any more
     */
    SigningKey signerOf(Transaction tx, IssuedValue value) {
        return ring.signerOf(tx, value.keyId())
                .orElseThrow(() -> Refusal.failedPrecondition(
                        "VALUE_ENDED", "the key that signed what this request made is not used any more"));
    }

    /** What will be kept of a value that is about to be made, with the grants as they are in this transaction. */
    IssuedValue issue(
            Transaction tx,
            SigningKey signer,
            String valueId,
            int index,
            String audience,
            Instant now,
            @Nullable Instant expireTime) {
        return new IssuedValue(valueId, index, signer.id(), tx.trust().head(), audience, now, expireTime);
    }

    /** Makes a value, or the same value again. */
    Minted mint(
            SigningKey signer,
            String subject,
            Kind kind,
            @Nullable String organization,
            Grants grants,
            IssuedValue value) {
        return mint(signer, subject, kind, organization, grants, value, null);
    }

    /** @param login when somebody let the person in whose token it is; null for all others */
    Minted mint(
            SigningKey signer,
            String subject,
            Kind kind,
            @Nullable String organization,
            Grants grants,
            IssuedValue value,
            @Nullable Instant login) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(config.issuer())
                .audience(value.audience())
                .subject(subject)
                .claim("client_id", subject)
                .jwtID(value.valueId())
                .issueTime(Date.from(value.issueTime()))
                .claim("kind", kind.claim())
                .claim("grants", grants.byResource())
                .claim("grants_rev", value.grantsRevision())
                .claim(
                        "status",
                        Map.of("status_list", Map.of("idx", value.index(), "uri", statusListOf(organization))));
        if (organization != null) {
            claims.claim("org", organization);
        }
        if (login != null) {
            claims.claim(AUTH_TIME, login.getEpochSecond());
        }
        if (value.expireTime() != null) {
            claims.expirationTime(Date.from(value.expireTime()));
        }
        String text = signer.sign(claims.build());
        if (text.length() <= LONGEST_WITH_GRANTS) {
            return new Minted(text, false);
        }
        claims.claim("grants", null).claim("grants_by_feed", true);
        return new Minted(signer.sign(claims.build()), true);
    }

    /** Where the list of an organization's values is served; null for that of the installation. */
    String statusListOf(@Nullable String organization) {
        return config.issuer() + "/statuslists/" + (organization == null ? StatusLists.INSTALLATION : organization);
    }
}
