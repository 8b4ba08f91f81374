package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another master key, with the same signing keys under it. */
final class RekeyTest {
    private static final String FIRST = masterKey(1);
    private static final String SECOND = masterKey(2);
    private static final String THIRD = masterKey(3);

    @TempDir
    private Path folder;

    private @Nullable KeyHouse house;
    private String platformText = "";
    private List<StoredKey> before = List.of();

    @AfterEach
    void close() {
        if (house != null) {
            house.close();
        }
    }

    private static String masterKey(int filling) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) filling);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path own() {
        return data().resolve("master-key");
    }

    private AuthorityConfig config(@Nullable Path file, @Nullable String given) {
        return TestAuthority.config(data(), KeysConfig.of(file, given), Duration.ofSeconds(60));
    }

    private Path operators(String... keys) throws IOException {
        Path file = Files.writeString(folder.resolve("operators-key"), String.join("\n", keys) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private KeyHouse start(AuthorityConfig config) {
        KeyHouse started = new KeyHouse(config);
        house = started;
        platformText = started.authority().platformText();
        // So that there is one in each state that is sealed.
        started.rotate();
        before = started.keys();
        return started;
    }

    private static int rekey(KeyHouse house) {
        return house.signingKeys().rekey(house.authority().platform());
    }

    private static Refusal refusedRekey(KeyHouse house) {
        Refusal refusal = refused(Code.FAILED_PRECONDITION, () -> rekey(house));
        assertNoSecret(refusal.getMessage());
        return refusal;
    }

    private static void assertNoSecret(@Nullable String message) {
        for (String key : List.of(FIRST, SECOND, THIRD)) {
            assertFalse(String.valueOf(message).contains(key), message);
        }
    }

    /** The same keys in the same states, and what they signed is good. */
    private void assertNothingElseChanged(KeyHouse house) {
        List<StoredKey> unsealed =
                house.keys().stream().map(key -> key.with("sealed")).toList();
        assertEquals(before.stream().map(key -> key.with("sealed")).toList(), unsealed);
        assertEquals(platformText, house.authority().platformText());
        assertTrue(isGood(house.authority().verifier(), platformText));
        String fresh = house.authority()
                .issue(house.authority().platform(), house.authority().organization(), "ORGANIZATION_OWNER")
                .value();
        assertEquals(house.active().id(), KeyHouse.signer(fresh));
        assertTrue(isGood(house.authority().verifier(), fresh));
    }

    private static void assertOpensAll(KeyHouse house, MasterKeys master) {
        house.keys()
                .forEach(key -> assertTrue(master.open(key.id(), key.secret()).contains("\"d\"")));
    }

    private static void assertOpensNone(KeyHouse house, MasterKeys master) {
        house.keys()
                .forEach(key -> assertThrows(InvalidConfiguration.class, () -> master.open(key.id(), key.secret())));
    }

    private MasterKeys given(String keys) {
        return MasterKeys.open(KeysConfig.of(null, keys), data(), true, new SeededRandom(1));
    }

    @Test
    void theAuthoritysOwnFileHoldsAnotherKeyAndTheOldOneOpensNothing() throws IOException {
        KeyHouse house = start(config(null, null));
        String old = Files.readString(own()).strip();
        assertEquals(3, rekey(house));
        String fresh = Files.readString(own()).strip();
        assertNotEquals(old, fresh);
        assertEquals(32, Base64.getUrlDecoder().decode(fresh).length, "one line");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own())));
        assertOpensNone(house, given(old));
        assertOpensAll(house, given(fresh));
        assertNothingElseChanged(house);
        house.restart(config(null, null));
        assertNothingElseChanged(house);

        // What is made from now on is sealed under the new one, too.
        house.rotate();
        assertOpensAll(house, given(fresh));
        house.restart(config(null, null));
        assertEquals(4, house.keys().size());
        assertTrue(isGood(house.authority().verifier(), platformText));
    }

    @Test
    void aPairThatWasMadeBeforeIsNotStoredUnderTheOldKey() throws IOException {
        KeyHouse house = start(config(null, null));
        // Refused, so that the pair is kept for the next time.
        refused(
                Code.FAILED_PRECONDITION,
                () -> house.signingKeys().rotate(house.authority().platform()));
        rekey(house);
        house.rotate();
        assertOpensAll(house, given(Files.readString(own()).strip()));
    }

    @Test
    void anOperatorPutsTheNewKeyOnALineBeforeTheOldOne() throws IOException {
        Path file = operators(FIRST);
        KeyHouse house = start(config(file, null));
        Refusal refusal = refusedRekey(house);
        assertEquals("MASTER_KEY_UNCHANGED", refusal.reason());
        assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
        assertEquals(before, house.keys());

        operators(SECOND, FIRST);
        assertEquals(3, rekey(house));
        assertEquals(SECOND + "\n" + FIRST + "\n", Files.readString(file), "the operator's file is the operator's");
        assertOpensAll(house, given(SECOND));
        assertOpensNone(house, given(FIRST));
        assertNothingElseChanged(house);
        operators(SECOND);
        house.restart(config(file, null));
        assertNothingElseChanged(house);
        assertTrue(Files.notExists(own()));

        operators(THIRD, SECOND);
        assertEquals(3, rekey(house));
        operators(THIRD);
        house.restart(config(file, null));
        assertNothingElseChanged(house);
    }

    @Test
    void aFileWithoutThePresentKeyChangesNothing() throws IOException {
        Path file = operators(FIRST);
        KeyHouse house = start(config(file, null));
        operators(THIRD, SECOND);
        assertEquals("MASTER_KEY_UNREADABLE", refusedRekey(house).reason());
        assertEquals(before, house.keys());
        // What is made meanwhile must open with the one that the operator goes back to.
        house.rotate();
        assertOpensAll(house, given(FIRST));
        operators(SECOND, FIRST);
        assertEquals(4, rekey(house));
        assertOpensAll(house, given(SECOND));
    }

    @Test
    void aFileThatCannotBeReadChangesNothing() throws IOException {
        Path file = operators(FIRST);
        KeyHouse house = start(config(file, null));
        for (String text : List.of("", "not a key", SECOND + "\nnot a key")) {
            operators(text);
            assertEquals("MASTER_KEY_UNREADABLE", refusedRekey(house).reason());
        }
        Files.setPosixFilePermissions(operators(SECOND, FIRST), PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals("MASTER_KEY_UNREADABLE", refusedRekey(house).reason());
        Files.delete(file);
        assertEquals("MASTER_KEY_UNREADABLE", refusedRekey(house).reason());
        assertEquals(before, house.keys());
    }

    @Test
    void whereTheStoreGoesAwayTheOldKeySealsOn() throws IOException {
        AtomicBoolean away = new AtomicBoolean();
        FakeClock clock = new FakeClock();
        try (TestAuthority authority = TestAuthority.open(config(null, null), clock, 1, failing(away))) {
            String old = Files.readString(own()).strip();
            away.set(true);
            assertThrows(
                    IllegalStateException.class, () -> authority.signingKeys().rekey(authority.platform()));
            away.set(false);
            clock.advance(KeyHouse.KNOWN);
            authority.signingKeys().rotate(authority.platform());
            List<StoredKey> keys = authority.ledger().read(tx -> tx.keys().list());
            assertEquals(3, keys.size());
            keys.forEach(
                    key -> assertTrue(given(old).open(key.id(), key.secret()).contains("\"d\"")));
        }
    }

    private static TestAuthority.Opening failing(AtomicBoolean away) {
        return new TestAuthority.Surrounding() {
            @Override
            public Ledger published(Ledger published) {
                return new ForwardingLedger(published) {
                    @Override
                    public <T> Committed<T> write(Function<Transaction, T> work) {
                        if (away.get()) {
                            throw new IllegalStateException("the store is away");
                        }
                        return super.write(work);
                    }
                };
            }
        };
    }

    @Test
    void theEnvironmentChangesWithARestartInBetween() {
        KeyHouse house = start(config(null, FIRST));
        Refusal refusal = refusedRekey(house);
        assertEquals("MASTER_KEY_UNCHANGED", refusal.reason());
        assertTrue(refusal.getMessage().contains("SIGNET_MASTER_KEY"), refusal.getMessage());
        assertEquals(before, house.keys());
        // As it says: with a restart in between the new key comes first, and this is repeated.
        house.restart(config(null, SECOND + "," + FIRST));
        assertNothingElseChanged(house);
        assertEquals(3, rekey(house));
        assertOpensAll(house, given(SECOND));
        house.restart(config(null, SECOND));
        assertNothingElseChanged(house);
        assertTrue(Files.notExists(own()));
    }

    @Test
    void aCrashBeforeTheCommitLeavesBothKeysAndTheNextRekeyCompletes() throws IOException {
        KeyHouse house = start(config(null, null));
        String old = Files.readString(own()).strip();
        // As far as it gets before the commit.
        MasterKeys.open(KeysConfig.of(null, null), data(), true, new SeededRandom(8))
                .begin();
        List<String> both = Files.readAllLines(own());
        assertEquals(List.of(both.get(0), old), both);
        house.restart(config(null, null));
        assertNothingElseChanged(house);
        assertEquals(3, rekey(house));
        assertEquals(List.of(both.get(0)), Files.readAllLines(own()));
        house.restart(config(null, null));
        assertNothingElseChanged(house);
        assertOpensNone(house, given(old));
    }

    @Test
    void aCrashAfterTheCommitLeavesBothKeysAndTheNextRekeyCompletes() throws IOException {
        KeyHouse house = start(config(null, null));
        String old = Files.readString(own()).strip();
        rekey(house);
        String fresh = Files.readString(own()).strip();
        Files.writeString(own(), fresh + "\n" + old + "\n");
        house.restart(config(null, null));
        assertNothingElseChanged(house);
        assertEquals(0, rekey(house), "there was nothing left to seal");
        assertEquals(List.of(fresh), Files.readAllLines(own()));
        assertEquals(3, rekey(house));
        assertNotEquals(List.of(fresh), Files.readAllLines(own()));
        house.restart(config(null, null));
        assertNothingElseChanged(house);
    }
}
