package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.ParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

final class SealedKeysTest {
    @TempDir
    private Path data;

    private MasterKeys master() {
        return MasterKeys.open(KeysConfig.of(null, null), data, false, new SeededRandom(2));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSealedSignsForThePublicHalf(Algorithm algorithm) throws Exception {
        MadeKey made = new SealedVault(master(), new SeededRandom(3)).generate(algorithm);
        // By another vault over the same file, as the next start has it.
        SigningKey opened = new SealedVault(master(), new SeededRandom(4)).open(SignedSamples.stored(made));
        assertEquals(made.id(), opened.id());
        SignedSamples.assertSigned(made, opened.sign(SignedSamples.claims()));
    }

    @ParameterizedTest
    @EnumSource
    void keyIdsAreThumbprints(Algorithm algorithm) throws Exception {
        MadeKey made = new SealedVault(master(), new SeededRandom(5)).generate(algorithm);
        assertEquals(
                KeyPairs.publicJwk(algorithm, made.publicKey())
                        .computeThumbprint()
                        .toString(),
                made.id());
    }

    @Test
    void nothingPrivateIsStoredOrLogged() throws Exception {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger all = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.signet");
        ours.setLevel(Level.TRACE);
        logged.start();
        all.addAppender(logged);
        Set<String> secrets = new TreeSet<>();
        List<StoredKey> keys;
        StoredFeedKey feedKey;
        try (KeyHouse house = new KeyHouse(TestAuthority.config(data))) {
            secrets.add(masterKeyText());
            house.rotate();
            house.revoke(house.active().id());
            house.rotate();
            house.signingKeys().rekey(house.authority().platform());
            house.rotate();
            keys = house.keys();
            feedKey = house.authority()
                    .unpublished()
                    .read(tx -> tx.feedKey().find())
                    .orElseThrow();
            refuseToOpen(keys.get(0));
        } finally {
            all.detachAppender(logged);
            ours.setLevel(null);
        }
        assertEquals(6, keys.size());
        MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), data, true, new SeededRandom(2));
        secrets.add(masterKeyText());
        assertEquals(2, secrets.size());
        secrets.add("\"d\"");
        for (StoredKey key : keys) {
            secrets.addAll(privateHalf(master, key));
        }
        secrets.addAll(privateHalf(master, feedKey.id(), feedKey.secret()));
        String dump = dump();
        String log = logged.list.stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
        assertTrue(dump.contains(feedKey.secret()));
        assertFalse(feedKey.toString().contains(feedKey.secret()));
        for (StoredKey key : keys) {
            assertTrue(dump.contains(key.secret()), "the search works");
            assertTrue(log.contains(key.id()) || key.state() == KeyState.PREPARED, "and there");
            assertFalse(key.toString().contains(key.secret()));
        }
        for (String secret : secrets) {
            assertFalse(dump.contains(secret), "a secret is in the store");
            assertFalse(log.contains(secret), "a secret is in the log");
        }
    }

    /** A start must not go well that leaves an authority without the key that signs next. */
    @Test
    void aStartOpensTheReserveToo() {
        StoredKey reserve;
        try (TestAuthority authority = TestAuthority.open(data)) {
            reserve = authority
                    .unpublished()
                    .read(tx -> KeyLife.in(KeyState.PREPARED, tx.keys().list()))
                    .get(0);
            MasterKeys other = MasterKeys.open(KeysConfig.of(null, "A".repeat(43)), data, true, new SeededRandom(2));
            authority.unpublished().write(tx -> {
                tx.keys().update(reserve.with(other.seal("anything")));
                return tx;
            });
        }
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> TestAuthority.open(data));
        assertEquals("master-key", refusal.key());
        assertTrue(refusal.getMessage().contains(reserve.id()), refusal.getMessage());
    }

    /** What is said of a key that does not open. */
    private void refuseToOpen(StoredKey key) {
        MasterKeys other = MasterKeys.open(KeysConfig.of(null, "A".repeat(43)), data, true, new SeededRandom(2));
        InvalidConfiguration refusal =
                assertThrows(InvalidConfiguration.class, () -> new SealedVault(other, new SeededRandom(1)).open(key));
        LoggerFactory.getLogger(SealedKeysTest.class).error("as at a start", refusal);
    }

    /** What nobody may see of an ES256 key, in the forms that it could be seen in. */
    static Set<String> privateHalf(MasterKeys master, StoredKey key) throws ParseException {
        return privateHalf(master, key.id(), key.secret());
    }

    private static Set<String> privateHalf(MasterKeys master, String id, String secret) throws ParseException {
        JWK pair = JWK.parse(master.open(id, secret));
        assertTrue(pair.isPrivate());
        Base64URL half = pair.toECKey().getD();
        return Set.of(
                half.toString(),
                HexFormat.of().formatHex(half.decode()),
                half.decodeToBigInteger().toString(),
                Base64.getEncoder().encodeToString(half.decode()));
    }

    private String masterKeyText() throws IOException {
        return Files.readString(data.resolve("master-key")).strip();
    }

    /** Everything that the store holds, as text. */
    private String dump() throws SQLException {
        StringBuilder dump = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("SCRIPT")) {
            while (lines.next()) {
                dump.append(lines.getString(1)).append('\n');
            }
        }
        return dump.toString();
    }
}
