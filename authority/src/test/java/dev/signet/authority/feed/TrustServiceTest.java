package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.v1.Change;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Pong;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Subscribe;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TrustServiceTest {
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

    private TestVerifier watch(Call by, Subscribe.Builder subscribe) {
        return TestVerifier.open(server.channel(), by.credential().text(), subscribe);
    }

    private String tokenToEnd() {
        return authority
                .issue(owner, organization, "ORGANIZATION_MEMBER")
                .token()
                .id();
    }

    private void delete(String id) {
        authority.tokens().delete(owner, organization.id(), id);
    }

    private long head() {
        return authority.unpublished().read(tx -> tx.trust().head());
    }

    private List<RecordedChange> recorded(String part, long after) {
        return authority.unpublished().read(tx -> tx.trust().of(part, after, 10_000));
    }

    @Test
    void aNewVerifierGetsEachPartWhole() throws Exception {
        delete(tokenToEnd());
        List<WatchResponse> messages = watch(owner, Subscribe.newBuilder()).untilPong();
        assertEquals(3, messages.size());
        List<Snapshot> snapshots = TestVerifier.snapshots(messages);
        assertEquals(
                authority.publisher().state().installation().confirmed(Freshness.NEVER),
                authority.codec().decode(snapshots.get(0)));
        OrganizationTrust own = (OrganizationTrust) authority.codec().decode(snapshots.get(1));
        assertEquals(organization.id(), own.id());
        assertEquals(1, own.revoked().size());
        assertEquals(head(), own.revision());
        snapshots.forEach(snapshot -> assertEquals(authority.unpublished().id(), snapshot.getLedgerId()));
        Pong pong = TestVerifier.pong(messages);
        assertEquals(authority.unpublished().id(), pong.getLedgerId());
        assertEquals(head(), pong.getHead());
        assertEquals(
                Timestamp.newBuilder()
                        .setSeconds(FakeClock.START.getEpochSecond())
                        .setNanos(FakeClock.START.getNano())
                        .build(),
                pong.getAuthorityTime());
    }

    @Test
    void aChangeIsAppliedHereThenSentThenAnswered() throws Exception {
        AtomicLong heldWhenSent = new AtomicLong();
        TestVerifier verifier =
                new TestVerifier(server.channel(), owner.credential().text(), message -> {
                    if (message.hasChange()) {
                        heldWhenSent.set(authority
                                .publisher()
                                .state()
                                .revisions()
                                .getOrDefault(message.getChange().getPart(), 0L));
                    }
                });
        verifier.say(WatchRequest.newBuilder().setSubscribe(Subscribe.newBuilder()));
        verifier.untilPong();
        Tokens.WithValue token = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        delete(token.token().id());
        // Nothing is waited for: when the deletion returns, the change has been sent.
        List<Change> changes = TestVerifier.changes(verifier.soFar());
        assertEquals(1, changes.size());
        Change change = changes.get(0);
        assertEquals(organization.id(), change.getPart());
        assertEquals(head(), change.getRevision());
        assertEquals(
                new TrustChange.Revoked(Indexes.of(token.token().value().index())),
                authority.codec().decode(change.getChange()));
        assertEquals(change.getRevision(), heldWhenSent.get());
    }

    @Test
    void aPongComesAfterEverythingUpToItsHead() throws Exception {
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        verifier.untilPong();
        long before = head();
        AtomicLong answered = new AtomicLong(before);
        ExecutorService writing = Executors.newFixedThreadPool(3);
        List<Future<?>> done = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            String id = tokenToEnd();
            done.add(writing.submit(() -> {
                for (int i = 0; i < 40; i++) {
                    authority.tokens().rotate(owner, organization.id(), id, Duration.ZERO, Retry.NEVER);
                    long revision = head();
                    answered.accumulateAndGet(revision, Math::max);
                }
            }));
        }
        Set<Long> seen = new HashSet<>();
        long last = before;
        int pongs = 0;
        boolean isDone = false;
        while (!isDone) {
            isDone = done.stream().allMatch(Future::isDone);
            long committed = answered.get();
            List<WatchResponse> messages = verifier.untilPong();
            for (WatchResponse message : messages) {
                if (message.hasChange()) {
                    assertTrue(message.getChange().getRevision() > last, "out of order");
                    last = message.getChange().getRevision();
                    seen.add(last);
                }
            }
            Pong pong = TestVerifier.pong(messages);
            assertTrue(pong.getHead() >= committed, "an old head: " + pong.getHead() + " < " + committed);
            for (RecordedChange change : recorded(organization.id(), before)) {
                assertTrue(
                        change.revision() > pong.getHead() || seen.contains(change.revision()),
                        "not sent before the pong: " + change.revision());
            }
            pongs++;
        }
        writing.shutdown();
        for (Future<?> each : done) {
            each.get(20, TimeUnit.SECONDS);
        }
        assertEquals(120, seen.size());
        assertTrue(pongs > 1);
    }

    @Test
    void whoeverComesBackGetsOnlyWhatItLacks() throws Exception {
        delete(tokenToEnd());
        long held = head();
        long installation = authority.publisher().state().installation().revision();
        delete(tokenToEnd());
        delete(tokenToEnd());
        List<WatchResponse> messages = watch(owner, held(authority.unpublished().id(), installation, held))
                .untilPong();
        assertEquals(List.of(), TestVerifier.snapshots(messages));
        assertEquals(
                List.of(held + 1, held + 2),
                TestVerifier.changes(messages).stream().map(Change::getRevision).toList());
        assertEquals(held, TestVerifier.changes(messages).get(0).getPreviousRevision());
    }

    private Subscribe.Builder held(String ledgerId, long installation, long own) {
        return Subscribe.newBuilder()
                .setLedgerId(ledgerId)
                .addHeld(PartRevision.newBuilder()
                        .setPart(TrustPart.INSTALLATION)
                        .setRevision(installation))
                .addHeld(PartRevision.newBuilder().setPart(organization.id()).setRevision(own));
    }

    @Test
    void whatIsHeldOfAnotherHistoryCountsForNothing() throws Exception {
        List<WatchResponse> messages =
                watch(owner, held("another", head(), head())).untilPong();
        assertEquals(2, TestVerifier.snapshots(messages).size());
        assertEquals(List.of(), TestVerifier.changes(messages));
    }

    @Test
    void aPartThatIsNotHeldComesWholeBesideOnesThatAre() throws Exception {
        Subscribe.Builder subscribe = Subscribe.newBuilder()
                .setLedgerId(authority.unpublished().id())
                .addHeld(PartRevision.newBuilder()
                        .setRevision(
                                authority.publisher().state().installation().revision()));
        List<Snapshot> snapshots =
                TestVerifier.snapshots(watch(owner, subscribe).untilPong());
        assertEquals(1, snapshots.size());
        assertEquals(organization.id(), snapshots.get(0).getOrganization().getOrganization());
    }

    @Test
    void whoeverWatchesAllHearsOfNewOrganizations() throws Exception {
        TestVerifier all = watch(authority.platform(), Subscribe.newBuilder().setAllOrganizations(true));
        TestVerifier one = watch(owner, Subscribe.newBuilder());
        assertEquals(2, TestVerifier.snapshots(all.untilPong()).size());
        one.untilPong();
        ResourcePath fresh = authority.organization();
        List<Change> changes = TestVerifier.changes(all.untilPong());
        assertEquals(1, changes.size());
        assertEquals(fresh.id(), changes.get(0).getPart());
        assertEquals(0, changes.get(0).getPreviousRevision());
        assertTrue(changes.get(0).getChange().hasOrganizationCreated());
        assertEquals(List.of(), TestVerifier.changes(one.untilPong()));
    }

    @Test
    void theOperatorWatchesWhatItNames() throws Exception {
        ResourcePath other = authority.organization();
        TestVerifier verifier =
                watch(authority.platform(), Subscribe.newBuilder().addOrganizations(organization.id()));
        assertEquals(2, TestVerifier.snapshots(verifier.untilPong()).size());
        authority.directory().deleteOrganization(authority.platform(), other);
        assertEquals(List.of(), TestVerifier.changes(verifier.untilPong()));
    }

    @Test
    void aStreamEndsWithItsCredentialAtTheNextPing() throws Exception {
        Call watcher = authority.owner(organization);
        TestVerifier verifier = watch(watcher, Subscribe.newBuilder());
        TestVerifier other = watch(owner, Subscribe.newBuilder());
        verifier.untilPong();
        other.untilPong();
        delete(watcher.claims().subject());
        assertFalse(verifier.hasEnded());
        verifier.ping();
        assertEquals(
                Status.Code.UNAUTHENTICATED, verifier.awaitEnd().getStatus().getCode());
        List<WatchResponse> before = verifier.soFar();
        delete(tokenToEnd());
        assertEquals(2, TestVerifier.changes(other.untilPong()).size());
        assertEquals(before, verifier.soFar());
        assertEquals(1, authority.publisher().watching());
    }

    @Test
    void whoeverLeavesIsForgotten() throws Exception {
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        TestVerifier other = watch(owner, Subscribe.newBuilder());
        verifier.untilPong();
        other.untilPong();
        assertEquals(2, authority.publisher().watching());
        verifier.leave();
        assertEquals(Status.Code.OK, verifier.awaitEnd().getStatus().getCode());
        other.untilPong();
        assertEquals(1, authority.publisher().watching());
    }

    @Test
    void whenTheAuthorityClosesItsStreamsEnd() throws Exception {
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        verifier.untilPong();
        authority.publisher().endStreams();
        assertEquals(Status.Code.UNAVAILABLE, verifier.awaitEnd().getStatus().getCode());
        TestVerifier late = watch(owner, Subscribe.newBuilder());
        assertEquals(Status.Code.UNAVAILABLE, late.awaitEnd().getStatus().getCode());
        // What is still under way is applied here all the same.
        String id = tokenToEnd();
        delete(id);
        assertEquals(
                head(),
                authority.publisher().state().organization(organization.id()).revision());
    }
}
