package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Has the product run on PostgreSQL what the contract of the ledger leaves to the tests of those who use it. */
final class RestOfStatements {
    private final Path folder;
    private final Samples samples = new Samples();
    private final PostgresConfig database = PostgresServer.running().database();
    private final Ledger ledger;

    RestOfStatements(Path folder) {
        this.folder = folder;
        this.ledger = JdbcLedger.open(
                new StoreConfig(folder, database),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }

    void run() throws SQLException {
        try {
            manySubjectsAreLockedInFewStatements();
            rolesKeysPeopleRequestsAndEvents();
            authoritiesTellEachOtherOfTheirVerifiers();
            aLedgerMovesToHere();
        } finally {
            ledger.close();
            PostgresServer.running().drop(database);
        }
    }

    private void manySubjectsAreLockedInFewStatements() {
        ledger.write(tx -> {
            for (IdType type : List.of(IdType.TOKEN, IdType.USER, IdType.KEY)) {
                tx.lockSubjects(
                        IntStream.range(0, 101).mapToObj(i -> samples.id(type)).toList());
            }
            return tx;
        });
    }

    private void rolesKeysPeopleRequestsAndEvents() {
        ResourcePath organization = samples.organization();
        ResourcePath deployment = samples.deployment(samples.workspace(organization));
        Person person = samples.person(organization, "ada@example.com", Grants.NONE);
        StoredRole role = new StoredRole(
                samples.id(IdType.ROLE),
                organization.id(),
                "a role",
                "",
                new CustomRole(Set.of("deployment.get"), Set.of()),
                Samples.NOW,
                Samples.NOW,
                1);
        AuditEvent event =
                new AuditEvent(organization.id(), Samples.NOW, "somebody", "does", "something", "", "somewhere");
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            tx.record(event);
            return tx;
        });
        ledger.write(tx -> {
            tx.people().insert(person);
            tx.people().update(person);
            tx.people().find(person.id());
            tx.people().list(organization.id(), null, "", 10);
            tx.people().list(organization.id(), deployment.id(), "", 10);
            tx.roles().insert(role);
            tx.roles().update(role);
            tx.roles().lock(organization.id(), role.id(), Lock.EXCLUSIVE);
            tx.roles().isNameTaken(organization.id(), "another", role.id());
            tx.roles().list(organization.id(), "", 10);
            tx.roles().holders(role.id(), 10);
            tx.roles().delete(role.id());
            tx.apiKeys().list(deployment, "", 10);
            tx.apiKeys().deleteAll(organization.id());
            tx.requests().insert("tok", "a request", new RequestRecords.Outcome("f", "s", "v"), Samples.NOW);
            tx.requests().find("tok", "a request");
            tx.requests().prune(Samples.NOW);
            tx.audit().list(organization.id(), 0, Samples.NOW, Samples.NOW.plusSeconds(1), 10);
            tx.audit().prune(organization.id(), Samples.NOW.plusSeconds(1));
            return tx;
        });
    }

    private void authoritiesTellEachOtherOfTheirVerifiers() {
        try (Postgres store = Postgres.open(database)) {
            new Heartbeat(store.writing()).beat();
            PostgresVerifiers here = new PostgresVerifiers(store.writing());
            PostgresVerifiers there = new PostgresVerifiers(store.writing());
            WatchingVerifier verifier = new WatchingVerifier(
                    1, "v", "a", "1", "tok", "org", false, Set.of("org"), 7, Samples.NOW, Samples.NOW);
            here.exchange(List.of(verifier));
            assertEquals(List.of(verifier), there.exchange(List.of()));
            here.exchange(List.of());
            assertEquals(List.of(), there.exchange(List.of()));
            here.leave();
        }
    }

    private void aLedgerMovesToHere() throws SQLException {
        Path data = folder.resolve("embedded");
        PostgresConfig target = PostgresServer.running().database();
        IdGenerator ids = new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(3));
        try {
            try (Ledger source = JdbcLedger.open(new StoreConfig(data), LedgerContract.CODEC, ids)) {
                source.write(tx -> {
                    tx.announce("", new TrustChange.Revoked(Indexes.of(3)));
                    return tx;
                });
            }
            LedgerMove.run(new StoreConfig(data, target), line -> {});
            try (Connection moved =
                    PostgresServer.running().connect(target.url().database())) {
                TableRows.requireAllKnown(moved);
            }
        } finally {
            PostgresServer.running().drop(target);
        }
    }
}
