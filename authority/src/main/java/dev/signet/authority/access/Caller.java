package dev.signet.authority.access;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Roles;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Who asks, with the roles that the store says it holds now.
 *
 * @param call what was presented
 * @param grants the grants of the store, whatever the token says
 * @param roles what the built-in roles permit
 * @param customRoles those that the grants name, by id
 */
public record Caller(Call call, Grants grants, Roles roles, Map<String, CustomRole> customRoles) {

    public Claims claims() {
        return call.claims();
    }

    /** Resource name of the credential. */
    public String name() {
        return claims().principalName();
    }

    /** The one organization that it belongs to; empty for the operator. */
    public String organization() {
        String organization = claims().organization();
        return organization == null ? "" : organization;
    }

    /** Whether it is the operator of the installation. */
    public boolean isPlatform() {
        return claims().kind() == Kind.PLATFORM;
    }

    /** The one decision: some role on the resource or a parent of it, in the caller's own organization, permits it. */
    public boolean may(String permission, ResourcePath resource) {
        return isMemberOf(resource.organization())
                && (roles.allow(grants, permission, resource) || someCustomRolePermits(permission, resource));
    }

    /** Whether some role that it holds, on whatever resource, permits this. */
    public boolean holdsAnywhere(String permission) {
        return grants.byResource().values().stream().flatMap(List::stream).anyMatch(role -> {
            CustomRole custom = customRoles.get(role);
            return custom != null
                    ? custom.permissions().contains(permission)
                    : roles.of(role).contains(permission);
        });
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

    /** Refuses whoever is not the operator. */
    public void requirePlatform(String what) {
        if (!isPlatform()) {
            throw Refusal.permissionDenied("a platform token", what);
        }
    }

    /** Notes in the audit log of an organization what the caller did. */
    public void record(Transaction tx, String organization, String action, String resourceName, Instant now) {
        tx.record(new AuditEvent(
                organization,
                now.truncatedTo(ChronoUnit.MICROS),
                name(),
                action,
                resourceName,
                AuditEvent.OK,
                call.address()));
    }

    private boolean someCustomRolePermits(String permission, ResourcePath resource) {
        String deployment = resource.deployment();
        return deployment != null
                && grants.on(deployment).stream().anyMatch(role -> {
                    CustomRole custom = customRoles.get(role);
                    return custom != null && custom.permits(permission, resource);
                });
    }

    private boolean isMemberOf(String organization) {
        return organization.equals(organization());
    }
}
