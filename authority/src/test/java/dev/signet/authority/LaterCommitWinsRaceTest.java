package dev.signet.authority;

import static dev.signet.authority.Verdicts.grants;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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

/** Two change one credential at once: whatever the order in which they commit, verifiers hold what the store holds. */
@Timeout(240)
class LaterCommitWinsRaceTest {
    @TempDir
    private Path data;

    private final Random random = new Random(23);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private int rounds;
    private TestAuthority authority;
    private Tokens tokens;
    private ResourcePath organization;
    private String org;
    private ResourcePath workspace;
    private Call owner;

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
        tokens = authority.tokens();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        rounds = 10 * percent();
        workspace = authority.workspace(owner, organization);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        authority.close();
    }

    private record Outcome<A, B>(Optional<A> first, Optional<B> second) {}

    private <A, B> Outcome<A, B> race(Supplier<A> first, Supplier<B> second) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        int headStart = random.nextInt(-40_000, 40_000);
        Future<Optional<A>> one = threads.submit(() -> {
            start.await();
            spin(headStart);
            return unlessGone(first);
        });
        Future<Optional<B>> other = threads.submit(() -> {
            start.await();
            spin(-headStart);
            return unlessGone(second);
        });
        return new Outcome<>(one.get(30, TimeUnit.SECONDS), other.get(30, TimeUnit.SECONDS));
    }

    private static <T> Optional<T> unlessGone(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (Refusal refusal) {
            if (refusal.code() == Refusal.Code.NOT_FOUND || refusal.code() == Refusal.Code.UNAUTHENTICATED) {
                return Optional.empty();
            }
            throw refusal;
        }
    }

    private static void spin(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    private static void assertBothHappened(int one, int other) {
        assertTrue(one > 0 && other > 0, "it was no race: " + one + " to " + other);
    }

    @Test
    void anEditedRoleIsNeverLostToARotation() throws Exception {
        Tokens.WithValue made = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        String id = made.token().id();
        String value = made.value();
        int editedFirst = 0;
        for (int round = 0; round < rounds; round++) {
            String role = round % 2 == 0 ? "WORKSPACE_OWNER" : "WORKSPACE_MEMBER";
            Duration grace = Duration.ofMinutes(round % 3);
            Outcome<Tokens.WithValue, Object> outcome = race(
                    () -> tokens.rotate(owner, org, id, grace, Retry.NEVER).value(),
                    () -> tokens.setGrant(owner, org, id, workspace, role, null));
            String fresh = outcome.first().orElseThrow().value();
            assertTrue(outcome.second().isPresent());
            Grants stored = tokens.get(owner, org, id).grants();
            assertEquals(role, stored.on(workspace.id()).get(0));
            assertEquals(stored, grants(authority.verifier(), fresh), "round " + round);
            if (grace.isZero()) {
                assertEquals(Reason.REVOKED, reason(authority.verifier(), value));
            } else {
                assertEquals(stored, grants(authority.verifier(), value), "round " + round);
            }
            Grants claimed =
                    Objects.requireNonNull(authority.verified(fresh).claims().grants());
            editedFirst += claimed.equals(stored) ? 1 : 0;
            value = fresh;
        }
        assertBothHappened(editedFirst, rounds - editedFirst);
    }

    @Test
    void ofTwoEditsTheVerifierHoldsTheOneThatTheStoreHolds() throws Exception {
        Tokens.WithValue made = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        String id = made.token().id();
        int first = 0;
        for (int round = 0; round < rounds; round++) {
            race(
                    () -> tokens.setGrant(owner, org, id, workspace, "WORKSPACE_OWNER", null),
                    () -> tokens.setGrant(owner, org, id, workspace, "WORKSPACE_AUTHOR", null));
            Grants stored = tokens.get(owner, org, id).grants();
            assertEquals(stored, grants(authority.verifier(), made.value()), "round " + round);
            first += stored.on(workspace.id()).contains("WORKSPACE_OWNER") ? 1 : 0;
        }
        assertBothHappened(first, rounds - first);
    }

    @Test
    void nothingThatARotationMadeOutlivesTheDeletion() throws Exception {
        int rotated = 0;
        for (int round = 0; round < rounds; round++) {
            Tokens.WithValue made = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
            String id = made.token().id();
            Duration grace = Duration.ofMinutes(round % 2);
            Outcome<Tokens.WithValue, String> outcome =
                    race(() -> tokens.rotate(owner, org, id, grace, Retry.NEVER).value(), () -> {
                        tokens.delete(owner, org, id);
                        return id;
                    });
            assertTrue(outcome.second().isPresent());
            assertEquals(Reason.REVOKED, reason(authority.verifier(), made.value()));
            if (outcome.first().isPresent()) {
                rotated++;
                assertEquals(
                        Reason.REVOKED,
                        reason(authority.verifier(), outcome.first().get().value()));
            }
        }
        assertBothHappened(rotated, rounds - rotated);
    }

    @Test
    void adeletedCallerMakesNothingAnyMore() throws Exception {
        int made = 0;
        Set<String> callers = new HashSet<>();
        for (int round = 0; round < rounds; round++) {
            Call caller = authority.token(owner, workspace, "WORKSPACE_OWNER");
            callers.add(caller.claims().principalName());
            Outcome<Tokens.WithValue, String> outcome =
                    race(() -> authority.issue(caller, workspace, "WORKSPACE_MEMBER"), () -> {
                        tokens.delete(owner, org, caller.subject());
                        return caller.subject();
                    });
            assertTrue(outcome.second().isPresent());
            assertEquals(
                    Reason.REVOKED,
                    reason(authority.verifier(), caller.credential().text()));
            if (outcome.first().isPresent()) {
                made++;
                assertTrue(isGood(authority.verifier(), outcome.first().get().value()), "what was made before stays");
            }
        }
        assertBothHappened(made, rounds - made);
        assertNothingIsRecordedAfterTheEnd(callers, made);
    }

    private void assertNothingIsRecordedAfterTheEnd(Set<String> callers, int made) {
        Set<String> ended = new HashSet<>();
        int[] creations = {0};
        for (ChainedEvent chained :
                authority.auditEvents(owner, organization, Instant.EPOCH, Instant.parse("9000-01-01T00:00:00Z"))) {
            AuditEvent event = chained.event();
            assertTrue(!ended.contains(event.actor()), "acted after its end: " + event);
            if (event.action().equals("token.delete") && callers.contains(event.resource())) {
                ended.add(event.resource());
            }
            creations[0] += callers.contains(event.actor()) ? 1 : 0;
        }
        assertEquals(callers, ended);
        assertEquals(made, creations[0]);
    }
}
