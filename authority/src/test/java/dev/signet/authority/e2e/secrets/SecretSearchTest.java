package dev.signet.authority.e2e.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that finds nothing says something only if it would find what is there. */
final class SecretSearchTest {
    private static final Random RANDOM = new Random(7);
    private static final String HEADER =
            encoded("{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"at+jwt\"}".getBytes(UTF_8));
    private static final String PAYLOAD =
            encoded("{\"iss\":\"https://signet.local\",\"sub\":\"tok_1\",\"jti\":\"0123\"}".getBytes(UTF_8));
    private static final String SIGNATURE = encoded(random(64));
    private static final String TOKEN = HEADER + "." + PAYLOAD + "." + SIGNATURE;
    private static final byte[] MASTER = random(32);
    private static final String API_KEY = "sgk_" + "a1B2c3D4".repeat(6);
    private static final String PASSWORD = "pa/ss+wo\"rd=of & the <database>";

    @TempDir
    private Path folder;

    private final Secrets secrets = new Secrets();
    private final SecretSearch search = new SecretSearch(secrets, Set.of("written-by-a-test"));

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void rememberAll() {
        secrets.remember("a token", TOKEN);
        secrets.remember("the master key", encoded(MASTER));
        secrets.remember("a password", PASSWORD);
        secrets.remember("a PIN", "pin-40917-x");
    }

    private List<String> found(byte[] text) throws IOException {
        Path file = Files.write(folder.resolve("some.log"), text);
        search.folder(folder);
        Files.delete(file);
        return search.findings();
    }

    private void assertFound(String what, byte[] text) throws IOException {
        List<String> findings = found(text);
        assertTrue(findings.stream().anyMatch(each -> each.contains("some.log: " + what + " at")), findings::toString);
    }

    @Test
    void nothingIsFoundWhereNothingIs() throws IOException {
        rememberAll();
        String sealed = HEADER + ".." + encoded(random(12)) + "." + encoded(random(200)) + "." + encoded(random(16));
        byte[] rest = random(5_000_000);
        assertEquals(List.of(), found((sealed + " tok_1 0123 kid=k \0\0\0\0 sgk_ eyJ \"d\":\"x\"").getBytes(UTF_8)));
        assertEquals(List.of(), found(rest));
        assertEquals(2, search.files());
        assertTrue(search.bytes() > rest.length);
        assertEquals(4, secrets.count());
    }

    @Test
    void everySecretAsItIsAndInPart() throws IOException {
        rememberAll();
        assertFound("the signature of a token", ("log " + SIGNATURE + " end").getBytes(UTF_8));
        assertFound("the payload of a token", ("log " + PAYLOAD + " end").getBytes(UTF_8));
        assertFound("the master key", ("key=" + encoded(MASTER)).getBytes(UTF_8));
        assertFound("a password", PASSWORD.getBytes(UTF_8));
        assertFound("a PIN", "said pin-40917-x".getBytes(UTF_8));
    }

    /** Of any part of so many characters. */
    @Test
    void anyPartThatIsLongEnough() throws IOException {
        rememberAll();
        for (int from = 0; from + 31 <= SIGNATURE.length(); from++) {
            SecretSearch fresh = new SecretSearch(secrets, Set.of());
            fresh.text("part", ("x" + SIGNATURE.substring(from, from + 31)).getBytes(UTF_8));
            assertEquals(1, fresh.findings().size(), "from " + from);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void inBase64WhateverIsAroundIt(int before) throws IOException {
        rememberAll();
        byte[] around = ("x".repeat(before) + SIGNATURE + ":y").getBytes(UTF_8);
        assertFound("the signature of a token in base64", Base64.getEncoder().encode(around));
        byte[] password = ("x".repeat(before) + PASSWORD + "y").getBytes(UTF_8);
        assertFound("a password in base64", Base64.getUrlEncoder().encode(password));
    }

    @Test
    void inOtherForms() throws IOException {
        rememberAll();
        assertFound("a password", ("q=" + URLEncoder.encode(PASSWORD, UTF_8)).getBytes(UTF_8));
        assertFound("a password", "{\"p\":\"pa/ss+wo\\\"rd=of & the <database>\"}".getBytes(UTF_8));
        assertFound("a password", "pa/ss+wo\\\"rd\\u003dof \\u0026 the \\u003cdatabase\\u003e".getBytes(UTF_8));
        assertFound("the master key as bytes", MASTER);
        assertFound(
                "the master key in hexadecimal",
                HexFormat.of().formatHex(MASTER).getBytes(UTF_8));
        byte[] signature = Base64.getUrlDecoder().decode(SIGNATURE);
        assertFound("the signature of a token as bytes", signature);
    }

    /** At the edge of what is read at once, and far behind. */
    @ParameterizedTest
    @ValueSource(ints = {(1 << 22) - 40, (1 << 22) - 1, 1 << 22, (1 << 22) + (1 << 14) - 20, (1 << 23) + 5})
    void whereverItIsInALongFile(int offset) throws IOException {
        rememberAll();
        byte[] text = new byte[(1 << 23) + 500];
        Arrays.fill(text, (byte) '-');
        System.arraycopy(SIGNATURE.getBytes(UTF_8), 0, text, offset, SIGNATURE.length());
        List<String> findings = found(text);
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).endsWith(" at byte " + offset), findings::toString);
    }

    /** Which nobody remembered. */
    @Test
    void whatLooksLikeASecret() throws IOException {
        assertFound("something like a token", ("Bearer " + TOKEN).getBytes(UTF_8));
        assertFound("something like a token", (HEADER + "." + PAYLOAD).getBytes(UTF_8));
        assertFound("something like an API key's secret", ("secret " + API_KEY).getBytes(UTF_8));
        assertFound(
                "something like a private key",
                ("{\"kty\":\"EC\",\"d\":\"" + encoded(random(32)) + "\"}").getBytes(UTF_8));
    }

    @Test
    void inADatabase() throws SQLException {
        rememberAll();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("ledger"))) {
            connection
                    .createStatement()
                    .execute("CREATE TABLE leak (id INT PRIMARY KEY, text VARCHAR, bytes VARBINARY)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO leak VALUES (?, ?, ?)")) {
                insert.setInt(1, 1);
                insert.setString(2, "value " + TOKEN);
                insert.setBytes(3, MASTER);
                insert.execute();
            }
        }
        search.folder(folder);
        String findings = search.findings().toString();
        assertTrue(findings.contains("ledger.mv.db: the signature of a token"), findings);
        assertTrue(findings.contains("ledger.mv.db: the master key as bytes"), findings);
    }

    @Test
    void inWhatIsNoFile() {
        rememberAll();
        search.text("the command line", ("java\0serve\0" + SIGNATURE).getBytes(UTF_8));
        assertEquals(List.of("the command line: the signature of a token at byte 11"), search.findings());
    }

    /** A file that is there to hold a secret may, with exactly its name; elsewhere that very secret is found. */
    @Test
    void aFileThatIsThereForASecret() throws IOException {
        for (String name : List.of("platform-token", "master-key", "dev.env", "login", "written-by-a-test")) {
            Path file = Files.writeString(
                    folder.resolve(name), name.equals("master-key") ? encoded(MASTER) : "x=" + TOKEN + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        search.learn(folder);
        search.folder(folder);
        assertEquals(List.of(), search.findings());
        assertEquals(2, secrets.count());
        assertFound("the master key as bytes", MASTER);

        Path copy = Files.copy(folder.resolve("platform-token"), folder.resolve("platform-token.bak"));
        SecretSearch again = new SecretSearch(secrets, Set.of());
        again.folder(folder);
        assertTrue(
                again.findings().toString().contains(copy + ": the signature of a token"), again.findings()::toString);
    }

    @Test
    void aFileThatOthersMayRead() throws IOException {
        Path token = Files.writeString(folder.resolve("platform-token"), TOKEN);
        Path beside = Files.writeString(folder.resolve("ledger.mv.db"), "");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-r-----"));
        search.folder(folder);
        assertEquals(List.of(beside + ": others may use it: rw-r----- at byte 0"), search.findings());
    }

    @Test
    void neverTellsTheSecretItself() throws IOException {
        rememberAll();
        found((TOKEN + PASSWORD + API_KEY).getBytes(UTF_8));
        String told = search.findings().toString();
        assertTrue(search.findings().size() > 3, told);
        for (String secret : List.of(SIGNATURE, PAYLOAD, PASSWORD, API_KEY)) {
            assertTrue(!told.contains(secret.substring(0, 12)), told);
        }
    }
}
