package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.SeededRandom;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MasterKeysTest {
    private static final KeysConfig DEFAULTS = KeysConfig.of(null, null);
    private static final String GIVEN = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    @TempDir
    private Path data;

    private MasterKeys open(KeysConfig config, boolean sealedKeysExist) {
        return MasterKeys.open(config, data, sealedKeysExist, new SeededRandom(9));
    }

    private InvalidConfiguration assertRefused(String key, KeysConfig config, boolean sealedKeysExist) {
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> open(config, sealedKeysExist));
        assertEquals(key, refusal.key());
        return refusal;
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(data.resolve("a-master-key"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void theFirstStartMakesOneForTheOwnerAlone() throws IOException {
        MasterKeys made = open(DEFAULTS, false);
        Path file = data.resolve("master-key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String text = Files.readString(file);
        assertEquals(32, Base64.getUrlDecoder().decode(text.strip()).length);
        assertTrue(text.endsWith("\n"));
        try (Stream<Path> files = Files.list(data)) {
            assertEquals(List.of(file), files.toList());
        }
        // It is kept, and is the one that was used at once.
        assertEquals("secret", open(DEFAULTS, true).open("kid", made.seal("secret")));
        assertEquals(text, Files.readString(file));
    }

    @Test
    void whatIsSealedIsNotToBeRead() {
        MasterKeys key = open(DEFAULTS, false);
        String sealed = key.seal("a secret that nobody may read");
        assertEquals(5, sealed.split("\\.", -1).length);
        String header = new String(
                Base64.getUrlDecoder().decode(sealed.substring(0, sealed.indexOf('.'))), StandardCharsets.UTF_8);
        assertTrue(header.matches("\\{\"kid\":\"[\\w-]{43}\",\"enc\":\"A256GCM\",\"alg\":\"dir\"\\}"), header);
        assertFalse(sealed.contains("secret"));
        assertNotEquals(sealed, key.seal("a secret that nobody may read"));
        assertEquals("a secret that nobody may read", key.open("kid", sealed));
    }

    @Test
    void itIsToldUnderWhichKeySomethingIsSealed() {
        MasterKeys key = open(DEFAULTS, false);
        assertTrue(key.isSealedUnderTheFirst(key.seal("secret")));
        assertFalse(
                key.isSealedUnderTheFirst(open(KeysConfig.of(null, GIVEN), true).seal("secret")));
        assertFalse(key.isSealedUnderTheFirst("eyJ is not all that there is to it"));
        assertTrue(MasterKeys.isSealed(key.seal("secret")));
        assertFalse(MasterKeys.isSealed("pkcs11:id=there;type=private"));
    }

    @Test
    void anotherKeyOpensNothing() {
        String sealed = open(DEFAULTS, false).seal("secret");
        MasterKeys other = open(KeysConfig.of(null, GIVEN), true);
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> other.open("a-kid", sealed));
        assertEquals("master-key", refusal.key());
        assertTrue(refusal.getMessage().contains("a-kid"), refusal.getMessage());
    }

    @Test
    void whatWasTamperedWithDoesNotOpen() {
        MasterKeys key = open(DEFAULTS, false);
        String sealed = key.seal("secret");
        for (int i = 0; i < sealed.length(); i++) {
            char changed = sealed.charAt(i) == 'A' ? 'Q' : 'A';
            String tampered = sealed.substring(0, i) + changed + sealed.substring(i + 1);
            boolean endsSegment = i + 1 == sealed.length() || sealed.charAt(i + 1) == '.';
            if (!endsSegment) {
                // The last character of a segment may hold bits that stand for nothing.
                assertThrows(InvalidConfiguration.class, () -> key.open("kid", tampered), "at " + i);
            }
        }
    }

    @Test
    void aMissingKeyIsNotMadeAnewWhileKeysAreSealedUnderIt() {
        InvalidConfiguration refusal = assertRefused("master-key-file", DEFAULTS, true);
        assertTrue(refusal.getMessage().contains("sealed under it"), refusal.getMessage());
        assertTrue(Files.notExists(data.resolve("master-key")));
    }

    @Test
    void aConfiguredFileIsNeverMade() {
        Path missing = data.resolve("not-there");
        assertRefused("master-key-file", KeysConfig.of(missing, null), false);
        assertTrue(Files.notExists(missing));
    }

    @Test
    void aConfiguredFileIsUsed() throws IOException {
        KeysConfig config = KeysConfig.of(file("  " + GIVEN + "\n", "rw-------"), null);
        String sealed = open(config, false).seal("secret");
        assertEquals("secret", open(KeysConfig.of(null, GIVEN), true).open("kid", sealed));
        assertTrue(Files.notExists(data.resolve("master-key")));
    }

    @Test
    void theEnvironmentComesFirstAndNothingIsWritten() throws IOException {
        Path unreadable = file("not a key", "rw-------");
        String sealed = open(KeysConfig.of(unreadable, GIVEN), false).seal("secret");
        assertEquals("secret", open(KeysConfig.of(null, GIVEN), true).open("kid", sealed));
        assertTrue(Files.notExists(data.resolve("master-key")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "r--r--r--", "rw-rw-rw-"})
    void aFileThatOthersCanReadIsRefused(String permissions) throws IOException {
        KeysConfig config = KeysConfig.of(file(GIVEN, permissions), null);
        InvalidConfiguration refusal = assertRefused("master-key-file", config, false);
        assertTrue(refusal.getMessage().contains("chmod 600"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret-but-short", "not base64 at all, and thirty-two bytes", "AAAA"})
    void whatIsNoKeyIsRefusedAndNotQuoted(String text) throws IOException {
        InvalidConfiguration inFile =
                assertRefused("master-key-file", KeysConfig.of(file(text, "rw-------"), null), true);
        InvalidConfiguration inVariable = assertRefused("master-key", KeysConfig.of(null, text), true);
        for (InvalidConfiguration refusal : List.of(inFile, inVariable)) {
            assertTrue(refusal.getMessage().contains("32 bytes"), refusal.getMessage());
            assertFalse(!text.isEmpty() && refusal.getMessage().contains(text), refusal.getMessage());
        }
    }

    @Test
    void nothingPrintsAKey() {
        KeysConfig config = KeysConfig.of(Path.of("/a/file"), GIVEN);
        assertEquals(
                "KeysConfig[masterKeyFile=/a/file, masterKey=given, algorithm=ES256, rotationPeriod=PT720H, pkcs11=null]",
                config.toString());
        assertEquals("MasterKeys[SIGNET_MASTER_KEY]", open(config, false).toString());
        assertEquals(
                "MasterKeys[" + data.resolve("master-key") + "]",
                open(DEFAULTS, false).toString());
    }
}
