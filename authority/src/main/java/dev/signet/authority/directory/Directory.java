package dev.signet.authority.directory;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.Pages;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
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

    public DirectoryEntry createOrganization(Call call, String displayName) {
        Fields.requireDisplayName("organization.display_name", displayName);
        return ledger.write(tx -> {
                    tx.lockCaller(call.subject(), List.of());
                    Caller caller = access.identify(tx, call);
                    caller.requirePlatform("organizations");
                    ResourcePath path = ResourcePath.organization(ids.next(IdType.ORGANIZATION));
                    caller.record(tx, path.organization(), "organization.create", path.name(), clock.instant());
                    // So that whoever watches all organizations hears of this one.
                    tx.announce(path.organization(), new TrustChange.OrganizationCreated());
                    return insert(tx, path, displayName, "");
                })
                .value();
    }

    public DirectoryEntry createWorkspace(
            Call call, ResourcePath organization, String displayName, String description) {
        return create(call, organization, "organization.workspaces.create", "workspace", displayName, description);
    }

    public DirectoryEntry createDeployment(Call call, ResourcePath workspace, String displayName, String description) {
        return create(call, workspace, "workspace.deployments.create", "deployment", displayName, description);
    }

    public DirectoryEntry get(Call call, ResourcePath path) {
        return ledger.read(tx -> {
            requireToSee(access.identify(tx, call), path);
            return find(tx, path);
        });
    }

    /**
     * The path of a deployment of which only the organization and its own id are known. Members of other organizations
     * learn nothing, not even where it lies.
     */
    public ResourcePath locate(Call call, String organization, String id) {
        Refusal notFound = Refusal.notFound("organizations/" + organization + "/workspaces/-/deployments/" + id);
        if (!organization.equals(call.claims().organization())) {
            throw notFound;
        }
        return ledger.read(tx -> tx.directory().locate(organization, id).orElseThrow(() -> notFound));
    }

    /** Organizations that the caller may see, with an id above {@code after}, in the order of ids. */
    public List<DirectoryEntry> organizations(Call call, String after, int limit) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
            if (caller.isPlatform()) {
                return tx.directory().organizations(after, limit);
            }
            ResourcePath own = ResourcePath.organization(caller.organization());
            boolean visible = own.organization().compareTo(after) > 0 && caller.may("organization.get", own);
            return visible ? List.of(find(tx, own)) : List.of();
        });
    }

    /** Workspaces that the caller may see, with an id above {@code after}, in the order of ids. */
    public List<DirectoryEntry> workspaces(Call call, ResourcePath organization, String after, int limit) {
        return list(
                call,
                organization,
                after,
                limit,
                (tx, from, count) -> tx.directory().workspaces(organization.organization(), from, count));
    }

    /** Deployments of a workspace, or of all of them, that the caller may see, in the order of ids. */
    public List<DirectoryEntry> deployments(Call call, ResourcePath parent, String after, int limit) {
        return list(
                call,
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
     * @param policy what changes of an organization's policy, null for nothing
     * @param etag the version that the caller saw, null for any
     */
    public DirectoryEntry update(
            Call call,
            ResourcePath path,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable PolicyChange policy,
            @Nullable String etag) {
        String field = word(path);
        if (displayName != null) {
            Fields.requireDisplayName(field + ".display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription(field + ".description", description);
        }
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, path, Lock.EXCLUSIVE, word(path) + ".update");
                    DirectoryEntry entry = find(tx, path);
                    Fields.requireEtag(etag, entry.version(), path.name());
                    DirectoryEntry updated = entry.updated(
                            displayName == null ? entry.displayName() : displayName,
                            description == null ? entry.description() : description,
                            policy == null ? entry.policy() : policy.of(entry.requirePolicy()),
                            now());
                    tx.directory().update(updated);
                    record(tx, caller, "update", path);
                    return updated;
                })
                .value();
    }

    /** Ends the organization, with everything in it. */
    public Committed<ResourcePath> deleteOrganization(Call call, ResourcePath path) {
        if (!call.mayKnow(path.organization())) {
            throw Refusal.notFound(path.name());
        }
        if (call.claims().kind() != Kind.PLATFORM) {
            // Nobody else may hold its members up, however shortly.
            throw Refusal.permissionDenied("a platform token", path.name());
        }
        return ledger.writeFirst(tx -> {
            boolean there = tx.directory().lock(path, Lock.EXCLUSIVE).isPresent();
            tx.lockCaller(call.subject(), List.of());
            Caller caller = access.identify(tx, call);
            caller.requirePlatform(path.name());
            if (!there) {
                throw Refusal.notFound(path.name());
            }
            record(tx, caller, "delete", path);
            tx.tokens().deleteBelow(path, clock.instant());
            tx.directory().bury(path.organization());
            tx.announce(path.organization(), new TrustChange.OrganizationDeleted());
            return path;
        });
    }

    /**
     * Ends every value of every credential of an organization, the caller's too, and deletes its API keys.
     *
     * @return how many API keys were deleted
     */
    public Committed<Integer> revokeAll(Call call, ResourcePath organization) {
        if (!call.mayKnow(organization.organization())) {
            throw Refusal.notFound(organization.name());
        }
        return ledger.writeFirst(tx -> {
            boolean there = tx.directory().lock(organization, Lock.EXCLUSIVE).isPresent();
            tx.lockCaller(call.subject(), List.of());
            Caller caller = access.identify(tx, call);
            if (!caller.isPlatform()) {
                caller.require("organization.credentials.revokeAll", organization);
            }
            if (!there) {
                throw Refusal.notFound(organization.name());
            }
            Instant now = clock.instant();
            List<EndedValue> ended = tx.apiKeys().deleteAll(organization.organization()).stream()
                    .map(key -> EndedValue.of(key, now))
                    .toList();
            tx.revoke(organization.organization(), ended);
            tx.raiseEpoch(organization.organization());
            record(tx, caller, "revokeAll", organization);
            return ended.size();
        });
    }

    /**
     * Deletes a workspace without deployments, or a deployment. The tokens and API keys that belong to it end; others
     * only lose the roles that they held on it.
     */
    public Committed<ResourcePath> delete(Call call, ResourcePath path) {
        return ledger.writeFirst(tx -> {
            List<String> subjects = new ArrayList<>();
            Caller caller = lock(tx, call, path, Lock.EXCLUSIVE, word(path) + ".delete", () -> {
                subjects.addAll(tx.tokens().subjectsOf(path));
                return subjects;
            });
            if (path.deployment() == null && tx.directory().hasChildren(path)) {
                throw Refusal.failedPrecondition("WORKSPACE_NOT_EMPTY", "still has deployments: " + path.name());
            }
            List<EndedValue> ended = tx.tokens().deleteBelow(path, clock.instant());
            tx.directory().delete(path);
            tx.revoke(path.organization(), ended);
            for (String subject : subjects) {
                grantsOf(tx, subject)
                        .ifPresent(left ->
                                tx.announce(path.organization(), new TrustChange.GrantsOverridden(subject, left)));
            }
            record(tx, caller, "delete", path);
            return path;
        });
    }

    /** What a subject that lives on holds now. */
    private static Optional<Grants> grantsOf(Transaction tx, String subject) {
        return IdType.USER.matches(subject)
                ? tx.people().find(subject).map(Person::grants)
                : tx.tokens().find(subject).map(ApiToken::grants);
    }

    private DirectoryEntry create(
            Call call, ResourcePath parent, String permission, String field, String displayName, String description) {
        Fields.requireDisplayName(field + ".display_name", displayName);
        Fields.requireDescription(field + ".description", description);
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, parent, Lock.SHARED, permission);
                    String workspace = parent.workspace();
                    ResourcePath path = workspace == null
                            ? ResourcePath.workspace(parent.organization(), ids.next(IdType.WORKSPACE))
                            : ResourcePath.deployment(parent.organization(), workspace, ids.next(IdType.DEPLOYMENT));
                    record(tx, caller, "create", path);
                    return insert(tx, path, displayName, description);
                })
                .value();
    }

    /** Locks an entry and the caller, and sees that the caller may do this to it. */
    private Caller lock(Transaction tx, Call call, ResourcePath path, Lock lock, String permission) {
        return lock(tx, call, path, lock, permission, List::of);
    }

    /** Locks subjects too, which are to be looked for under the lock of the entry. */
    private Caller lock(
            Transaction tx,
            Call call,
            ResourcePath path,
            Lock lock,
            String permission,
            Supplier<List<String>> subjects) {
        boolean there = path.organization().equals(call.claims().organization())
                && tx.directory().lock(path, lock).isPresent();
        if (!there) {
            throw Refusal.notFound(path.name());
        }
        tx.lockCaller(call.subject(), subjects.get());
        Caller caller = access.identify(tx, call);
        caller.require(permission, path);
        return caller;
    }

    private void record(Transaction tx, Caller caller, String action, ResourcePath path) {
        caller.record(tx, path.organization(), word(path) + "." + action, path.name(), clock.instant());
    }

    private interface Read {
        List<DirectoryEntry> page(Transaction tx, String after, int limit);
    }

    private List<DirectoryEntry> list(Call call, ResourcePath parent, String after, int limit, Read source) {
        if (!parent.organization().equals(call.claims().organization())) {
            throw Refusal.notFound(parent.name());
        }
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
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
        DirectoryEntry entry = new DirectoryEntry(path, displayName, description, now());
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
