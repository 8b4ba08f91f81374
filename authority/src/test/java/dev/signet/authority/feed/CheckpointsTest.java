package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part is what all its changes make of nothing, from wherever they are read. */
final class CheckpointsTest {
    private static final String PART = "org_a";

    @TempDir
    private Path data;

    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = TestAuthority.ledger(
                TestAuthority.config(data),
                new TrustCodec(new VerificationKeys()),
                new IdGenerator(InstantSource.fixed(Instant.EPOCH), new Random(1)));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void withAndWithoutCheckpointsItIsTheSame(long seed) {
        Random random = new Random(seed);
        Checkpoints checkpoints = new Checkpoints(ledger, 10);
        announce(List.of(new TrustChange.OrganizationCreated()));
        boolean used = false;
        for (int round = 0; round < 30; round++) {
            announce(IntStream.range(0, 1 + random.nextInt(12))
                    .mapToObj(i -> change(random))
                    .toList());
            if (random.nextInt(3) == 0) {
                checkpoints.run();
            }
            TrustPart expected = fromTheBeginning();
            TrustPart actual = ledger.read(tx -> LedgerTrust.organization(tx, PART));
            assertEquals(expected, actual, "seed " + seed + ", round " + round);
            used |= ledger.read(tx -> tx.trust().checkpoint(PART)).isPresent();
        }
        assertTrue(used);
    }

    @Test
    void thousandsOfRevocationsInARowAreAllThere() {
        announce(List.of(new TrustChange.OrganizationCreated()));
        announce(IntStream.range(0, 2_500)
                .mapToObj(i -> (TrustChange) new TrustChange.Revoked(Indexes.of(i * 1_000)))
                .toList());
        assertEquals(fromTheBeginning(), ledger.read(tx -> LedgerTrust.organization(tx, PART)));
        new Checkpoints(ledger, 2_000).run();
        announce(List.of(new TrustChange.Revoked(Indexes.of(7))));
        assertEquals(fromTheBeginning(), ledger.read(tx -> LedgerTrust.organization(tx, PART)));
        assertEquals(
                2_501,
                ledger.read(tx -> tx.trust().checkpoint(PART)).orElseThrow().revision());
    }

    @Test
    void whatIsNotThereHasNoCheckpoint() {
        new Checkpoints(ledger, 1).run();
        assertNull(ledger.read(tx -> LedgerTrust.organization(tx, PART)));
    }

    private void announce(List<TrustChange> changes) {
        ledger.write(tx -> {
            changes.forEach(change -> tx.announce(PART, change));
            return tx;
        });
    }

    /** One change after the other, as a verifier applies them. */
    private TrustPart fromTheBeginning() {
        TrustPart part = OrganizationTrust.unchanged(PART, 0, Freshness.AUTHORITATIVE);
        for (RecordedChange recorded : ledger.read(tx -> tx.trust().of(PART, 0, Integer.MAX_VALUE))) {
            part = part.after(recorded.change(), recorded.revision());
        }
        return part;
    }

    private static TrustChange change(Random random) {
        int index = random.nextInt(20) << random.nextInt(18);
        String name = "a" + random.nextInt(4);
        return switch (random.nextInt(12)) {
            case 0 -> new TrustChange.Ending(index, random.nextInt(5));
            case 1 -> new TrustChange.GrantsOverridden("tok_" + name, Grants.of("wsp_a", "R" + random.nextInt(3)));
            case 2 ->
                new TrustChange.Forgotten(
                        Indexes.of(IntStream.range(index, index + 10).toArray()),
                        random.nextBoolean() ? Set.of() : Set.of("tok_" + name));
            case 3 -> new TrustChange.RoleChanged("rol_" + name, new CustomRole(Set.of("b" + index), Set.of()));
            case 4 -> new TrustChange.RoleDeleted("rol_" + name);
            case 5 -> new TrustChange.EpochRaised(random.nextInt(9));
            case 6 -> random.nextInt(40) == 0 ? new TrustChange.OrganizationDeleted() : new TrustChange.EpochRaised(1);
            default -> new TrustChange.Revoked(Indexes.of(index, index + random.nextInt(9)));
        };
    }
}
