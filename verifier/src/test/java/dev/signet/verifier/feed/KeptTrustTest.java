package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.KeptPong;
import dev.signet.v1.KeptTrustState;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.trust.BootClock;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a verifier starts from while the authority is away, and what it does not believe of that. */
@Timeout(60)
class KeptTrustTest {
    private static final TrustChange CHANGE = new TrustChange.Revoked(Indexes.of(7));

    @TempDir
    private Path folder;

    private String bootId = "this start";
    private long bootMillis = 1_000_000;
    private TrustPart kept;

    /** A verifier that ran before, and had one change. */
    @BeforeEach
    void keep() throws IOException {
        try (FeedBench before = bench(folder)) {
            FakeAuthority.Watch watch = before.current(5);
            before.change(watch, CHANGE, 6, 5);
            before.awaitPing(watch);
            before.pong(watch, 6);
            kept = before.organization();
        }
    }

    private FeedBench bench(Path folder) throws IOException {
        return new FeedBench(
                FeedBench.OWN_ORGANIZATION,
                new Random(1),
                FeedKeys.of(null, folder),
                KeptTrust.in(folder, () -> new BootClock.Reading(bootId, bootMillis)));
    }

    /** Starts another verifier, which finds no authority. */
    private FeedBench startedAlone(Path folder) throws IOException {
        FeedBench bench = bench(folder);
        bench.stopServer();
        bench.feed.start();
        bench.scheduler.runDue();
        return bench;
    }

    /** Connects; the authority has what is held. */
    private static FakeAuthority.Watch resumed(FeedBench bench) {
        FakeAuthority.Watch watch = bench.started();
        watch.told().put(TrustPart.INSTALLATION, bench.installation());
        watch.told().put(ORGANIZATION, bench.organization());
        return watch;
    }

    private void assertBeginsWithNothing(Path folder) throws IOException {
        try (FeedBench bench = startedAlone(folder)) {
            assertEquals(Map.of(), bench.state.revisions());
            assertEquals(0, bench.timesCurrent);
        }
    }

    @Test
    void itDecidesByWhatWasKeptForAsLongAsThatIsFresh() throws IOException {
        bootMillis += 20_000;
        try (FeedBench bench = startedAlone(folder)) {
            assertEquals(kept.confirmed(Freshness.NEVER), bench.organization().confirmed(Freshness.NEVER));
            assertEquals(5, bench.installation().revision());
            assertEquals(Duration.ofSeconds(20), bench.age(bench.organization().freshness()));
            assertEquals(Duration.ofSeconds(20), bench.age(bench.installation().freshness()));
            assertEquals(1, bench.timesCurrent);
            bench.scheduler.advance(Duration.ofSeconds(5));
            assertEquals(Duration.ofSeconds(25), bench.age(bench.organization().freshness()));
        }
    }

    @Test
    void itGoesOnFromThereOnceTheAuthorityIsBack() throws IOException {
        try (FeedBench bench = bench(folder)) {
            FakeAuthority.Watch watch = resumed(bench);
            assertEquals(FakeAuthority.LEDGER, watch.subscribe().getLedgerId());
            assertEquals(2, watch.subscribe().getHeldCount());
            bench.change(watch, new TrustChange.Revoked(Indexes.of(8)), 7, 6);
            assertEquals(Indexes.of(7, 8), bench.organization().revoked());
        }
    }

    @Test
    void theTimeOfDayCountsTooWhereItWentFurther() throws IOException {
        FeedBench bench = bench(folder);
        bench.fake.jumpWall(Duration.ofMinutes(3));
        bench.stopServer();
        bench.feed.start();
        bench.scheduler.runDue();
        assertTrue(bench.age(bench.organization().freshness()).compareTo(Duration.ofMinutes(2)) > 0);
        assertEquals(0, bench.timesCurrent);
        bench.close();
    }

    @Test
    void afterARestartOfTheMachineItOnlyRefusesByIt() throws IOException {
        bootId = "the next start";
        try (FeedBench bench = startedAlone(folder)) {
            assertEquals(Freshness.NEVER, bench.organization().freshness());
            assertEquals(Indexes.of(7), bench.organization().revoked());
            assertEquals(0, bench.timesCurrent);
        }
        bootId = "this start";
        bootMillis = 0;
        try (FeedBench bench = startedAlone(folder)) {
            assertEquals(Freshness.NEVER, bench.organization().freshness());
        }
    }

    @Test
    void copiedToAnotherInstallationItIsOfNoUse(@TempDir Path other) throws IOException {
        Files.copy(folder.resolve("trust-state"), other.resolve("trust-state"));
        Files.copy(folder.resolve("trust-pong"), other.resolve("trust-pong"));
        assertBeginsWithNothing(other);
        assertTrue(Files.exists(other.resolve("trust-state.damaged")));
        assertFalse(Files.exists(other.resolve("feed-key")), "the key in it is not taken for the first that was seen");
    }

    @Test
    void aFileThatIsDamagedIsSetAside() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("trust-state"));
        Files.delete(folder.resolve("trust-pong"));
        for (int at = 0; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(folder.resolve("trust-state"), damaged);
            try (FeedBench bench = startedAlone(folder)) {
                if (bench.state.installation() != null) {
                    // What is not signed: since when this is known, which the clock above does not bear out any more.
                    assertEquals(
                            kept.confirmed(Freshness.NEVER),
                            bench.organization().confirmed(Freshness.NEVER));
                } else {
                    assertNull(bench.state.held(ORGANIZATION));
                    assertTrue(Files.deleteIfExists(folder.resolve("trust-state.damaged")));
                }
            }
        }
        Files.write(folder.resolve("trust-state"), new byte[0]);
        assertBeginsWithNothing(folder);
    }

    @Test
    void partsThatWereNotTogetherAreNotBelieved() throws IOException {
        KeptTrustState state = KeptTrustState.parseFrom(Files.readAllBytes(folder.resolve("trust-state")));
        // An older state of the part, truly signed at its time, beside a newer pong.
        KeptTrustState.Builder older = state.toBuilder();
        for (int i = 0; i < older.getPartsCount(); i++) {
            if (older.getParts(i).hasOrganization()) {
                older.setParts(
                        i,
                        new TrustCodec(new dev.signet.verifier.token.VerificationKeys())
                                .encode(TestTrust.organization(5, Freshness.NEVER)));
            }
        }
        Files.write(folder.resolve("trust-state"), older.build().toByteArray());
        assertBeginsWithNothing(folder);
    }

    @Test
    void aPartThatLiesBesideTheSignedOneIsNotBelieved() throws IOException {
        KeptTrustState state = KeptTrustState.parseFrom(Files.readAllBytes(folder.resolve("trust-state")));
        TrustCodec codec = new TrustCodec(new dev.signet.verifier.token.VerificationKeys());
        // Of the same revision as what was signed, and with nothing revoked.
        Files.write(
                folder.resolve("trust-state"),
                state.toBuilder()
                        .addParts(codec.encode(TestTrust.organization(kept.revision(), Freshness.NEVER)))
                        .build()
                        .toByteArray());
        assertBeginsWithNothing(folder);
    }

    @Test
    void aFileThatSaysAThingTwiceKeepsNobodyFromConnecting() throws IOException {
        KeptTrustState.Builder state =
                KeptTrustState.parseFrom(Files.readAllBytes(folder.resolve("trust-state"))).toBuilder();
        for (dev.signet.v1.Snapshot.Builder part : state.getPartsBuilderList()) {
            if (part.hasInstallation()) {
                part.getInstallationBuilder().addKeys(part.getInstallation().getKeys(0));
            }
        }
        Files.write(folder.resolve("trust-state"), state.build().toByteArray());
        try (FeedBench bench = bench(folder)) {
            FakeAuthority.Watch watch = bench.current(5);
            assertEquals("", watch.subscribe().getLedgerId());
            assertEquals(1, bench.timesCurrent);
        }
    }

    @Test
    void aLatestPongThatTellsOfMoreThanIsKeptConfirmsNothing() throws IOException {
        KeptTrustState state = KeptTrustState.parseFrom(Files.readAllBytes(folder.resolve("trust-state")));
        bootMillis += 40_000;
        try (FeedBench bench = bench(folder)) {
            FakeAuthority.Watch watch = resumed(bench);
            bench.change(watch, CHANGE, 9, 6);
            bench.pong(watch, 9);
        }
        // As where the machine lost power between the two files.
        Files.write(folder.resolve("trust-state"), state.toByteArray());
        try (FeedBench bench = startedAlone(folder)) {
            assertEquals(6, bench.organization().revision());
            assertEquals(Duration.ofSeconds(40), bench.age(bench.organization().freshness()));
        }
    }

    @Test
    void whatChangedIsWrittenAndNothingElse() throws IOException {
        FeedBench bench = bench(folder);
        FakeAuthority.Watch watch = resumed(bench);
        bench.pong(watch, 6);
        byte[] state = Files.readAllBytes(folder.resolve("trust-state"));
        KeptPong pong = KeptPong.parseFrom(Files.readAllBytes(folder.resolve("trust-pong")));
        bootMillis += 6_000;
        bench.awaitPing(watch);
        bench.pong(watch, 6);
        assertEquals(hex(state), hex(Files.readAllBytes(folder.resolve("trust-state"))));
        assertEquals(
                pong.getBootMillis() + 6_000,
                KeptPong.parseFrom(Files.readAllBytes(folder.resolve("trust-pong")))
                        .getBootMillis());
        for (String file : new String[] {"trust-state", "trust-pong"}) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))));
        }
        bench.close();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void whatIsOnlyNeededNowAndThenIsNotKept() throws IOException {
        FeedBench bench = bench(folder);
        FakeAuthority.Watch watch = resumed(bench);
        bench.state.organization(OTHER_ORGANIZATION);
        bench.scheduler.runDue();
        watch.snapshot(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 4, Freshness.NEVER));
        bench.scheduler.runDue();
        bench.pong(watch, 6);
        bench.close();
        try (FeedBench next = startedAlone(folder)) {
            assertNull(next.state.held(OTHER_ORGANIZATION));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenCostsNothingElse() throws IOException {
        FeedBench bench = bench(folder);
        Files.delete(folder.resolve("trust-pong"));
        Files.createDirectories(folder.resolve("trust-pong").resolve("in the way"));
        FakeAuthority.Watch watch = resumed(bench);
        bench.pong(watch, 6);
        assertEquals(2, bench.timesCurrent);
        bench.close();
    }
}
