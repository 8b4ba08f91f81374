package dev.signet.authority.access;

import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Custom deployment roles: create, get, list, update, delete, by an organization owner. */
public final class CustomRoles {
    private static final String DEPLOYMENT = "deployment.";
    private static final int HOLDERS_NAMED = 20;

    private final Ledger ledger;
    private final Access access;
    private final IdGenerator ids;
    private final InstantSource clock;
    private final Set<String> grantable;

    public CustomRoles(Ledger ledger, Access access, Roles builtIn, IdGenerator ids, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.ids = ids;
        this.clock = clock;
        this.grantable = builtIn.permissions().values().stream()
                .flatMap(Set::stream)
                .filter(permission -> permission.startsWith(DEPLOYMENT))
                .collect(Collectors.toUnmodifiableSet());
    }

    public Committed<StoredRole> create(
            Call call, String organization, String displayName, String description, CustomRole role) {
        Fields.requireDisplayName("role.display_name", displayName);
        Fields.requireDescription("role.description", description);
        requirePermissions(role.permissions());
        return ledger.write(tx -> {
            Caller caller = lock(tx, call, organization, "create");
            requireFreeName(tx, organization, displayName, "");
            requireWorkspaces(tx, organization, role.restrictedWorkspaces());
            Instant now = clock.instant();
            StoredRole created = new StoredRole(
                    ids.next(IdType.ROLE),
                    organization,
                    displayName,
                    description,
                    role,
                    now.truncatedTo(ChronoUnit.SECONDS),
                    now.truncatedTo(ChronoUnit.SECONDS),
                    1);
            tx.roles().insert(created);
            tx.announce(organization, new TrustChange.RoleChanged(created.id(), role));
            caller.record(tx, organization, "role.create", created.name(), now);
            return created;
        });
    }

    public StoredRole get(Call call, String organization, String id) {
        return ledger.read(tx -> {
            requireToRead(tx, call, organization);
            return tx.roles()
                    .find(organization, id)
                    .orElseThrow(() -> Refusal.notFound(StoredRole.name(organization, id)));
        });
    }

    /** Roles with an id above {@code after}, in the order of ids. */
    public List<StoredRole> list(Call call, String organization, String after, int limit) {
        return ledger.read(tx -> {
            requireToRead(tx, call, organization);
            return tx.roles().list(organization, after, limit);
        });
    }

    /**
     * Changes a role; every verifier applies the new permissions without a new token.
     *
     * @param displayName null to leave it
     * @param description null to leave it
     * @param permissions null to leave them
     * @param restrictedWorkspaces null to leave them
     * @param etag the version that the caller saw, null for any
     */
    public Committed<StoredRole> update(
            Call call,
            String organization,
            String id,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable Set<String> permissions,
            @Nullable Set<String> restrictedWorkspaces,
            @Nullable String etag) {
        if (displayName != null) {
            Fields.requireDisplayName("role.display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription("role.description", description);
        }
        if (permissions != null) {
            requirePermissions(permissions);
        }
        return ledger.write(tx -> {
            Caller caller = lock(tx, call, organization, "update");
            StoredRole role = lockRole(tx, organization, id);
            Fields.requireEtag(etag, role.version(), role.name());
            if (displayName != null) {
                requireFreeName(tx, organization, displayName, id);
            }
            if (restrictedWorkspaces != null) {
                requireWorkspaces(tx, organization, restrictedWorkspaces);
            }
            CustomRole permits = new CustomRole(
                    permissions == null ? role.role().permissions() : permissions,
                    restrictedWorkspaces == null ? role.role().restrictedWorkspaces() : restrictedWorkspaces);
            Instant now = clock.instant();
            StoredRole updated = new StoredRole(
                    id,
                    organization,
                    displayName == null ? role.displayName() : displayName,
                    description == null ? role.description() : description,
                    permits,
                    role.createTime(),
                    now.truncatedTo(ChronoUnit.SECONDS),
                    role.version() + 1);
            tx.roles().update(updated);
            if (!permits.equals(role.role())) {
                tx.announce(organization, new TrustChange.RoleChanged(id, permits));
            }
            caller.record(tx, organization, "role.update", updated.name(), now);
            return updated;
        });
    }

    /** Deletes a role that nobody holds. */
    public Committed<StoredRole> delete(Call call, String organization, String id) {
        return ledger.writeFirst(tx -> {
            Caller caller = lock(tx, call, organization, "delete");
            StoredRole role = lockRole(tx, organization, id);
            List<String> holders = tx.roles().holders(id, HOLDERS_NAMED);
            if (!holders.isEmpty()) {
                throw Refusal.failedPrecondition("ROLE_IN_USE", "still held by " + String.join(", ", holders));
            }
            tx.roles().delete(id);
            tx.announce(organization, new TrustChange.RoleDeleted(id));
            caller.record(tx, organization, "role.delete", role.name(), clock.instant());
            return role;
        });
    }

    private Caller lock(Transaction tx, Call call, String organization, String action) {
        ResourcePath path = ResourcePath.organization(organization);
        if (!call.mayKnow(organization)
                || tx.directory().lock(path, Lock.SHARED).isEmpty()) {
            throw Refusal.notFound(path.name());
        }
        tx.lockCaller(call.subject(), List.of());
        Caller caller = access.identify(tx, call);
        caller.require("organization.roles." + action, path);
        return caller;
    }

    private void requireToRead(Transaction tx, Call call, String organization) {
        access.identify(tx, call).require("organization.roles.get", ResourcePath.organization(organization));
    }

    private static StoredRole lockRole(Transaction tx, String organization, String id) {
        return tx.roles()
                .lock(organization, id, Lock.EXCLUSIVE)
                .orElseThrow(() -> Refusal.notFound(StoredRole.name(organization, id)));
    }

    private void requirePermissions(Set<String> permissions) {
        if (permissions.isEmpty()) {
            throw Refusal.invalid("role.permissions", "must hold at least one permission");
        }
        for (String permission : permissions) {
            if (!grantable.contains(permission)) {
                throw Refusal.invalid("role.permissions", "holds what is no deployment permission: " + permission);
            }
        }
    }

    private static void requireFreeName(Transaction tx, String organization, String displayName, String exceptId) {
        if (tx.roles().isNameTaken(organization, displayName, exceptId)) {
            throw Refusal.alreadyExists("ROLE_NAME_TAKEN", "the organization has a role of that name: " + displayName);
        }
    }

    private static void requireWorkspaces(Transaction tx, String organization, Set<String> workspaces) {
        for (String workspace : workspaces) {
            if (!IdType.WORKSPACE.matches(workspace)
                    || tx.directory()
                            .find(ResourcePath.workspace(organization, workspace))
                            .isEmpty()) {
                throw Refusal.invalid("role.restricted_workspaces", "names no workspace: " + workspace);
            }
        }
    }
}
