package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deletes a parent while things are created below it. Whatever the order in which they commit, no token that works is
 * left under a parent that does not exist.
 */
@Timeout(120)
class DeleteParentRaceTest {
    @TempDir
    private Path data;

    private final Random random = new Random(7);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private TestAuthority authority;
    private Call owner;
    private ResourcePath organization;

    /** A token that was handed out, and what it belongs to. */
    private record Handed(ResourcePath resource, String value) {}

    TestAuthority open(Path data) {
        return TestAuthority.open(data);
    }

    /** How often each race is run, as a share of a hundred. */
    int percent() {
        return 100;
    }

    @BeforeEach
    void open() {
        authority = open(data);
        organization = authority.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        authority.close();
    }

    @Test
    void noTokenOutlivesItsDeployment() throws Exception {
        ResourcePath workspace = authority.workspace(owner, organization);
        int created = 0;
        int refused = 0;
        for (int round = 0; round < 600 * percent() / 100; round++) {
            ResourcePath deployment = authority.deployment(owner, workspace);
            List<Handed> handed =
                    race(() -> authority.directory().delete(owner, deployment), () -> List.of(issue(deployment)));
            assertTrue(isGone(deployment), "the deployment was deleted");
            assertNoneLives(handed);
            created += handed.size();
            refused += 1 - handed.size();
        }
        assertBothHappened(created, refused);
    }

    @Test
    void nothingOutlivesItsWorkspace() throws Exception {
        int kept = 0;
        int deleted = 0;
        for (int round = 0; round < 400 * percent() / 100; round++) {
            ResourcePath workspace = authority.workspace(owner, organization);
            boolean deploymentFirst = round % 2 == 0;
            List<ResourcePath> deployments = new ArrayList<>();
            List<Handed> handed = race(() -> authority.directory().delete(owner, workspace), () -> {
                if (!deploymentFirst) {
                    return List.of(issue(workspace));
                }
                ResourcePath deployment = authority.deployment(owner, workspace);
                deployments.add(deployment);
                return List.of(issue(deployment));
            });
            if (isGone(workspace)) {
                deployments.forEach(deployment -> assertTrue(isGone(deployment), "a deployment without a workspace"));
                deleted++;
            } else {
                assertEquals(1, deployments.size(), "only a deployment keeps its workspace");
                kept++;
            }
            assertNoneLives(handed);
        }
        assertBothHappened(kept, deleted);
    }

    @Test
    void nothingOutlivesItsOrganization() throws Exception {
        Call platform = authority.platform();
        for (int round = 0; round < percent(); round++) {
            ResourcePath doomed = authority.organization();
            Call itsOwner = authority.owner(doomed);
            List<Handed> handed = race(() -> authority.directory().deleteOrganization(platform, doomed), () -> {
                ResourcePath workspace = authority.workspace(itsOwner, doomed);
                return List.of(new Handed(
                        workspace,
                        authority.issue(itsOwner, workspace, "WORKSPACE_OWNER").value()));
            });
            assertNoneLives(handed);
            assertEquals(
                    new Verdict.Rejected(Verdict.Reason.REVOKED),
                    authority.verifier().verify(itsOwner.credential().text()));
        }
    }

    private Handed issue(ResourcePath resource) {
        String role = resource.deployment() == null ? "WORKSPACE_OPERATOR" : null;
        return new Handed(resource, authority.issue(owner, resource, role).value());
    }

    /** Runs both at once, and returns what the second one handed out before it was refused. */
    private List<Handed> race(Runnable delete, Supplier<List<Handed>> create) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        int headStart = random.nextInt(-20_000, 20_000);
        Future<?> deleting = threads.submit(() -> {
            start.await();
            spin(headStart);
            return unlessRefused(() -> {
                delete.run();
                return List.of();
            });
        });
        Future<List<Handed>> creating = threads.submit(() -> {
            start.await();
            spin(-headStart);
            return unlessRefused(create);
        });
        deleting.get(30, TimeUnit.SECONDS);
        return creating.get(30, TimeUnit.SECONDS);
    }

    private static List<Handed> unlessRefused(Supplier<List<Handed>> work) {
        try {
            return work.get();
        } catch (Refusal refusal) {
            boolean expected = switch (refusal.code()) {
                case NOT_FOUND, FAILED_PRECONDITION, UNAUTHENTICATED -> true;
                case INVALID_ARGUMENT, PERMISSION_DENIED, ALREADY_EXISTS, ABORTED, RESOURCE_EXHAUSTED, UNAVAILABLE ->
                    false;
            };
            if (!expected) {
                throw refusal;
            }
            return List.of();
        }
    }

    private static void spin(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    private void assertNoneLives(List<Handed> handed) {
        for (Handed each : handed) {
            Verdict verdict = authority.verifier().verify(each.value());
            if (isGone(each.resource())) {
                assertEquals(new Verdict.Rejected(Verdict.Reason.REVOKED), verdict);
            }
        }
    }

    private boolean isGone(ResourcePath path) {
        return authority.unpublished().read(tx -> tx.directory().find(path).isEmpty());
    }

    private static void assertBothHappened(int one, int other) {
        assertTrue(one > 0 && other > 0, "it was no race: " + one + " to " + other);
    }
}
