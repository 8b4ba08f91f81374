package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.e2e.Await;
import dev.signet.v1.Ack;
import dev.signet.v1.Change;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustPart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Verifiers at one authority, and changes at another over the same PostgreSQL. */
@Timeout(60)
final class PostgresReplicaFeedTest {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private Replicas replicas;
    private Replicas.Served a;
    private Replicas.Served b;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        replicas = new Replicas(folder);
        a = replicas.start();
        b = replicas.start();
        organization = a.authority().organization();
        owner = a.authority().owner(organization);
        await("the other knows the owner", () -> b.authority().publisher().head() == head());
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, Duration.ofSeconds(20), condition);
    }

    private long head() {
        return a.authority().unpublished().read(tx -> tx.trust().head());
    }

    private TestVerifier watch(Replicas.Served at, Subscribe.Builder subscribe) {
        return TestVerifier.open(at.port().channel(), owner.credential().text(), subscribe);
    }

    private TestVerifier watching(Replicas.Served at) throws InterruptedException {
        TestVerifier verifier = watch(at, Subscribe.newBuilder().setVerifier("worker"));
        verifier.untilPong();
        return verifier;
    }

    private static void acknowledge(TestVerifier verifier, long revision) {
        verifier.say(WatchRequest.newBuilder().setAck(Ack.newBuilder().setRevision(revision)));
    }

    /** Ends a token, and returns the revision. */
    private long change(Replicas.Served at) {
        TestAuthority authority = at.authority();
        String id = authority
                .issue(owner, organization, "ORGANIZATION_MEMBER")
                .token()
                .id();
        return authority.tokens().delete(owner, organization.id(), id).revision();
    }

    private CompletableFuture<Propagation> propagation(Replicas.Served at, long revision, Duration atMost) {
        return at.authority()
                .publisher()
                .awaitPropagation(
                        new CommittedChange(
                                organization.id(),
                                revision,
                                replicas.clock().instant(),
                                replicas.clock().instant()),
                        atMost);
    }

    private String counts(Replicas.Served at, long revision) {
        Propagation propagation = propagation(at, revision, Duration.ZERO).join();
        return propagation.confirmed() + " confirmed, " + propagation.pending() + " pending "
                + propagation.pendingVerifiers();
    }

    private void awaitCounts(Replicas.Served at, long revision, String counts) {
        await(counts, () -> {
            replicas.exchange();
            return counts(at, revision).equals(counts);
        });
    }

    @Test
    void aPongNamesWhatAnotherCommittedBeforeThePing() throws Exception {
        replicas.execute("DROP TRIGGER ledger_head ON ledger");
        TestVerifier verifier = watching(b);
        for (int i = 0; i < 10; i++) {
            long revision = change(a);
            List<WatchResponse> messages = verifier.untilPong();
            assertTrue(TestVerifier.pong(messages).getHead() >= revision);
            assertEquals(
                    List.of(revision),
                    TestVerifier.changes(messages).stream()
                            .map(Change::getRevision)
                            .toList());
        }
    }

    @Test
    void whoeverIsConnectedElsewhereCounts() throws Exception {
        TestVerifier here = watching(a);
        TestVerifier there = watching(b);
        long revision = change(a);
        awaitCounts(a, revision, "0 confirmed, 2 pending [worker, worker]");
        there.untilPong();
        acknowledge(there, revision);
        awaitCounts(a, revision, "1 confirmed, 1 pending [worker]");
        awaitCounts(b, revision, "1 confirmed, 1 pending [worker]");
        here.untilPong();
        acknowledge(here, revision);
        awaitCounts(a, revision, "2 confirmed, 0 pending []");
        there.leave();
        awaitCounts(a, revision, "1 confirmed, 0 pending []");
    }

    @Test
    void aWaitEndsWithTheConfirmationOfWhoeverIsConnectedElsewhere() throws Exception {
        TestVerifier there = watching(b);
        replicas.exchange();
        replicas.exchange();
        long revision = change(a);
        CompletableFuture<Propagation> answer = propagation(a, revision, AN_HOUR);
        there.untilPong();
        replicas.exchange();
        assertEquals("0 confirmed, 1 pending [worker]", counts(a, revision));
        assertFalse(answer.isDone());
        acknowledge(there, revision);
        await("the wait ends", () -> {
            replicas.exchange();
            return answer.isDone();
        });
        assertEquals(1, answer.get(1, TimeUnit.SECONDS).confirmed());
    }

    @Test
    void onlyThoseOfThePartCount() throws Exception {
        watching(b);
        ResourcePath another = a.authority().organization();
        Call its = a.authority().owner(another);
        awaitCounts(a, change(a), "0 confirmed, 1 pending [worker]");
        String id =
                a.authority().issue(its, another, "ORGANIZATION_MEMBER").token().id();
        long revision = a.authority().tokens().delete(its, another.id(), id).revision();
        CommittedChange change = new CommittedChange(
                another.id(),
                revision,
                replicas.clock().instant(),
                replicas.clock().instant());
        replicas.exchange();
        assertEquals(
                0,
                a.authority()
                        .publisher()
                        .awaitPropagation(change, Duration.ZERO)
                        .join()
                        .pending());
    }

    @Test
    void whoeverIsConnectedToAnAuthorityThatIsGoneDoesNotCount() throws Exception {
        watching(b);
        long revision = change(a);
        awaitCounts(a, revision, "0 confirmed, 1 pending [worker]");
        // As if it had not been heard of for a while, and came back then.
        replicas.execute("UPDATE replica SET seen_time = seen_time - INTERVAL '20' SECOND");
        a.exchange();
        assertEquals("0 confirmed, 0 pending []", counts(a, revision));
        awaitCounts(a, revision, "0 confirmed, 1 pending [worker]");
        // As if it had not been heard of for so long that the others cleaned up.
        replicas.execute("DELETE FROM replica");
        a.exchange();
        assertEquals("0 confirmed, 0 pending []", counts(a, revision));
        awaitCounts(a, revision, "0 confirmed, 1 pending [worker]");
        b.authority().replica().close();
        a.exchange();
        assertEquals("0 confirmed, 0 pending []", counts(a, revision));
        assertEquals(0, replicas.ask("SELECT count(*) FROM watching_verifier"));
    }

    private List<ConnectedVerifier> listed(Call by) {
        return TrustServiceGrpc.newBlockingStub(a.port().channel())
                .withCallCredentials(InProcess.bearer(by.credential().text()))
                .listVerifiers(ListVerifiersRequest.getDefaultInstance())
                .getVerifiersList();
    }

    @Test
    void whoeverIsConnectedElsewhereIsListedToThoseWhoMaySeeIt() throws Exception {
        TestVerifier verifier = watching(b);
        long head = head();
        acknowledge(verifier, head);
        await("it is listed as it is", () -> {
            replicas.exchange();
            return listed(owner).stream().anyMatch(each -> each.getAcknowledgedRevision() == head);
        });
        ConnectedVerifier listed = listed(owner).get(0);
        assertEquals("worker", listed.getVerifier());
        assertEquals(List.of(organization.id()), listed.getOrganizationsList());
        assertEquals(owner.subject(), listed.getCredential().replaceFirst(".*/", ""));
        assertEquals(
                replicas.clock().instant().getEpochSecond(),
                listed.getConnectTime().getSeconds());
        assertEquals(List.of(listed), listed(a.authority().platform()));
        assertEquals(List.of(), listed(a.authority().owner(a.authority().organization())));
    }

    @Test
    void aVerifierGoesOnAtAnotherAuthorityWhereItWas() throws Exception {
        TestVerifier before = watching(a);
        long first = change(a);
        List<WatchResponse> messages = before.untilPong();
        assertEquals(1, TestVerifier.changes(messages).size());
        replicas.end(a);
        long second = change(b);
        long installation = b.authority().publisher().state().installation().revision();
        List<WatchResponse> resumed = watch(
                        b,
                        Subscribe.newBuilder()
                                .setLedgerId(b.authority().unpublished().id())
                                .addHeld(PartRevision.newBuilder()
                                        .setPart(TrustPart.INSTALLATION)
                                        .setRevision(installation))
                                .addHeld(PartRevision.newBuilder()
                                        .setPart(organization.id())
                                        .setRevision(first)))
                .untilPong();
        assertEquals(List.of(), TestVerifier.snapshots(resumed));
        assertEquals(
                List.of(second),
                TestVerifier.changes(resumed).stream().map(Change::getRevision).toList());
        assertEquals(first, TestVerifier.changes(resumed).get(0).getPreviousRevision());
    }
}
