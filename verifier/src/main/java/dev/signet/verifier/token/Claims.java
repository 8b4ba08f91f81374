package dev.signet.verifier.token;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token (RFC 7519 section 4.1, RFC 9068 section 2.2). Times are in whole seconds since the epoch.
 *
 * @param issuer {@code iss}
 * @param audience {@code aud}, never empty
 * @param subject {@code sub} and {@code client_id}: the credential's id
 * @param valueId {@code jti}: the id of this issued value
 * @param issuedAt {@code iat}
 * @param expiresAt {@code exp}, or {@link #NEVER}
 * @param organization {@code org}, null for platform tokens only
 * @param kind {@code kind}
 * @param grants {@code grants} as they stood at {@code grantsRevision}; null for {@code grants_by_feed}, where they
 *     would make the token too long and only the feed tells them
 * @param grantsRevision {@code grants_rev}
 * @param statusIndex {@code status.status_list.idx}: the bit that revokes this value
 * @param statusUri {@code status.status_list.uri}
 */
public record Claims(
        String issuer,
        List<String> audience,
        String subject,
        String valueId,
        long issuedAt,
        long expiresAt,
        @Nullable String organization,
        Kind kind,
        @Nullable Grants grants,
        long grantsRevision,
        int statusIndex,
        String statusUri) {

    public static final long NEVER = Long.MAX_VALUE;

    /** The end of the year 9999, as far as dates are written (RFC 3339); what is beyond it counts milliseconds. */
    static final long LATEST = 253_402_300_799L;

    public Claims {
        audience = List.copyOf(audience);
        require(!issuer.isEmpty(), "iss is empty");
        require(!audience.isEmpty(), "aud is empty");
        require(kind.subject().matches(subject), "sub is not of the token's kind");
        require(IdType.isSuffix(valueId, 0), "jti is not an id");
        require(issuedAt >= 0, "iat is negative");
        require(expiresAt > issuedAt, "exp precedes iat");
        require(expiresAt <= LATEST || expiresAt == NEVER, "exp is beyond the year 9999");
        require(expiresAt != NEVER || kind.mayNeverExpire(), "exp is missing");
        require((organization == null) == (kind == Kind.PLATFORM), "org does not fit the token's kind");
        require(organization == null || IdType.ORGANIZATION.matches(organization), "org is not an id");
        require(grantsRevision >= 0, "grants_rev is negative");
        require(statusIndex >= 0, "idx is negative");
    }

    /** When the token expires, or null for never. */
    public @Nullable Instant expiry() {
        return expiresAt == NEVER ? null : Instant.ofEpochSecond(expiresAt);
    }

    /**
     * The credential's resource name: {@code organizations/{org}/tokens/{tok}}, {@code platformTokens/{plt}} and so on.
     * A deployment's workspace, which a token does not tell, is {@code -} (AIP-159).
     */
    public String principalName() {
        if (organization == null) {
            return kind.collection() + "/" + subject;
        }
        String parent = "organizations/" + organization;
        if (kind == Kind.ACCESS && grants != null) {
            String deployment = String.join("", grants.byResource().keySet());
            parent += IdType.DEPLOYMENT.matches(deployment) ? "/workspaces/-/deployments/" + deployment : "";
        }
        return parent + "/" + kind.collection() + "/" + subject;
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new MalformedToken(problem);
        }
    }
}
