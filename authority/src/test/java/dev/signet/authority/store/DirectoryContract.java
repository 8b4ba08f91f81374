package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: organizations, workspaces and deployments. */
interface DirectoryContract {
    Ledger ledger();

    Samples samples();

    private void insert(ResourcePath... paths) {
        ledger().write(tx -> {
            for (ResourcePath path : paths) {
                tx.directory().insert(Samples.entry(path));
            }
            return tx;
        });
    }

    private <T> T directory(Function<DirectoryRecords, T> work) {
        return ledger().read(tx -> work.apply(tx.directory()));
    }

    @Test
    default void entriesAreFoundByTheirWholePath() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ResourcePath other = samples().organization();
        ResourcePath sibling = samples().workspace(organization);
        insert(organization, other, workspace, sibling, deployment);
        for (ResourcePath path : List.of(organization, workspace, deployment)) {
            assertEquals(Samples.entry(path), directory(it -> it.find(path)).orElseThrow());
        }
        for (ResourcePath wrong : List.of(
                samples().organization(),
                ResourcePath.workspace(other.organization(), workspace.id()),
                ResourcePath.deployment(other.organization(), workspace.id(), deployment.id()),
                ResourcePath.deployment(organization.organization(), sibling.id(), deployment.id()))) {
            assertEquals(Optional.empty(), directory(it -> it.find(wrong)));
        }
    }

    @Test
    default void entriesAreLocatedWithinTheirOrganization() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ResourcePath other = samples().organization();
        insert(organization, other, workspace, deployment);
        assertEquals(Optional.of(workspace), directory(it -> it.locate(organization.id(), workspace.id())));
        assertEquals(Optional.of(deployment), directory(it -> it.locate(organization.id(), deployment.id())));
        assertEquals(Optional.empty(), directory(it -> it.locate(other.id(), deployment.id())));
        assertEquals(
                Optional.empty(),
                directory(it -> it.locate(
                        organization.id(), samples().deployment(workspace).id())));
    }

    @Test
    default void updatesChangeOneEntry() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ResourcePath sibling = samples().deployment(workspace);
        insert(organization, workspace, deployment, sibling);
        Instant later = Samples.NOW.plusSeconds(5);
        for (ResourcePath path : List.of(organization, workspace, deployment)) {
            String description = path.equals(organization) ? "" : "described";
            DirectoryEntry changed = new DirectoryEntry(
                    path,
                    "changed",
                    description,
                    Samples.NOW,
                    later,
                    9,
                    path.equals(organization) ? new OrganizationPolicy(30, true, 3650) : null);
            ledger().write(tx -> {
                tx.directory().update(changed);
                return tx;
            });
            assertEquals(changed, directory(it -> it.find(path)).orElseThrow());
        }
        assertEquals(Samples.entry(sibling), directory(it -> it.find(sibling)).orElseThrow());
    }

    @Test
    default void theLongestNamesFit() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        String name = "🔏".repeat(128) + "é".repeat(64) + "漢".repeat(64);
        String description = "🗝".repeat(500);
        for (ResourcePath path : List.of(organization, workspace, deployment)) {
            DirectoryEntry entry =
                    new DirectoryEntry(path, name, path.equals(organization) ? "" : description, Samples.NOW);
            ledger().write(tx -> {
                tx.directory().insert(entry);
                return tx;
            });
            assertEquals(entry, directory(it -> it.find(path)).orElseThrow());
        }
    }

    @Test
    default void entriesAreListedAfterAnIdInTheOrderOfIds() {
        ResourcePath one = samples().organization();
        ResourcePath two = samples().organization();
        ResourcePath first = samples().workspace(one);
        ResourcePath second = samples().workspace(one);
        ResourcePath foreign = samples().workspace(two);
        ResourcePath earliest = samples().deployment(second);
        ResourcePath middle = samples().deployment(first);
        ResourcePath latest = samples().deployment(second);
        insert(two, one, second, foreign, first, latest, middle, earliest);
        assertEquals(List.of(one, two), paths(it -> it.organizations("", 10)));
        assertEquals(List.of(one), paths(it -> it.organizations("", 1)));
        assertEquals(List.of(two), paths(it -> it.organizations(one.id(), 10)));
        assertEquals(List.of(first, second), paths(it -> it.workspaces(one.id(), "", 10)));
        assertEquals(List.of(first), paths(it -> it.workspaces(one.id(), "", 1)));
        assertEquals(List.of(second), paths(it -> it.workspaces(one.id(), first.id(), 10)));
        assertEquals(List.of(earliest, middle, latest), paths(it -> it.deployments(one.id(), null, "", 10)));
        assertEquals(List.of(earliest, latest), paths(it -> it.deployments(one.id(), second.id(), "", 10)));
        assertEquals(List.of(middle), paths(it -> it.deployments(one.id(), null, earliest.id(), 1)));
        assertEquals(List.of(), paths(it -> it.deployments(two.id(), null, "", 10)));
    }

    private List<ResourcePath> paths(Function<DirectoryRecords, List<DirectoryEntry>> list) {
        return directory(list).stream().map(DirectoryEntry::path).toList();
    }

    private boolean hasChildren(ResourcePath path) {
        return directory(it -> it.hasChildren(path));
    }

    @Test
    default void childrenAreKnownUntilTheyAreDeleted() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath empty = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        insert(organization, workspace, empty, deployment);
        assertTrue(hasChildren(organization));
        assertTrue(hasChildren(workspace));
        assertFalse(hasChildren(empty));
        ledger().write(tx -> {
            tx.directory().delete(deployment);
            return tx;
        });
        assertFalse(hasChildren(workspace));
        assertEquals(Optional.empty(), directory(it -> it.find(deployment)));
        assertEquals(Optional.empty(), directory(it -> it.locate(organization.id(), deployment.id())));
        assertTrue(directory(it -> it.find(workspace)).isPresent());
    }

    @Test
    default void nothingIsInsertedBelowNothing() {
        assertThrows(
                RuntimeException.class,
                () -> insert(samples().workspace(samples().organization())));
    }

    @Test
    default void aBuriedOrganizationIsGoneAndItsIdIsNeverUsedAgain() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ResourcePath other = samples().organization();
        ResourcePath kept = samples().workspace(other);
        insert(organization, other, workspace, kept, deployment);
        ledger().write(tx -> {
            tx.directory().bury(organization.id());
            return tx;
        });
        for (ResourcePath path : List.of(organization, workspace, deployment)) {
            assertEquals(Optional.empty(), directory(it -> it.find(path)));
            assertEquals(
                    Optional.empty(),
                    ledger().write(tx -> tx.directory().lock(path, Lock.SHARED)).value());
        }
        assertEquals(List.of(other), paths(it -> it.organizations("", 10)));
        assertTrue(directory(it -> it.find(kept)).isPresent());
        assertThrows(RuntimeException.class, () -> insert(organization));
        assertEquals(Optional.empty(), directory(it -> it.find(organization)));
    }

    @Test
    default void aLockGivesTheEntryOrNothing() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        insert(organization, workspace);
        for (Lock lock : Lock.values()) {
            ledger().write(tx -> {
                assertEquals(
                        Optional.of(Samples.entry(workspace)), tx.directory().lock(workspace, lock));
                assertEquals(Optional.empty(), tx.directory().lock(samples().deployment(workspace), lock));
                assertEquals(
                        Optional.empty(),
                        tx.directory().lock(samples().deployment(samples().workspace(organization)), lock));
                assertEquals(
                        Optional.empty(),
                        tx.directory().lock(samples().workspace(samples().organization()), lock));
                return tx;
            });
        }
    }

    /** Whoever wants to add something below an entry that is being deleted waits, and then learns that it is gone. */
    @Test
    default void aSharedLockWaitsForAnExclusiveOne() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        insert(organization, workspace);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch asking = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Optional<DirectoryEntry>> adding = other.submit(() -> {
                locked.await();
                asking.countDown();
                return ledger().write(tx -> tx.directory().lock(workspace, Lock.SHARED))
                        .value();
            });
            ledger().write(tx -> {
                tx.directory().lock(workspace, Lock.EXCLUSIVE);
                locked.countDown();
                try {
                    asking.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                tx.directory().delete(workspace);
                assertFalse(adding.isDone());
                return tx;
            });
            assertEquals(Optional.empty(), LedgerContract.join(adding));
        } finally {
            other.shutdownNow();
        }
    }

    /** What a lock returns is never older than the lock: nobody's update is lost. */
    @Test
    default void whatIsLockedIsReadAsItIsNow() throws Exception {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        insert(organization, workspace);
        int writers = 8;
        int updates = 25;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                done.add(threads.submit(() -> {
                    for (int update = 0; update < updates; update++) {
                        ledger().write(tx -> {
                            DirectoryEntry now = tx.directory()
                                    .lock(workspace, Lock.EXCLUSIVE)
                                    .orElseThrow();
                            tx.directory().update(now.updated("x", "", now.policy(), Samples.NOW));
                            return tx;
                        });
                    }
                }));
            }
            done.forEach(LedgerContract::join);
        } finally {
            threads.shutdownNow();
        }
        assertEquals(
                1 + writers * updates,
                directory(it -> it.find(workspace)).orElseThrow().version());
    }
}
