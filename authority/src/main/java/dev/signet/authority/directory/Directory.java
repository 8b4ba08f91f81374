package dev.signet.authority.directory;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.Pages;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Organizations, workspaces and deployments: create, get, list, update, delete. Each operation is one transaction.
 * Whoever creates below something locks it shared, whoever deletes locks it exclusively before listing what ends with
 * it; so nothing is ever created under a parent that is going away.
 */
public final class Directory {
    private final Ledger ledger;
    private final Access access;
    private final IdGenerator ids;
    private final InstantSource clock;

    public Directory(Ledger ledger, Access access, IdGenerator ids, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.ids = ids;
        this.clock = clock;
    }

    public DirectoryEntry createOrganization(VerifiedToken presented, String displayName) {
        Fields.requireDisplayName("organization.display_name", displayName);
        return ledger.write(tx -> {
                    access.identify(tx, presented).requirePlatform("organizations");
                    ResourcePath path = ResourcePath.organization(ids.next(IdType.ORGANIZATION));
                    // So that whoever watches all organizations hears of this one.
                    tx.announce(path.organization(), new TrustChange.OrganizationCreated());
                    return insert(tx, path, displayName, "");
                })
                .value();
    }

    public DirectoryEntry createWorkspace(
            VerifiedToken presented, ResourcePath organization, String displayName, String description) {
        return create(presented, organization, "organization.workspaces.create", "workspace", displayName, description);
    }

    public DirectoryEntry createDeployment(
            VerifiedToken presented, ResourcePath workspace, String displayName, String description) {
        return create(presented, workspace, "workspace.deployments.create", "deployment", displayName, description);
    }

    public DirectoryEntry get(VerifiedToken presented, ResourcePath path) {
        return ledger.read(tx -> {
            requireToSee(access.identify(tx, presented), path);
            return find(tx, path);
        });
    }

    /**
     * The path of a deployment of which only the organization and its own id are known. Members of other organizations
     * learn nothing, not even where it lies.
     */
    public ResourcePath locate(VerifiedToken presented, String organization, String id) {
        Refusal notFound = Refusal.notFound("organizations/" + organization + "/workspaces/-/deployments/" + id);
        if (!organization.equals(presented.claims().organization())) {
            throw notFound;
        }
        return ledger.read(tx -> tx.directory().locate(organization, id).orElseThrow(() -> notFound));
    }

    /** Organizations that the caller may see, with an id above {@code after}, in the order of ids. */
    public List<DirectoryEntry> organizations(VerifiedToken presented, String after, int limit) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, presented);
            if (caller.isPlatform()) {
                return tx.directory().organizations(after, limit);
            }
            ResourcePath own = ResourcePath.organization(caller.organization());
            boolean visible = own.organization().compareTo(after) > 0 && caller.may("organization.get", own);
            return visible ? List.of(find(tx, own)) : List.of();
        });
    }

    /** Workspaces that the caller may see, with an id above {@code after}, in the order of ids. */
    public List<DirectoryEntry> workspaces(
            VerifiedToken presented, ResourcePath organization, String after, int limit) {
        return list(
                presented,
                organization,
                after,
                limit,
                (tx, from, count) -> tx.directory().workspaces(organization.organization(), from, count));
    }

    /** Deployments of a workspace, or of all of them, that the caller may see, in the order of ids. */
    public List<DirectoryEntry> deployments(VerifiedToken presented, ResourcePath parent, String after, int limit) {
        return list(
                presented,
                parent,
                after,
                limit,
                (tx, from, count) ->
                        tx.directory().deployments(parent.organization(), parent.workspace(), from, count));
    }

    /**
     * Changes what people call an entry.
     *
     * @param displayName null to leave it
     * @param description null to leave it
     * @param etag the version that the caller saw, null for any
     */
    public DirectoryEntry update(
            VerifiedToken presented,
            ResourcePath path,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable String etag) {
        String field = word(path);
        if (displayName != null) {
            Fields.requireDisplayName(field + ".display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription(field + ".description", description);
        }
        return ledger.write(tx -> {
                    DirectoryEntry entry = lock(tx, presented, path, Lock.EXCLUSIVE, word(path) + ".update");
                    Fields.requireEtag(etag, entry.version(), path.name());
                    DirectoryEntry updated = new DirectoryEntry(
                            path,
                            displayName == null ? entry.displayName() : displayName,
                            description == null ? entry.description() : description,
                            entry.createTime(),
                            now(),
                            entry.version() + 1);
                    tx.directory().update(updated);
                    return updated;
                })
                .value();
    }

    /** Ends the organization, with everything in it. */
    public void deleteOrganization(VerifiedToken presented, ResourcePath path) {
        ledger.write(tx -> {
            tx.directory().lock(path, Lock.EXCLUSIVE);
            access.identify(tx, presented).requirePlatform(path.name());
            find(tx, path);
            tx.tokens().deleteBelow(path);
            tx.directory().bury(path.organization());
            tx.announce(path.organization(), new TrustChange.OrganizationDeleted());
            return path;
        });
    }

    /** Deletes a workspace without deployments, or a deployment, with the tokens that belong to it. */
    public void delete(VerifiedToken presented, ResourcePath path) {
        ledger.write(tx -> {
            lock(tx, presented, path, Lock.EXCLUSIVE, word(path) + ".delete");
            if (path.deployment() == null && tx.directory().hasChildren(path)) {
                throw Refusal.failedPrecondition("WORKSPACE_NOT_EMPTY", "still has deployments: " + path.name());
            }
            List<Integer> ended = tx.tokens().deleteBelow(path);
            tx.directory().delete(path);
            if (!ended.isEmpty()) {
                tx.announce(path.organization(), new TrustChange.Revoked(Indexes.of(ended)));
            }
            return path;
        });
    }

    private DirectoryEntry create(
            VerifiedToken presented,
            ResourcePath parent,
            String permission,
            String field,
            String displayName,
            String description) {
        Fields.requireDisplayName(field + ".display_name", displayName);
        Fields.requireDescription(field + ".description", description);
        return ledger.write(tx -> {
                    lock(tx, presented, parent, Lock.SHARED, permission);
                    String workspace = parent.workspace();
                    ResourcePath path = workspace == null
                            ? ResourcePath.workspace(parent.organization(), ids.next(IdType.WORKSPACE))
                            : ResourcePath.deployment(parent.organization(), workspace, ids.next(IdType.DEPLOYMENT));
                    return insert(tx, path, displayName, description);
                })
                .value();
    }

    /** Locks an entry and the caller, and sees that the caller may do this to it. */
    private DirectoryEntry lock(
            Transaction tx, VerifiedToken presented, ResourcePath path, Lock lock, String permission) {
        if (!path.organization().equals(presented.claims().organization())) {
            throw Refusal.notFound(path.name());
        }
        DirectoryEntry entry = tx.directory().lock(path, lock).orElseThrow(() -> Refusal.notFound(path.name()));
        tx.tokens().lock(presented.claims().subject());
        access.identify(tx, presented).require(permission, path);
        return entry;
    }

    private interface Read {
        List<DirectoryEntry> page(Transaction tx, String after, int limit);
    }

    private List<DirectoryEntry> list(
            VerifiedToken presented, ResourcePath parent, String after, int limit, Read source) {
        if (!parent.organization().equals(presented.claims().organization())) {
            throw Refusal.notFound(parent.name());
        }
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, presented);
            find(tx, parent);
            return Pages.visible(
                    after,
                    limit,
                    (from, count) -> source.page(tx, from, count),
                    entry -> entry.path().id(),
                    entry -> caller.may(word(entry.path()) + ".get", entry.path()));
        });
    }

    private DirectoryEntry insert(Transaction tx, ResourcePath path, String displayName, String description) {
        Instant now = now();
        DirectoryEntry entry = new DirectoryEntry(path, displayName, description, now, now, 1);
        tx.directory().insert(entry);
        return entry;
    }

    private static void requireToSee(Caller caller, ResourcePath path) {
        if (!(caller.isPlatform() && path.workspace() == null)) {
            caller.require(word(path) + ".get", path);
        }
    }

    private static DirectoryEntry find(Transaction tx, ResourcePath path) {
        return tx.directory().find(path).orElseThrow(() -> Refusal.notFound(path.name()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String word(ResourcePath path) {
        return ApiToken.kindOf(path).name().toLowerCase(Locale.ROOT);
    }
}
