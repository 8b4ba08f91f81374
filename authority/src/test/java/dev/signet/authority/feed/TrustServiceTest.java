package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.store.Replica;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.v1.Ack;
import dev.signet.v1.Change;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.Load;
import dev.signet.v1.PartDigest;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Ping;
import dev.signet.v1.Pong;
import dev.signet.v1.Release;
import dev.signet.v1.Snapshot;
import dev.signet.v1.SubjectUse;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.Usage;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.PartDigests;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
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
        assertEquals(4, messages.size(), "a welcome, two snapshots and the pong");
        assertEquals(authority.feedSigner().key(), messages.get(0).getWelcome().getFeedKey());
        List<Snapshot> snapshots = TestVerifier.snapshots(messages);
        assertEquals(
                authority.publisher().state().installation().confirmed(Freshness.NEVER),
                authority.codec().decode(snapshots.get(0)));
        OrganizationTrust own = (OrganizationTrust) authority.codec().decode(snapshots.get(1));
        assertEquals(organization.id(), own.id());
        assertEquals(1, own.revoked().size());
        assertEquals(head(), own.revision());
        messages.subList(1, 4)
                .forEach(message -> assertEquals(
                        authority.unpublished().id(), Heard.statement(message).getLedgerId()));
        Pong pong = TestVerifier.pong(messages);
        PartDigests digests = new PartDigests();
        assertEquals(
                List.of(digests.of(authority.publisher().state().installation()), digests.of(own)),
                pong.getPartsList());
        assertTrue(pong.getComplete());
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
                    if (Heard.statement(message).hasChanges()) {
                        heldWhenSent.set(authority
                                .publisher()
                                .state()
                                .revisions()
                                .getOrDefault(
                                        Heard.statement(message).getChanges().getPart(), 0L));
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
        assertEquals(organization.id(), Heard.batches(verifier.soFar()).get(0).getPart());
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
            for (Change change : TestVerifier.changes(messages)) {
                assertTrue(change.getRevision() > last, "out of order");
                last = change.getRevision();
                seen.add(last);
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
        List<WatchResponse> heard = all.untilPong();
        assertEquals(fresh.id(), Heard.batches(heard).get(0).getPart());
        List<Change> changes = TestVerifier.changes(heard);
        assertEquals(1, changes.size());
        assertEquals(0, changes.get(0).getPreviousRevision());
        assertTrue(changes.get(0).getChange().hasOrganizationCreated());
        assertEquals(List.of(), TestVerifier.changes(one.untilPong()));
    }

    private static Set<String> listed(List<WatchResponse> messages) {
        return TestVerifier.pong(messages).getPartsList().stream()
                .map(PartDigest::getPart)
                .collect(Collectors.toSet());
    }

    @Test
    void aPartIsLoadedOnNeedAndReleasedAgain() throws Exception {
        ResourcePath other = authority.organization();
        TestVerifier verifier =
                watch(authority.platform(), Subscribe.newBuilder().addOrganizations(organization.id()));
        assertEquals(Set.of("", organization.id()), listed(verifier.untilPong()));
        verifier.say(WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart(other.id())));
        List<WatchResponse> messages = verifier.untilPong();
        assertEquals(
                other.id(),
                TestVerifier.snapshots(messages).get(0).getOrganization().getOrganization());
        assertEquals(Set.of("", organization.id(), other.id()), listed(messages));

        authority.directory().deleteOrganization(authority.platform(), other);
        assertEquals(1, TestVerifier.changes(verifier.untilPong()).size());
        verifier.say(WatchRequest.newBuilder().setRelease(Release.newBuilder().setPart(other.id())));
        assertEquals(Set.of("", organization.id()), listed(verifier.untilPong()));
    }

    @Test
    void aPartThatIsAskedForAgainComesWholeAgain() throws Exception {
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        verifier.untilPong();
        delete(tokenToEnd());
        verifier.say(WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart(organization.id())));
        verifier.say(WatchRequest.newBuilder().setLoad(Load.newBuilder()));
        List<Snapshot> snapshots = TestVerifier.snapshots(verifier.untilPong());
        assertEquals(List.of(head()), List.of(snapshots.get(0).getRevision()));
        assertTrue(snapshots.get(1).hasInstallation());
    }

    @Test
    void whatMayNotBeWatchedIsAnsweredLikeWhatDoesNotExist() throws Exception {
        ResourcePath other = authority.organization();
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        TestVerifier platform = watch(authority.platform(), Subscribe.newBuilder());
        for (String id : List.of(other.id(), "org_01kjmma2g0e8hvj88q9fhep82k", "nonsense")) {
            verifier.say(WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart(id)));
            List<WatchResponse> messages = verifier.untilPong();
            assertTrue(messages.stream()
                    .anyMatch(message -> message.getNotWatched().getPart().equals(id)));
            assertEquals(Set.of("", organization.id()), listed(messages));
        }
        platform.say(WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart("nonsense")));
        assertTrue(platform.untilPong().stream().anyMatch(WatchResponse::hasNotWatched));
        assertFalse(verifier.hasEnded());
    }

    private List<ConnectedVerifier> listed(Call by) {
        return TrustServiceGrpc.newBlockingStub(server.channel())
                .withCallCredentials(new BearerToken(by.credential().text()))
                .listVerifiers(ListVerifiersRequest.getDefaultInstance())
                .getVerifiersList();
    }

    @Test
    void whoIsConnectedAndHowFarBehindIsListedForThoseWhoMayKnow() throws Exception {
        Call other = authority.owner(authority.organization());
        TestVerifier own =
                watch(owner, Subscribe.newBuilder().setVerifier("one\u001b[2J").setVersion("1.2"));
        TestVerifier all = watch(
                authority.platform(), Subscribe.newBuilder().setVerifier("two").setAllOrganizations(true));
        own.untilPong();
        own.say(WatchRequest.newBuilder().setAck(Ack.newBuilder().setRevision(head())));
        all.untilPong();
        own.untilPong();

        List<ConnectedVerifier> both = listed(authority.platform());
        assertEquals(
                List.of("one??2J", "two"),
                both.stream().map(ConnectedVerifier::getVerifier).toList());
        ConnectedVerifier first = both.get(0);
        assertEquals("1.2", first.getVersion());
        assertEquals(List.of(organization.id()), first.getOrganizationsList());
        assertEquals(owner.claims().principalName(), first.getCredential());
        assertEquals(head(), first.getAcknowledgedRevision());
        assertEquals(0, first.getRevisionLag());
        assertEquals(FakeClock.START.getEpochSecond(), first.getConnectTime().getSeconds());
        assertTrue(both.get(1).getAllOrganizations());
        assertEquals(head(), both.get(1).getRevisionLag(), "it has confirmed nothing");

        assertEquals(List.of(first), listed(owner));
        assertEquals(List.of(), listed(other));
        authority.clock().advance(Duration.ofSeconds(7));
        own.untilPong();
        assertEquals(
                FakeClock.START.getEpochSecond() + 7,
                listed(owner).get(0).getLastPingTime().getSeconds());

        own.leave();
        own.awaitEnd();
        all.untilPong();
        assertEquals(List.of(), listed(owner));
    }

    @Test
    void tooManyThatComeAtOnceAreAskedToComeBack() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        FakeStream blocking = new FakeStream();
        blocking.onMessage = () -> {
            taken.countDown();
            await(busy);
        };
        TrustPublisher publisher = authority.publisher();
        publisher.subscribe(new Watcher(blocking, Subscribe.getDefaultInstance(), organization.id()));
        await(taken);
        for (int i = 0; i < 1_000; i++) {
            publisher.subscribe(new Watcher(new FakeStream(), Subscribe.getDefaultInstance(), organization.id()));
        }
        TestVerifier late = watch(owner, Subscribe.newBuilder());
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, late.awaitEnd().getStatus().getCode());
        busy.countDown();
        publisher.publish(0);
        watch(owner, Subscribe.newBuilder()).untilPong();
    }

    private TrustGrpc service(Call by) {
        return InProcess.trust(authority, () -> by);
    }

    @Test
    void noMoreIsReadOfAStreamThanIsDealtWith() {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        TrustPublisher publisher = authority.publisher();
        FakeStream stream = new FakeStream();
        StreamObserver<WatchRequest> says = service(owner).watch(stream);
        assertTrue(stream.asksByItself);
        assertEquals(16, stream.requested);
        says.onNext(
                WatchRequest.newBuilder().setSubscribe(Subscribe.newBuilder()).build());
        publisher.publish(0);
        FakeStream blocking = new FakeStream();
        blocking.onMessage = () -> {
            taken.countDown();
            await(busy);
        };
        publisher.subscribe(new Watcher(blocking, Subscribe.getDefaultInstance(), organization.id()));
        await(taken);
        Ping ping =
                Ping.newBuilder().setNonce(ByteString.copyFrom(new byte[16])).build();
        for (WatchRequest.Builder message : List.of(
                WatchRequest.newBuilder().setPing(ping),
                WatchRequest.newBuilder().setAck(Ack.newBuilder().setRevision(1)),
                WatchRequest.newBuilder().setUsage(Usage.newBuilder()),
                WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart(organization.id())),
                WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart("org_another")),
                WatchRequest.newBuilder().setRelease(Release.newBuilder().setPart(organization.id())),
                WatchRequest.newBuilder().setPing(ping))) {
            says.onNext(message.build());
        }
        assertEquals(16, stream.requested, "nothing of it is dealt with");
        busy.countDown();
        publisher.publish(0);
        // Pings are taken behind what waits already.
        publisher.publish(0);
        publisher.publish(0);
        assertEquals(24, stream.requested);
    }

    /** Else the answers would pile up here, as long as a pong for many organizations is. */
    @Test
    void whoDoesNotTakeItsAnswersIsReadFromNoFurther() {
        TrustPublisher publisher = authority.publisher();
        FakeStream stream = new FakeStream();
        StreamObserver<WatchRequest> says = service(owner).watch(stream);
        says.onNext(
                WatchRequest.newBuilder().setSubscribe(Subscribe.newBuilder()).build());
        publisher.publish(0);
        stream.ready = false;
        Ping ping =
                Ping.newBuilder().setNonce(ByteString.copyFrom(new byte[16])).build();
        for (int i = 0; i < 8; i++) {
            says.onNext(WatchRequest.newBuilder().setPing(ping).build());
            says.onNext(WatchRequest.newBuilder()
                    .setLoad(Load.newBuilder().setPart("org_another"))
                    .build());
        }
        // Pings are taken behind what waits already.
        publisher.publish(0);
        publisher.publish(0);
        publisher.publish(0);
        assertEquals(16, stream.requested);
        stream.ready = true;
        stream.onReady.run();
        publisher.publish(0);
        assertEquals(32, stream.requested);
    }

    @Test
    void whatIsNoOrganizationTakesUpNoRoomInWhatWasUsed() throws Exception {
        Call used = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        TestVerifier everything =
                watch(authority.platform(), Subscribe.newBuilder().setAllOrganizations(true));
        everything.untilPong();
        for (int message = 0; message < 10; message++) {
            Usage.Builder usage = Usage.newBuilder();
            for (int i = 0; i < 10_000; i++) {
                usage.addUses(SubjectUse.newBuilder()
                        .setOrganization("org " + message + "-" + i)
                        .setSubject(used.claims().subject()));
            }
            everything.say(WatchRequest.newBuilder().setUsage(usage));
        }
        everything.untilPong();
        authority
                .lastUse()
                .report(
                        organization.id(),
                        used.claims().subject(),
                        authority.clock().instant());
        authority.lastUse().write();
        assertEquals(
                authority.clock().instant(),
                authority
                        .unpublished()
                        .read(tx -> tx.tokens().find(used.claims().subject()))
                        .orElseThrow()
                        .lastUsedTime());
    }

    @Test
    void whatNoVerifierCanHaveUsedIsNotNoted() throws Exception {
        Call used = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        TestVerifier verifier = watch(owner, Subscribe.newBuilder());
        Usage.Builder usage = Usage.newBuilder();
        for (String subject :
                List.of("x".repeat(10_000), "", "usr_", used.claims().subject())) {
            for (long age : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 30_000_000_000_000_000L, 20}) {
                usage.addUses(SubjectUse.newBuilder()
                        .setOrganization(organization.id())
                        .setSubject(subject)
                        .setAge(com.google.protobuf.Duration.newBuilder().setSeconds(age)));
            }
        }
        verifier.untilPong();
        verifier.say(WatchRequest.newBuilder().setUsage(usage));
        verifier.untilPong();
        authority.lastUse().write();
        assertEquals(
                authority.clock().instant(),
                authority
                        .unpublished()
                        .read(tx -> tx.tokens().find(used.claims().subject()))
                        .orElseThrow()
                        .lastUsedTime());
    }

    @Test
    void aStreamOnWhichNothingIsSaidEndsWithItsCredentialToo() throws Exception {
        TrustGrpc trust = InProcess.trust(authority, CallerGate::call);
        Call watcher = authority.owner(organization);
        try (InProcess port = new InProcess(authority, List.of(trust))) {
            TestVerifier verifier =
                    TestVerifier.open(port.channel(), watcher.credential().text(), Subscribe.newBuilder());
            TestVerifier other =
                    TestVerifier.open(port.channel(), owner.credential().text(), Subscribe.newBuilder());
            verifier.untilPong();
            other.untilPong();
            trust.checkAgain();
            delete(watcher.claims().subject());
            trust.checkAgain();
            assertEquals(
                    Status.Code.UNAUTHENTICATED, verifier.awaitEnd().getStatus().getCode());
            other.untilPong();
            assertEquals(1, authority.publisher().watching());
        }
    }

    @Test
    void thatIsLookedAtEveryQuarterOfTheMaximumStaleness(@TempDir Path another) throws Exception {
        try (TestAuthority strict = TestAuthority.open(
                TestAuthority.config(another, KeysConfig.of(null, null), Duration.ofSeconds(1)), new FakeClock(), 1)) {
            ResourcePath own = strict.organization();
            Call watcher = strict.owner(own);
            TrustGrpc trust = InProcess.trust(strict, CallerGate::call);
            assertEquals(Duration.ofMillis(250), trust.untilNextCheck());
            assertEquals(Duration.ofSeconds(15), service(owner).untilNextCheck());
            try (InProcess port = new InProcess(strict, List.of(trust));
                    VerifierExchange exchange = new VerifierExchange(trust, Replica.ALONE)) {
                TestVerifier verifier =
                        TestVerifier.open(port.channel(), watcher.credential().text(), Subscribe.newBuilder());
                verifier.untilPong();
                exchange.start();
                strict.tokens().delete(watcher, own.id(), watcher.claims().subject());
                assertEquals(
                        Status.Code.UNAUTHENTICATED,
                        verifier.awaitEnd().getStatus().getCode());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
