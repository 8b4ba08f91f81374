package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every ledger promises, whatever it is kept in. */
@Timeout(60)
abstract class LedgerContract
        implements RevisionContract,
                DirectoryContract,
                TokenContract,
                PersonContract,
                HolderContract,
                KeyContract,
                FeedKeyContract,
                ExchangeContract,
                EndedContract,
                CheckpointContract {
    static final ChangeCodec CODEC = new FeedChangeCodec(new TrustCodec(new VerificationKeys()));

    @TempDir
    Path folder;

    private final Samples samples = new Samples();
    private Ledger ledger;

    /** Opens the one store of this test, again and again the same. */
    abstract Ledger open(IdGenerator ids);

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Samples samples() {
        return samples;
    }

    @BeforeEach
    void open() {
        ledger = open(new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void whatTheWorkThrowsComesOutAndUndoesEverything() {
        ResourcePath organization = samples.organization();
        Refusal refusal = Refusal.notFound("something");
        Refusal thrown = assertThrows(
                Refusal.class,
                () -> ledger.write(tx -> {
                    tx.directory().insert(Samples.entry(organization));
                    tx.announce(organization.id(), new TrustChange.OrganizationCreated());
                    throw refusal;
                }));
        assertSame(refusal, thrown);
        assertTrue(ledger.read(tx -> tx.directory().find(organization)).isEmpty());
        assertEquals(0, head());
        assertEquals(List.of(), ledger.read(tx -> tx.trust().after(0, 10)));
    }

    @Test
    void aReadIsOneSnapshot() throws Exception {
        ResourcePath organization = samples.organization();
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            return tx;
        });
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            ledger.read(tx -> {
                long head = tx.trust().head();
                join(other.submit(() -> ledger.write(writing -> {
                    writing.directory().insert(Samples.entry(samples.workspace(organization)));
                    writing.directory()
                            .update(Samples.entry(organization)
                                    .updated("changed", "", OrganizationPolicy.DEFAULT, Samples.NOW));
                    writing.announce(organization.id(), new TrustChange.OrganizationCreated());
                    return organization;
                })));
                assertEquals(head, tx.trust().head());
                assertEquals(List.of(), tx.trust().after(head, 10));
                assertEquals(1, tx.directory().find(organization).orElseThrow().version());
                assertFalse(tx.directory().hasChildren(organization));
                return head;
            });
            ledger.read(tx -> {
                assertEquals(1, tx.trust().head());
                assertEquals(2, tx.directory().find(organization).orElseThrow().version());
                assertTrue(tx.directory().hasChildren(organization));
                return tx;
            });
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void whoeverKeepsCollidingIsToldToComeBack() {
        AtomicInteger attempts = new AtomicInteger();
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> ledger.write(tx -> {
                    tx.directory().insert(Samples.entry(samples.organization()));
                    attempts.incrementAndGet();
                    throw new ConnectionException(new SQLException("serialization failure", "40001"));
                }));
        assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
        assertTrue(attempts.get() > 2, "it gave up at once");
        assertEquals(List.of(), ledger.read(tx -> tx.directory().organizations("", 10)));
    }

    @Test
    void otherFaultsAreNotTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        assertThrows(
                ConnectionException.class,
                () -> ledger.write(tx -> {
                    attempts.incrementAndGet();
                    throw new ConnectionException(new SQLException("no such column", "42S22"));
                }));
        assertEquals(1, attempts.get());
    }

    @Test
    void openedAgainItKnowsEverything() {
        ResourcePath organization = samples.organization();
        ApiToken token = samples.token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER"));
        PlatformToken platform =
                new PlatformToken(samples.id(IdType.PLATFORM), samples.value(Samples.NOW.plusSeconds(60)));
        StoredKey key = new StoredKey("kid", Algorithm.ES256, KeyState.ACTIVE, "sealed", Samples.NOW, Samples.NOW);
        String id = ledger.id();
        long revision = ledger.write(tx -> {
                    tx.directory().insert(Samples.entry(organization));
                    tx.tokens().insert(token);
                    tx.tokens().insert(platform);
                    tx.keys().insert(key);
                    tx.announce(organization.id(), new TrustChange.Revoked(Indexes.of(3, 70_000)));
                    return tx;
                })
                .revision();
        int reserved = ledger.reserveIndexes(organization.id(), 5);

        ledger.close();
        ledger = open(new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(2)));

        assertEquals(id, ledger.id());
        ledger.read(tx -> {
            assertEquals(
                    Samples.entry(organization),
                    tx.directory().find(organization).orElseThrow());
            assertEquals(token, tx.tokens().find(token.id()).orElseThrow());
            assertEquals(List.of(platform), tx.tokens().platformTokens());
            assertEquals(List.of(key), tx.keys().list());
            assertEquals(revision, tx.trust().head());
            assertEquals(Map.of(organization.id(), revision), tx.trust().revisions());
            assertEquals(
                    List.of(new RecordedChange(
                            revision, organization.id(), 0, new TrustChange.Revoked(Indexes.of(3, 70_000)))),
                    tx.trust().after(0, 10));
            return tx;
        });
        ledger.read(tx -> {
            assertEquals(reserved + 5, tx.allottedIndexes(organization.id()));
            assertEquals(0, tx.allottedIndexes(TrustPart.INSTALLATION));
            return tx;
        });
        assertEquals(reserved + 5, ledger.reserveIndexes(organization.id(), 1));
        assertEquals(
                revision + 1,
                ledger.write(tx -> {
                            tx.announce(organization.id(), new TrustChange.OrganizationDeleted());
                            return tx;
                        })
                        .revision());
    }

    static <T> T join(Future<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
