package dev.signet.authority.directory;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users of an organization: invite, get, list, grant, remove. What they created outlives them. */
public final class People {
    private final Ledger ledger;
    private final Access access;
    private final StatusIndexes indexes;
    private final IdGenerator ids;
    private final InstantSource clock;

    public People(Ledger ledger, Access access, StatusIndexes indexes, IdGenerator ids, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.indexes = indexes;
        this.ids = ids;
        this.clock = clock;
    }

    /** Adds a person, with one organization role. */
    public Person invite(Call call, String organization, String email, String role) {
        Fields.requireEmail("email", email);
        String address = address(email);
        ResourcePath path = ResourcePath.organization(organization);
        refuseStrangers(call, organization);
        int index = indexes.next(organization);
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, path, List.of());
                    requireToHandOut(tx, caller, "organization.users.invite", "organization_role", role, path);
                    if (tx.people().findByEmail(organization, address).isPresent()) {
                        throw Refusal.alreadyExists("USER_EXISTS", "the organization has a user of that address");
                    }
                    Instant now = now();
                    Person person = new Person(
                            ids.next(IdType.USER),
                            organization,
                            address,
                            Grants.of(organization, role),
                            index,
                            now,
                            now,
                            caller.name());
                    tx.people().insert(person);
                    caller.record(tx, organization, "user.invite", person.name(), clock.instant());
                    return person;
                })
                .value();
    }

    public Person get(Call call, String organization, String id) {
        return ledger.read(tx -> {
            access.identify(tx, call).require("organization.users.get", ResourcePath.organization(organization));
            return find(tx, organization, id);
        });
    }

    /**
     * Users with an id above {@code after}, in the order of ids.
     *
     * @param workspace only those with a role on it, where given
     */
    public List<Person> list(
            Call call, String organization, @Nullable ResourcePath workspace, String after, int limit) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
            if (workspace == null) {
                caller.require("organization.users.get", ResourcePath.organization(organization));
            } else {
                caller.require("workspace.users.get", workspace);
                requirePlace("workspace", organization, workspace);
                if (tx.directory().find(workspace).isEmpty()) {
                    throw Refusal.notFound(workspace.name());
                }
            }
            return tx.people().list(organization, workspace == null ? null : workspace.id(), after, limit);
        });
    }

    /**
     * Gives a user one role on the organization or a workspace, in place of the one held there.
     *
     * @param user id or email address
     */
    public Committed<Person> setGrant(Call call, String organization, String user, ResourcePath resource, String role) {
        requirePlace("resource", organization, resource);
        return ledger.write(tx -> {
            // Rows are locked in the order of ids, so the id comes first. Whether there is such a person is
            // told only to those who may give them a role.
            Optional<String> id = idOf(tx, organization, user);
            Caller caller = lock(tx, call, resource, id.stream().toList());
            requireToHandOut(tx, caller, permission(resource, "update"), "role", role, resource);
            Person person =
                    find(tx, organization, id.orElseThrow(() -> Refusal.notFound(Person.name(organization, user))));
            Map<String, List<String>> grants = new HashMap<>(person.grants().byResource());
            grants.put(resource.id(), List.of(role));
            return regrant(tx, caller, person, new Grants(grants), "user.grant");
        });
    }

    /** Takes a user's role on a workspace away. */
    public Committed<Person> removeGrant(Call call, String organization, String id, ResourcePath workspace) {
        requirePlace("resource", organization, workspace);
        if (workspace.workspace() == null) {
            throw Refusal.invalid("resource", "must be a workspace: the organization role can only be replaced");
        }
        return ledger.writeFirst(tx -> {
            Caller caller = lock(tx, call, workspace, List.of(id));
            caller.require("workspace.users.delete", workspace);
            Person person = find(tx, organization, id);
            Map<String, List<String>> grants = new HashMap<>(person.grants().byResource());
            if (grants.remove(workspace.id()) == null) {
                throw Refusal.notFound(person.name() + " on " + workspace.name());
            }
            return regrant(tx, caller, person, new Grants(grants), "user.ungrant");
        });
    }

    /** Ends a user and their user tokens. */
    public Committed<Person> remove(Call call, String organization, String id) {
        ResourcePath path = ResourcePath.organization(organization);
        return ledger.writeFirst(tx -> {
            Caller caller = lock(tx, call, path, List.of(id));
            caller.require("organization.users.delete", path);
            Person person = find(tx, organization, id);
            tx.people().delete(id);
            tx.revoke(organization, List.of(EndedValue.of(person, clock.instant())));
            caller.record(tx, organization, "user.remove", person.name(), clock.instant());
            return person;
        });
    }

    private Person regrant(Transaction tx, Caller caller, Person person, Grants grants, String action) {
        Person updated = person.granted(grants, now());
        tx.people().update(updated);
        if (!grants.equals(person.grants())) {
            tx.announce(person.organization(), new TrustChange.GrantsOverridden(person.id(), grants));
        }
        caller.record(tx, person.organization(), action, person.name(), clock.instant());
        return updated;
    }

    /** Nobody hands out more than they hold, but for the operator, who gives an organization its first owner. */
    private void requireToHandOut(
            Transaction tx, Caller caller, String permission, String field, String role, ResourcePath resource) {
        access.requireRole(tx, field, role, resource);
        if (caller.isPlatform() && role.equals(RoleCatalogue.ORGANIZATION_OWNER)) {
            return;
        }
        caller.require(permission, resource);
        access.requireToHold(tx, caller, field, role, resource);
    }

    private Caller lock(Transaction tx, Call call, ResourcePath path, List<String> subjects) {
        refuseStrangers(call, path.organization());
        if (tx.directory().lock(path, Lock.SHARED).isEmpty()) {
            throw Refusal.notFound(path.name());
        }
        // Nobody holds up others by naming their people as if they were of this organization.
        List<String> own = subjects.stream()
                .filter(id -> tx.people()
                        .find(id)
                        .filter(person -> person.organization().equals(path.organization()))
                        .isPresent())
                .toList();
        tx.lockCaller(call.subject(), own);
        return access.identify(tx, call);
    }

    private static void refuseStrangers(Call call, String organization) {
        if (!call.mayKnow(organization)) {
            throw Refusal.notFound("organizations/" + organization);
        }
    }

    private static void requirePlace(String field, String organization, ResourcePath resource) {
        if (!resource.organization().equals(organization) || resource.deployment() != null) {
            throw Refusal.invalid(field, "must be the user's organization or a workspace of it");
        }
    }

    private static String permission(ResourcePath resource, String action) {
        return (resource.workspace() == null ? "organization" : "workspace") + ".users." + action;
    }

    /** The id of a user who is named by id, which is taken as it is, or by email address. */
    private static Optional<String> idOf(Transaction tx, String organization, String user) {
        return user.contains("@")
                ? tx.people().findByEmail(organization, address(user)).map(Person::id)
                : Optional.of(user);
    }

    /** One address is one person, however it is written. */
    private static String address(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static Person find(Transaction tx, String organization, String id) {
        return tx.people()
                .find(id)
                .filter(person -> person.organization().equals(organization))
                .orElseThrow(() -> Refusal.notFound(Person.name(organization, id)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
