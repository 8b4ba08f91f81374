package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint is used whole and unchanged, or not at all. */
final class DamagedCheckpointTest {
    private static final String PART = "org_a";

    @TempDir
    private Path folder;

    private Jdbi jdbi;
    private JdbcLedger ledger;
    private TrustPart part;

    @BeforeEach
    void open() {
        H2 h2 = H2.open(folder);
        jdbi = Jdbi.create(h2.writing());
        ledger = JdbcLedger.open(
                h2, LedgerContract.CODEC, new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
        int[] revoked = new Random(1).ints(600_000, 0, 1 << 30).toArray();
        TrustChange change = new TrustChange.Revoked(Indexes.of(revoked));
        long revision = ledger.write(tx -> {
                    tx.announce(PART, new TrustChange.OrganizationCreated());
                    return tx;
                })
                .revision();
        part = OrganizationTrust.unchanged(PART, revision, Freshness.NEVER).after(change, revision);
        keep();
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void keep() {
        ledger.write(tx -> {
            tx.trust().keepCheckpoint(part);
            return tx;
        });
    }

    private Optional<TrustPart> kept() {
        return ledger.read(tx -> tx.trust().checkpoint(PART));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM trust_checkpoint WHERE piece = 1",
                "DELETE FROM trust_checkpoint WHERE piece = 0",
                "UPDATE trust_checkpoint SET piece = 5 - piece",
                "UPDATE trust_checkpoint SET digest = '00' WHERE piece = 0",
                "UPDATE trust_checkpoint SET state = X'' WHERE piece = 1",
                "UPDATE trust_checkpoint SET part = 'org_b'",
                "DELETE FROM trust_change"
            })
    void whatWasTamperedWithIsNotUsedAndReplacedByTheNextOne(String damage) {
        assertEquals(Optional.of(part), kept());
        jdbi.useHandle(handle -> handle.execute(damage));
        assertEquals(Optional.empty(), kept());
        assertEquals(Optional.empty(), ledger.read(tx -> tx.trust().checkpoint("org_b")));
        if (!damage.contains("trust_change")) {
            keep();
            assertEquals(Optional.of(part), kept());
        }
    }

    @Test
    void noFlippedBitIsOverlooked() {
        Random random = new Random(2);
        for (int round = 0; round < 40; round++) {
            byte[] good =
                    jdbi.withHandle(handle -> handle.createQuery("SELECT state FROM trust_checkpoint WHERE piece = 1")
                            .mapTo(byte[].class)
                            .one());
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            write(bad);
            assertEquals(Optional.empty(), kept(), "round " + round);
            write(good);
        }
        assertEquals(Optional.of(part), kept());
    }

    private void write(byte[] state) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE trust_checkpoint SET state = :state WHERE piece = 1")
                .bind("state", state)
                .execute());
    }
}
