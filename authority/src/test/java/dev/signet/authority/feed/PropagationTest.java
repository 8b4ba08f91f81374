package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.v1.Ack;
import dev.signet.v1.Change;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who counts as having confirmed a change, and how long is waited for those who have not. */
@Timeout(60)
final class PropagationTest {
    private static final Duration STALENESS = Duration.ofSeconds(60);
    private static final Duration AN_HOUR = Duration.ofHours(1);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess server;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        server = new InProcess(authority);
        organization = authority.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    /** A verifier that has all there is, and has confirmed nothing. */
    private TestVerifier watching(Call by, Subscribe.Builder subscribe) throws InterruptedException {
        TestVerifier verifier =
                TestVerifier.open(server.channel(), by.credential().text(), subscribe);
        verifier.untilPong();
        return verifier;
    }

    private TestVerifier watching() throws InterruptedException {
        return watching(owner, Subscribe.newBuilder());
    }

    private static void acknowledge(TestVerifier verifier, long revision) {
        verifier.say(WatchRequest.newBuilder().setAck(Ack.newBuilder().setRevision(revision)));
    }

    /** Ends a token, and returns the revision. */
    private long change() {
        String id = authority
                .issue(owner, organization, "ORGANIZATION_MEMBER")
                .token()
                .id();
        return authority.tokens().delete(owner, organization.id(), id).revision();
    }

    private CompletableFuture<Propagation> await(String part, long revision, Instant committed, Duration atMost) {
        return authority
                .publisher()
                .awaitPropagation(new CommittedChange(part, revision, committed, committed), atMost);
    }

    private CompletableFuture<Propagation> await(long revision, Duration atMost) {
        return await(organization.id(), revision, authority.clock().instant(), atMost);
    }

    private static Propagation known(CompletableFuture<Propagation> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    private void assertCounts(int confirmed, int pending, long revision) throws Exception {
        assertCounts(confirmed, pending, known(await(revision, Duration.ZERO)));
    }

    private static void assertCounts(int confirmed, int pending, Propagation propagation) {
        assertEquals(
                confirmed + " confirmed, " + pending + " pending",
                propagation.confirmed() + " confirmed, " + propagation.pending() + " pending");
    }

    @Test
    void withNobodyThereItIsCertainAfterTheMaximumStaleness() throws Exception {
        long revision = change();
        assertEquals(
                new Propagation(revision, 0, 0, FakeClock.START.plus(STALENESS), STALENESS, List.of(), List.of()),
                known(await(revision, AN_HOUR)));
        authority.clock().advance(Duration.ofSeconds(45));
        assertEquals(
                new Propagation(
                        revision, 0, 0, FakeClock.START.plus(STALENESS), Duration.ofSeconds(15), List.of(), List.of()),
                known(await(organization.id(), revision, FakeClock.START, AN_HOUR)));
        authority.clock().advance(STALENESS);
        assertEquals(
                Duration.ZERO,
                known(await(organization.id(), revision, FakeClock.START, AN_HOUR))
                        .certainIn());
    }

    @Test
    void whoeverConfirmedTheRevisionOrALaterOneCounts() throws Exception {
        TestVerifier one = watching();
        TestVerifier other = watching();
        long first = change();
        assertCounts(0, 2, first);
        acknowledge(one, first);
        assertCounts(1, 1, first);
        long second = change();
        assertCounts(1, 1, first);
        assertCounts(0, 2, second);
        acknowledge(other, second);
        assertCounts(2, 0, first);
        assertCounts(1, 1, second);
    }

    @Test
    void nobodyTakesAConfirmationBackOrConfirmsWhatItWasNotSent() throws Exception {
        TestVerifier verifier = watching();
        long revision = change();
        acknowledge(verifier, Long.MAX_VALUE);
        acknowledge(verifier, revision + 1);
        assertCounts(0, 1, revision);
        acknowledge(verifier, revision);
        acknowledge(verifier, revision - 1);
        acknowledge(verifier, -1);
        assertCounts(1, 0, revision);
        assertCounts(0, 1, change());
    }

    @Test
    void whoeverComesLaterConfirmsWhatItWasSentWhole() throws Exception {
        long revision = change();
        TestVerifier verifier = watching();
        assertCounts(0, 1, revision);
        acknowledge(verifier, revision);
        assertCounts(1, 0, revision);
    }

    @Test
    void aHeadBeyondThePartIsConfirmedAsWell() throws Exception {
        long revision = change();
        authority.organization();
        long head = authority.unpublished().read(tx -> tx.trust().head());
        acknowledge(watching(), head);
        assertTrue(head > revision);
        assertCounts(1, 0, revision);
    }

    @Test
    void thoseThatArePendingAreNamedToThoseWhoMayKnowOfThem() throws Exception {
        TestVerifier own = watching(owner, Subscribe.newBuilder().setVerifier("worker"));
        watching(
                authority.platform(),
                Subscribe.newBuilder().setVerifier("gateway").setAllOrganizations(true));
        for (int i = 0; i < 25; i++) {
            watching(owner, Subscribe.newBuilder().setVerifier("more"));
        }
        long revision = change();
        Propagation propagation = known(await(revision, Duration.ZERO));
        assertCounts(0, 27, propagation);
        assertEquals(20, propagation.pendingVerifiers().size());
        assertEquals(Set.of("worker", "more"), Set.copyOf(propagation.pendingVerifiers()));
        acknowledge(own, revision);
        assertEquals(
                Set.of("more"), Set.copyOf(known(await(revision, Duration.ZERO)).pendingVerifiers()));
        Instant now = authority.clock().instant();
        assertTrue(known(await(TrustPart.INSTALLATION, revision, now, Duration.ZERO))
                .pendingVerifiers()
                .contains("gateway"));
    }

    @Test
    void whoeverHungUpDoesNotCount() throws Exception {
        FakeStream stream = new FakeStream();
        Watcher watcher = new Watcher(stream, Subscribe.getDefaultInstance(), organization.id());
        authority.publisher().subscribe(watcher);
        long revision = change();
        assertCounts(0, 1, revision);
        stream.cancelled = true;
        authority.publisher().resume(watcher);
        assertCounts(0, 0, revision);
    }

    @Test
    void onlyWatchersOfThePartCountAndAllOfThemForTheInstallation() throws Exception {
        TestVerifier here = watching();
        TestVerifier elsewhere = watching(authority.owner(authority.organization()), Subscribe.newBuilder());
        long revision = change();
        assertCounts(0, 1, revision);
        Instant now = authority.clock().instant();
        assertCounts(0, 2, known(await(TrustPart.INSTALLATION, revision, now, Duration.ZERO)));
        long installation = authority.publisher().state().installation().revision();
        acknowledge(here, installation);
        acknowledge(elsewhere, installation);
        assertCounts(2, 0, known(await(TrustPart.INSTALLATION, installation, now, Duration.ZERO)));
    }

    @Test
    void aConfirmationIsNothingBeforeASubscribe() throws Exception {
        TestVerifier verifier =
                new TestVerifier(server.channel(), owner.credential().text(), message -> {});
        acknowledge(verifier, 1);
        assertEquals(
                Status.Code.INVALID_ARGUMENT, verifier.awaitEnd().getStatus().getCode());
    }

    @Test
    void theWaitEndsWithTheLastConfirmation() throws Exception {
        TestVerifier one = watching();
        TestVerifier other = watching();
        long revision = change();
        CompletableFuture<Propagation> answer = await(revision, AN_HOUR);
        acknowledge(one, revision);
        assertCounts(1, 1, revision);
        assertFalse(answer.isDone());
        acknowledge(other, revision);
        assertCounts(2, 0, known(answer));
    }

    @Test
    void theWaitEndsWhenWhoeverIsMissingLeaves() throws Exception {
        TestVerifier one = watching();
        TestVerifier other = watching();
        long revision = change();
        acknowledge(one, revision);
        assertCounts(1, 1, revision);
        CompletableFuture<Propagation> answer = await(revision, AN_HOUR);
        other.leave();
        assertCounts(1, 0, known(answer));
    }

    @Test
    void aCallIsAnsweredWithTheLastConfirmation() throws Exception {
        TestVerifier verifier = watching();
        String id = authority
                .issue(owner, organization, "ORGANIZATION_MEMBER")
                .token()
                .name();
        ListenableFuture<DeleteTokenResponse> call = TokenServiceGrpc.newFutureStub(server.channel())
                .withCallCredentials(InProcess.bearer(owner.credential().text()))
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(id)
                        .setWait(com.google.protobuf.Duration.newBuilder().setSeconds(3600))
                        .build());
        List<Change> changes = TestVerifier.changes(verifier.untilPong());
        assertFalse(call.isDone());
        acknowledge(verifier, changes.get(0).getRevision());
        var propagation = call.get(30, TimeUnit.SECONDS).getPropagation();
        assertEquals(changes.get(0).getRevision(), propagation.getRevision());
        assertEquals(1, propagation.getConfirmed());
        assertEquals(0, propagation.getPending());
    }

    @Test
    void theWaitEndsByItself() throws Exception {
        watching();
        assertCounts(0, 1, known(await(change(), Duration.ofMillis(1))));
    }

    @Test
    void nothingIsWaitedForThatIsCertainAlready() throws Exception {
        watching();
        long revision = change();
        Instant committed = authority.clock().instant();
        authority.clock().advance(STALENESS);
        Propagation propagation = known(await(organization.id(), revision, committed, AN_HOUR));
        assertCounts(0, 1, propagation);
        assertEquals(Duration.ZERO, propagation.certainIn());
    }

    @Test
    void whenTheAuthorityClosesEveryWaitEnds() throws Exception {
        watching();
        long revision = change();
        CompletableFuture<Propagation> before = await(revision, AN_HOUR);
        authority.publisher().endStreams();
        assertCounts(0, 1, known(before));
        assertCounts(0, 0, known(await(revision, AN_HOUR)));
    }

    @Test
    void whereNothingWasAnnouncedAllThatThePartHoldsIsMeant() throws Exception {
        TestVerifier verifier = watching();
        long revision = change();
        assertEquals(revision, known(await(0, Duration.ZERO)).revision());
        assertCounts(0, 1, 0);
        acknowledge(verifier, revision);
        assertCounts(1, 0, 0);
    }
}
