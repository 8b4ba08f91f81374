package dev.signet.authority.access;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Roles;
import java.util.List;

/**
 * Who asks, with the roles that the store says it holds now.
 *
 * @param claims what its token says of it
 * @param grants the grants of the store, whatever the token says
 * @param roles what the roles permit
 */
public record Caller(Claims claims, Grants grants, Roles roles) {

    /** Resource name of the credential. */
    public String name() {
        return claims.principalName();
    }

    /** The one organization that it belongs to; empty for the operator. */
    public String organization() {
        String organization = claims.organization();
        return organization == null ? "" : organization;
    }

    /** Whether it is the operator of the installation. */
    public boolean isPlatform() {
        return claims.kind() == Kind.PLATFORM;
    }

    /** The one decision: some role on the resource or a parent of it, in the caller's own organization, permits it. */
    public boolean may(String permission, ResourcePath resource) {
        return isMemberOf(resource.organization()) && roles.allow(grants, permission, resource);
    }

    /** Whether some role that it holds, on whatever resource, permits this. */
    public boolean holdsAnywhere(String permission) {
        return grants.byResource().values().stream()
                .flatMap(List::stream)
                .anyMatch(role -> roles.of(role).contains(permission));
    }

    /** Refuses with NOT_FOUND in other organizations, so that nothing is told about them. */
    public void require(String permission, ResourcePath resource) {
        if (!isMemberOf(resource.organization())) {
            throw Refusal.notFound(resource.name());
        }
        if (!may(permission, resource)) {
            throw Refusal.permissionDenied(permission, resource.name());
        }
    }

    /** Nobody hands out more than they hold: every permission of the role, on that very resource. */
    public void requireToHold(String role, ResourcePath resource) {
        for (String permission : roles.of(role)) {
            if (!may(permission, resource)) {
                throw Refusal.escalation(role, permission, resource.name());
            }
        }
    }

    /** Refuses whoever is not the operator. */
    public void requirePlatform(String what) {
        if (!isPlatform()) {
            throw Refusal.permissionDenied("a platform token", what);
        }
    }

    private boolean isMemberOf(String organization) {
        return organization.equals(organization());
    }
}
