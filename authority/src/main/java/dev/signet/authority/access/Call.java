package dev.signet.authority.access;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.VerifiedToken;

/**
 * A credential that was presented, and from where.
 *
 * @param credential a token whose signature was checked
 * @param address where the request came from, for the audit log
 */
public record Call(VerifiedToken credential, String address) {

    public Claims claims() {
        return credential.claims();
    }

    /** The credential's id. */
    public String subject() {
        return claims().subject();
    }

    /** Whether the credential may have any business in an organization: its own, or any for the operator's. */
    public boolean mayKnow(String organization) {
        String own = claims().organization();
        return own == null || own.equals(organization);
    }
}
