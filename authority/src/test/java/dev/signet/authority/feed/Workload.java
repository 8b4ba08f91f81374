package dev.signet.authority.feed;

import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.MemoryLedger;
import dev.signet.authority.store.MemoryStore;
import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustedKey;
import dev.signet.verifier.verify.VerifierConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is done to tokens in a simulation, in the words that the services announce it with, and what was promised of it. */
final class Workload {
    static final String PERMISSION = "deployment.update";

    private final FeedSimulation world;
    private final Random random;
    private final TokenTexts texts;
    private final Changes changes;
    private final CredentialWork credentials;
    private final List<Integer> organizations = new ArrayList<>();
    /** For each organization, the true time from which its role certainly permits nothing. */
    private final long[] denied = new long[TokenTexts.ORGANIZATIONS];

    private final int[] roleVersions = new int[TokenTexts.ORGANIZATIONS];
    private int organizationsMade;
    private MemoryStore.@Nullable Backup backup;

    Workload(FeedSimulation world) {
        this.world = world;
        this.random = world.random();
        this.texts = world.texts();
        this.changes = new Changes(world);
        this.credentials = new CredentialWork(world, changes);
        Arrays.fill(denied, Long.MAX_VALUE);
    }

    CredentialWork credentials() {
        return credentials;
    }

    long roleDenied(int organization) {
        return denied[organization];
    }

    /** What the first authority of an installation writes down. */
    void begin(Transaction tx) {
        tx.announce(TrustPart.INSTALLATION, new TrustChange.RolesReplaced(Roles.NONE));
        TrustPolicy first = new TrustPolicy(world.staleness());
        world.announced(first);
        tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(first));
        for (int key = 0; key < 2; key++) {
            announceKey(tx, key, KeyState.ACTIVE);
        }
        for (int number = 0; number < 2; number++) {
            organizations.add(organizationsMade);
            create(tx, organizationsMade++);
        }
    }

    private void create(Transaction tx, int organization) {
        ResourcePath path = ResourcePath.organization(texts.organization(organization));
        tx.directory().insert(new DirectoryEntry(path, "", "", SimulatedClock.START));
        tx.announce(path.organization(), new TrustChange.OrganizationCreated());
    }

    private void announceKey(Transaction tx, int key, KeyState state) {
        tx.announce(TrustPart.INSTALLATION, new TrustChange.KeyChanged(new TrustedKey(texts.key(key), state)));
    }

    /** Something is done. */
    void another() {
        AuthorityProcess by =
                world.authorities().get(random.nextInt(world.authorities().size()));
        int choice = random.nextInt(100);
        int organization = organizations.get(random.nextInt(organizations.size()));
        Credential credential = credentials.any(organization);
        if (!by.canWrite() || !changes.mayChange(organization)) {
            return;
        }
        if (credential == null || choice < 20) {
            credentials.create(by, organization);
        } else if (choice < 28) {
            forget(by);
        } else if (choice < 42) {
            credentials.delete(by, credential);
        } else if (choice < 57) {
            credentials.rotate(by, credential);
        } else if (choice < 72) {
            credentials.regrant(by, credential);
        } else if (choice < 80) {
            changeRole(by, organization);
        } else if (choice < 84) {
            raiseEpoch(by, organization);
        } else if (choice < 94) {
            changePolicy(by);
        } else if (choice < 96) {
            deleteOrganization(by, organization);
        } else if (choice < 98) {
            createOrganization(by);
        } else if (choice < 99) {
            revokeKey(by);
        } else {
            raiseEpochOfAll(by);
        }
        if (random.nextInt(6) == 0) {
            backup = world.store().backup();
        }
    }

    private void changeRole(AuthorityProcess by, int organization) {
        int version = ++roleVersions[organization];
        boolean permits = version % 2 == 1;
        TrustChange change = new TrustChange.RoleChanged(
                texts.role(organization), new CustomRole(Set.of(permits ? PERMISSION : "deployment.get"), Set.of()));
        changes.make(
                by,
                organization,
                "role " + (permits ? "permits" : "denies"),
                Instant.MIN,
                tx -> tx.announce(texts.organization(organization), change),
                revision -> {
                    if (permits) {
                        denied[organization] = Long.MAX_VALUE;
                    }
                },
                certain -> {
                    if (!permits && roleVersions[organization] == version) {
                        denied[organization] =
                                Math.max(certain.to(VerifierConfig.DEFAULT_AUDIENCE), certain.to(TokenTexts.PATIENT));
                    }
                });
    }

    private void raiseEpoch(AuthorityProcess by, int organization) {
        List<Credential.Value> ended = new ArrayList<>();
        changes.make(
                by,
                organization,
                "raise the epoch",
                Instant.MIN,
                tx -> tx.raiseEpoch(texts.organization(organization)),
                revision -> ended.addAll(credentials.raiseEpoch(organization, revision)),
                certain -> ended.forEach(value -> value.certain(certain.to(value), "the epoch was raised")));
    }

    private void raiseEpochOfAll(AuthorityProcess by) {
        List<Credential.Value> ended = new ArrayList<>();
        changes.makeToAll(
                by,
                "raise everyone's epoch",
                tx -> tx.raiseEpoch(TrustPart.INSTALLATION),
                revision -> ended.addAll(credentials.raiseEpoch(Changes.ALL, revision)),
                certain -> ended.forEach(value -> value.certain(certain.to(value), "everyone's epoch was raised")));
    }

    private void revokeKey(AuthorityProcess by) {
        if (credentials.isSecondKeyRevoked()) {
            return;
        }
        List<Credential.Value> ended = new ArrayList<>();
        changes.makeToAll(
                by,
                "revoke a key",
                tx -> announceKey(tx, 1, KeyState.REVOKED),
                revision -> ended.addAll(credentials.revokeSecondKey()),
                certain -> ended.forEach(value -> value.certain(certain.to(value), "its key was revoked")));
    }

    private void changePolicy(AuthorityProcess by) {
        Duration usual = world.firstStaleness();
        Duration another =
                usual.multipliedBy(List.of(1, 2, 4).get(random.nextInt(3))).dividedBy(2);
        TrustPolicy policy = new TrustPolicy(
                another,
                random.nextInt(3) == 0
                        ? Map.of(TokenTexts.PATIENT, another.plus(usual.multipliedBy(1 + random.nextInt(3))))
                        : Map.of());
        world.saw("changes of the maximum staleness");
        changes.makeToAll(
                by,
                "now " + policy,
                tx -> tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(policy)),
                revision -> world.announced(policy),
                certain -> {});
    }

    /** Forgets what nobody can accept any more, as every authority does from time to time. */
    private void forget(AuthorityProcess by) {
        long before = world.store().head();
        changes.alone(() -> {
            try {
                by.forget();
            } catch (IllegalStateException e) {
                world.trace(by, "cannot forget");
            }
        });
        if (world.store().head() > before) {
            world.saw("changes that only forget");
        }
    }

    private void createOrganization(AuthorityProcess by) {
        if (organizationsMade == TokenTexts.ORGANIZATIONS) {
            return;
        }
        int organization = organizationsMade++;
        changes.make(
                by,
                organization,
                "create organization " + organization,
                Instant.MIN,
                tx -> create(tx, organization),
                revision -> organizations.add(organization),
                certain -> {});
    }

    private void deleteOrganization(AuthorityProcess by, int organization) {
        // Others may be going at the same time.
        if (organizations.size() - changes.underWay() <= 1) {
            return;
        }
        List<Credential.Value> ended = new ArrayList<>();
        ResourcePath path = ResourcePath.organization(texts.organization(organization));
        changes.make(
                by,
                organization,
                "delete organization " + organization,
                Instant.MIN,
                tx -> {
                    tx.tokens().deleteBelow(path, by.clock().wall());
                    tx.directory().bury(path.organization());
                    tx.announce(path.organization(), new TrustChange.OrganizationDeleted());
                },
                revision -> {
                    organizations.remove((Integer) organization);
                    ended.addAll(credentials.raiseEpoch(organization, Long.MAX_VALUE));
                },
                certain -> ended.forEach(value -> value.certain(certain.to(value), "its organization was deleted")));
    }

    /**
     * The store is lost and comes back from a backup: another ledger id, and everyone's epoch is raised; the largest
     * maximum staleness is counted with that was in force after it, as {@link Reconciliation} does with the largest.
     */
    void restore() {
        MemoryStore.Backup from = backup;
        if (from == null || changes.underWay() > 0) {
            return;
        }
        backup = null;
        MemoryStore restored =
                MemoryStore.restored("restored from " + world.store().id(), from, 1_000);
        Ledger ledger = new MemoryLedger(restored, MemoryLedger.Pauses.NONE);
        world.saw("stores that came back from a backup");
        world.trace("the store", "is lost, and comes back as it was at " + restored.head());
        ledger.write(tx -> {
            new TreeSet<>(tx.trust().revisions().keySet()).forEach(tx::raiseEpoch);
            Duration largest = world.largestStalenessAnnounced();
            LargestStaleness known = LedgerTrust.largestStaleness(tx);
            if (known.others().compareTo(largest) < 0
                    || known.audiences().values().stream().anyMatch(each -> each.compareTo(largest) < 0)) {
                // Verifiers of the old history may go by a bound that the new one would not know.
                world.saw("larger bounds that a backup did not know");
                tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(new TrustPolicy(largest)));
            }
            return tx;
        });
        changes.startHistoryOver();
        begin(restored, ledger);
        world.replace(restored);
    }

    /** What is lost with the store is forgotten here too. */
    private void begin(MemoryStore restored, Ledger ledger) {
        organizations.clear();
        for (int number = 0; number < organizationsMade; number++) {
            String id = texts.organization(number);
            OrganizationTrust part = ledger.read(tx -> LedgerTrust.organization(tx, id));
            if (part != null && !part.deleted()) {
                organizations.add(number);
            }
            denied[number] = Long.MAX_VALUE;
            roleVersions[number] += 2;
        }
        boolean secondKeyRevoked =
                ledger.read(LedgerTrust::installation).key(texts.key(1).id()).state() == KeyState.REVOKED;
        credentials.startHistoryOver(restored.head(), secondKeyRevoked);
        for (RecordedChange change : restored.after(0)) {
            if (change.change() instanceof TrustChange.PolicyChanged changed) {
                world.announced(changed.policy());
            }
        }
    }
}
