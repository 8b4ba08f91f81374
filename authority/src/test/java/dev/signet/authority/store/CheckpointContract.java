package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: parts that are kept as they were. */
interface CheckpointContract {
    String PART = "org_a";

    Ledger ledger();

    private long announce(String part, TrustChange change) {
        return ledger().write(tx -> {
                    tx.announce(part, change);
                    return tx;
                })
                .revision();
    }

    private void keep(TrustPart part) {
        ledger().write(tx -> {
            tx.trust().keepCheckpoint(part);
            return tx;
        });
    }

    private Optional<TrustPart> kept(String part) {
        return ledger().read(tx -> tx.trust().checkpoint(part));
    }

    private List<String> due(int changes) {
        return ledger().read(tx -> tx.trust().checkpointsDue(changes));
    }

    private static OrganizationTrust part(long revision) {
        return OrganizationTrust.unchanged(PART, revision, Freshness.NEVER);
    }

    @Test
    default void whatWasKeptComesBackUntilNewerIs() {
        assertEquals(Optional.empty(), kept(PART));
        long first = announce(PART, new TrustChange.OrganizationCreated());
        long second = announce(PART, new TrustChange.Revoked(Indexes.of(3)));
        keep(part(first));
        assertEquals(Optional.of(part(first)), kept(PART));
        TrustPart newer = part(first)
                .after(new TrustChange.GrantsOverridden("tok_a", Grants.of("wsp_a", "A")), second)
                .after(new TrustChange.Ending(3, 4_000), second);
        keep(newer);
        assertEquals(Optional.of(newer), kept(PART));
        keep(part(first));
        assertEquals(Optional.of(newer), kept(PART));
        assertEquals(Optional.empty(), kept("org_b"));
    }

    @Test
    default void theInstallationIsKeptToo() {
        long revision = announce(TrustPart.INSTALLATION, new TrustChange.EpochRaised(1));
        InstallationTrust installation = new InstallationTrust(
                revision,
                Freshness.NEVER,
                Map.of(),
                new Roles(Map.of("A", Set.of("b"))),
                new TrustPolicy(Duration.ofSeconds(7)),
                Indexes.of(3, 70_000),
                1);
        keep(installation);
        assertEquals(Optional.of(installation), kept(TrustPart.INSTALLATION));
    }

    @Test
    default void aPartOfAnySizeIsKept() {
        long revision = announce(PART, new TrustChange.OrganizationCreated());
        TrustPart large = part(revision)
                .after(
                        new TrustChange.Revoked(Indexes.of(
                                new Random(1).ints(1_000_000, 0, 1 << 30).toArray())),
                        revision);
        keep(large);
        assertEquals(Optional.of(large), kept(PART));
        keep(part(revision));
        assertEquals(Optional.of(part(revision)), kept(PART));
    }

    @Test
    default void whatBelongsToNoRecordedChangeIsNotUsed() {
        long revision = announce(PART, new TrustChange.OrganizationCreated());
        announce("org_b", new TrustChange.OrganizationCreated());
        keep(part(revision + 1));
        assertEquals(Optional.empty(), kept(PART));
        keep(part(revision + 2));
        assertEquals(Optional.empty(), kept(PART));
    }

    @Test
    default void partsAreDueAfterSoManyChanges() {
        long first = announce(PART, new TrustChange.OrganizationCreated());
        announce(PART, new TrustChange.Revoked(Indexes.of(1)));
        announce("org_b", new TrustChange.OrganizationCreated());
        assertEquals(List.of(PART, "org_b"), due(1));
        assertEquals(List.of(PART), due(2));
        assertEquals(List.of(), due(3));
        keep(part(first));
        assertEquals(List.of(PART, "org_b"), due(1));
        assertEquals(List.of(), due(2));
        keep(part(first + 1));
        assertEquals(List.of("org_b"), due(1));
    }
}
