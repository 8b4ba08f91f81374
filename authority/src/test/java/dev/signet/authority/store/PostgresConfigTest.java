package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the ledger of many authorities is kept, and what is refused about it. */
final class PostgresConfigTest {

    private static InvalidConfiguration refused(String url) {
        return assertThrows(InvalidConfiguration.class, () -> PostgresConfig.of(url, "signet"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://db.example.com/signet | db.example.com:5432/signet",
                "postgres://db:6543/a-b_c.d | db:6543/a-b_c.d",
                "jdbc:postgresql://one,two:6000/x | one:5432,two:6000/x",
                "postgresql://[::1]/x | [::1]:5432/x",
                "postgresql://[2001:db8::1]:6000/x | [2001:db8::1]:6000/x"
            })
    void urls(String url, String read) {
        assertEquals(read, PostgresConfig.of(url, "signet").url().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "signet",
                "mysql://db/signet",
                "postgresql:///signet",
                "postgresql://db",
                "postgresql://db/",
                "postgresql://db/a/b",
                "postgresql://db:0/signet",
                "postgresql://db:many/signet",
                "postgresql://one,,two/signet",
                "postgresql://db/signet?sslmode=require",
                "postgresql://db/signet#x"
            })
    void whatIsNoUrl(String url) {
        assertEquals("database-url", refused(url).key());
    }

    /** Not even to say that it must not be there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://signet:hush@db/signet",
                "postgresql://hush@db/signet",
                "postgresql://signet:hu/sh@db/signet?a=b",
                "jdbc:postgresql://db/signet?user=a&password=hush",
                "postgresql://db/signet?sslpassword=hush",
                "hush:hush@db"
            })
    void aPasswordIsRefusedAndNotRepeated(String url) {
        InvalidConfiguration refused = refused(url);
        assertEquals("database-url", refused.key());
        assertFalse(refused.getMessage().contains("hush"), refused.getMessage());
        assertFalse(refused.getMessage().contains("sh@"), refused.getMessage());
    }

    @Test
    void nothingCrossesANetworkInTheClear() {
        for (String here : new String[] {"localhost", "127.0.0.1", "127.8.8.8", "[::1]", "localhost,127.0.0.1:5433"}) {
            assertEquals(PostgresConfig.Tls.DISABLE, tls("postgresql://" + here + "/x", null));
            assertEquals(PostgresConfig.Tls.VERIFY_CA, tls("postgresql://" + here + "/x", "verify-ca"));
        }
        for (String there : new String[] {"db", "localhost.example.com", "128.0.0.1", "[::2]", "127.0.0.1,db"}) {
            String url = "postgresql://" + there + "/x";
            assertEquals(PostgresConfig.Tls.VERIFY_FULL, tls(url, null));
            assertEquals(PostgresConfig.Tls.VERIFY_CA, tls(url, "verify-ca"));
            for (String mode : new String[] {"disable", "allow", "prefer", "require", ""}) {
                assertEquals(
                        "database-tls",
                        assertThrows(InvalidConfiguration.class, () -> tls(url, mode))
                                .key());
            }
        }
    }

    private static PostgresConfig.Tls tls(String url, @Nullable String mode) {
        return PostgresConfig.of(
                        url,
                        "signet",
                        null,
                        mode,
                        null,
                        24,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .tls();
    }

    @Test
    void bounds() {
        assertTrue(with(4, 1_000, 100, 100).poolSize() == 4);
        assertEquals("database-pool-size", key(() -> with(3, 5_000, 5_000, 30_000)));
        assertEquals("database-pool-size", key(() -> with(1_001, 5_000, 5_000, 30_000)));
        assertEquals("database-connect-timeout", key(() -> with(24, 999, 5_000, 30_000)));
        assertEquals("database-lock-timeout", key(() -> with(24, 5_000, 99, 30_000)));
        assertEquals("database-statement-timeout", key(() -> with(24, 5_000, 5_000, 4_999)));
        assertEquals(
                "database-user",
                assertThrows(InvalidConfiguration.class, () -> PostgresConfig.of("postgresql://db/x", " "))
                        .key());
    }

    private static PostgresConfig with(int poolSize, long connect, long lock, long statement) {
        return PostgresConfig.of(
                "postgresql://localhost/x",
                "signet",
                null,
                null,
                null,
                poolSize,
                Duration.ofMillis(connect),
                Duration.ofMillis(lock),
                Duration.ofMillis(statement));
    }

    private static String key(Runnable configuration) {
        return assertThrows(InvalidConfiguration.class, configuration::run).key();
    }
}
