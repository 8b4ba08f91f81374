package dev.signet.verifier.grpc;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.grpc.GuardedServer.Answers;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What becomes of a call that goes on while its token does not stay what it was. */
class LongCallTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final Duration QUARTER = TestTrust.MAXIMUM_STALENESS.dividedBy(4);
    private static final ResourcePath HERE = ResourcePath.deployment(ORGANIZATION, WORKSPACE, DEPLOYMENT);
    private static final TestTokens TOKEN = TestTokens.of(Kind.WORKSPACE);
    private static final TrustChange REVOKED = new TrustChange.Revoked(Indexes.of(List.of(TestTokens.STATUS_INDEX)));

    private final GuardedServer server = new GuardedServer(MethodPermissions.builder()
            .require(Deploys.CREATE, DEPLOY, HERE)
            .require(Deploys.WATCH, DEPLOY, HERE)
            .require(GuardedServer.MANY, DEPLOY, LongCallTest::named)
            .build());

    @AfterEach
    void close() {
        server.close();
    }

    /** The deployment that a message names by its id; this one for any other word. */
    private static Optional<ResourcePath> named(String message) {
        boolean isId = message.length() == DEPLOYMENT.length();
        return Optional.of(isId ? ResourcePath.deployment(ORGANIZATION, WORKSPACE, message) : HERE);
    }

    private void apply(TrustChange change) {
        assertTrue(server.trust.apply(ORGANIZATION, change, 200, 5));
    }

    private static void assertRefused(Code code, String reason, Answers answers) {
        assertEquals(reason, GuardedServer.error(code, answers.error).getReason());
    }

    @Test
    void itIsCheckedAgainEveryQuarterOfTheMaximumStaleness() {
        Answers answers = server.watch(TOKEN.sign());
        server.scheduler.advance(QUARTER.multipliedBy(2));
        assertTrue(answers.isOpen());
        apply(REVOKED);
        server.scheduler.advance(QUARTER.minusMillis(1));
        assertTrue(answers.isOpen());
        server.scheduler.advance(Duration.ofMillis(1));
        assertRefused(Code.UNAUTHENTICATED, "REVOKED", answers);
        assertTrue(server.streams.get(0).isCancelled(), "the handler is told");
    }

    @Test
    void itEndsWhenItsRolesNoLongerSuffice() {
        Answers answers = server.watch(TOKEN.sign());
        Answers many = server.createMany(TOKEN.sign());
        many.requests.onNext("here");
        apply(new TrustChange.GrantsOverridden(TOKEN.subject(), Grants.of(WORKSPACE, "NO_SUCH_ROLE")));
        server.scheduler.advance(QUARTER);
        assertRefused(Code.PERMISSION_DENIED, "PERMISSION_DENIED", answers);
        assertRefused(Code.PERMISSION_DENIED, "PERMISSION_DENIED", many);
    }

    @Test
    void itEndsWhenTheTokenExpires() {
        Answers answers = server.watch(TOKEN.sign());
        server.scheduler.advance(Duration.ofHours(1));
        assertTrue(answers.isOpen(), "the skew is granted");
        server.scheduler.advance(Duration.ofMinutes(1));
        assertRefused(Code.UNAUTHENTICATED, "EXPIRED", answers);
    }

    @Test
    void itEndsWhenTheTrustStateIsTooOld() {
        Freshness now = Freshness.now(server.clocks.clocks());
        server.trust.confirm(now, Set.of(TrustPart.INSTALLATION, ORGANIZATION));
        Answers answers = server.watch(TOKEN.sign());
        server.scheduler.advance(QUARTER.multipliedBy(3));
        assertTrue(answers.isOpen());
        server.scheduler.advance(QUARTER);
        assertRefused(Code.UNAVAILABLE, "STALE_TRUST", answers);
    }

    @Test
    void aSmallerMaximumCountsWithinAMinute() {
        change(Duration.ofHours(12), 6, 5);
        Answers answers = server.watch(TOKEN.sign());
        assertEquals(List.of(Duration.ofMinutes(1)), server.scheduler.waiting());
        change(Duration.ofSeconds(2), 7, 6);
        server.scheduler.advance(Duration.ofMinutes(1));
        apply(REVOKED);
        server.scheduler.advance(Duration.ofMillis(500));
        assertRefused(Code.UNAUTHENTICATED, "REVOKED", answers);
    }

    private void change(Duration staleness, long revision, long previous) {
        server.trust.apply(
                TrustPart.INSTALLATION, new TrustChange.PolicyChanged(new TrustPolicy(staleness)), revision, previous);
    }

    @Test
    void whatTheHandlerStillSaysGoesNowhere() {
        Answers answers = server.createMany(TOKEN.sign());
        answers.requests.onNext("here");
        apply(REVOKED);
        server.scheduler.advance(QUARTER);
        assertEquals(List.of("here"), answers.received);
        assertEquals(List.of("here", "cancelled"), server.handled);
        // What every handler meets that goes on after its caller has left.
        Assertions.assertThrows(
                StatusRuntimeException.class, () -> server.streams.get(0).onNext("late"));
        assertEquals(List.of("here"), answers.received);
        assertRefused(Code.UNAUTHENTICATED, "REVOKED", answers);
    }

    @Test
    void aStreamThatIsAboutTooManyResourcesEnds() {
        Answers answers = server.createMany(TOKEN.sign());
        List<String> deployments = IntStream.rangeClosed(0, GuardedCall.MOST_RESOURCES)
                .mapToObj(i -> TestTokens.id(IdType.DEPLOYMENT))
                .toList();
        List<String> most = deployments.subList(0, GuardedCall.MOST_RESOURCES);
        most.forEach(answers.requests::onNext);
        most.forEach(answers.requests::onNext);
        assertTrue(answers.isOpen());
        answers.requests.onNext(deployments.get(GuardedCall.MOST_RESOURCES));
        assertRefused(Code.RESOURCE_EXHAUSTED, "TOO_MANY_RESOURCES", answers);
        assertFalse(server.handled.contains(deployments.get(GuardedCall.MOST_RESOURCES)));
    }

    @Test
    void oneTimerServesAllAndNoneIsLeftWithoutCalls() {
        for (int i = 0; i < 10; i++) {
            server.create("Bearer " + TOKEN.sign());
            server.watch(TOKEN.sign());
        }
        assertEquals(List.of(QUARTER), server.scheduler.waiting());
        server.scheduler.advance(QUARTER);
        assertEquals(List.of(QUARTER), server.scheduler.waiting());
        server.streams.forEach(stream -> stream.onCompleted());
        server.scheduler.advance(QUARTER);
        assertEquals(List.of(), server.scheduler.waiting());
        server.watch(TOKEN.sign());
        assertEquals(List.of(QUARTER), server.scheduler.waiting());
    }

    @Test
    void aCallThatCouldNotBeCheckedAgainIsRefused() {
        server.scheduler.shutdown();
        Answers answers = server.watch(TOKEN.sign());
        assertRefused(Code.UNAVAILABLE, "SHUTTING_DOWN", answers);
        assertFalse(server.handled.contains("deployment"));
    }
}
