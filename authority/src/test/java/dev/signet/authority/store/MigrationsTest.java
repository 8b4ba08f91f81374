package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.IdGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that change the tables: an authority that does not know the last one yet goes on beside one that does. */
final class MigrationsTest {
    private static final Path STEPS = Path.of("src/main/resources/dev/signet/authority/store/migration");
    /** Those before were never followed by an upgrade. */
    private static final int FIRST_RELEASED = 10;

    private static final Pattern ADDS = Pattern.compile("create (table|index) .*"
            + "|insert into \\w+ .*"
            + "|alter table \\w+ add column \\w+ (?!.*not null).*"
            + "|alter table \\w+ add column \\w+ .* default .* not null");
    private static final Pattern SAYS_SO = Pattern.compile("update schema_use set least_known = (\\d+)");

    @TempDir
    private Path folder;

    /** Whether whoever does not know of it can go on: it only adds, or says from which version on it can. */
    private static boolean isInTwoSteps(String sql, int version) {
        List<String> statements = Stream.of(sql.replaceAll("--.*", "").split(";", -1))
                .map(each -> each.replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT))
                .filter(each -> !each.isEmpty())
                .toList();
        return statements.stream().allMatch(each -> ADDS.matcher(each).matches())
                || statements.stream().anyMatch(each -> {
                    var said = SAYS_SO.matcher(each);
                    return said.matches() && Integer.parseInt(said.group(1)) < version;
                });
    }

    @Test
    void whatTakesAwaySaysSo() throws IOException {
        List<Path> steps;
        try (Stream<Path> files = Files.list(STEPS)) {
            steps = files.toList();
        }
        int looked = 0;
        for (Path step : steps) {
            String name = String.valueOf(step.getFileName());
            int version = Integer.parseInt(name.substring(1, name.indexOf("__")));
            if (version >= FIRST_RELEASED) {
                assertTrue(isInTwoSteps(Files.readString(step), version), () -> name + " is no first step of two");
                looked++;
            }
        }
        assertTrue(looked > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE a DROP COLUMN b",
                "ALTER TABLE a RENAME TO b",
                "ALTER TABLE a ADD COLUMN b BIGINT NOT NULL",
                "ALTER TABLE a ALTER COLUMN b SET NOT NULL",
                "DROP INDEX a",
                "UPDATE a SET b = 1",
                "CREATE TABLE a (b BIGINT); DROP TABLE c",
                "DROP TABLE c; UPDATE schema_use SET least_known = 12",
            })
    void whatAnOlderOneCannotBear(String sql) {
        assertFalse(isInTwoSteps(sql, 12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE a (b BIGINT); -- and\nCREATE INDEX c ON a (b);",
                "ALTER TABLE a ADD COLUMN b VARCHAR(10)",
                "ALTER TABLE a ADD COLUMN b BIGINT DEFAULT 0 NOT NULL",
                "DROP TABLE c; UPDATE schema_use SET least_known = 11",
            })
    void whatItCan(String sql) {
        assertTrue(isInTwoSteps(sql, 12));
    }

    @Test
    void aFolderOfALaterVersionIsRefusedWhereThisOneCannotUseIt() throws SQLException {
        open().close();
        try (H2 h2 = H2.open(folder);
                Connection connection = h2.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE schema_use SET least_known = 9001");
        }
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> open().close());
        assertEquals("data", refusal.key());
        assertTrue(refusal.getMessage().contains("knows their version 9001"), refusal.getMessage());
    }

    private Ledger open() {
        return JdbcLedger.open(
                new StoreConfig(folder),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }
}
