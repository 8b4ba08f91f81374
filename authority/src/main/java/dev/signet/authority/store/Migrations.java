package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * What makes the tables, and changes them from version to version. Tables that a later version has added to can still be
 * used; those from which it took away what this one needs cannot, and say so in {@code schema_use}.
 *
 * @param locations where the steps are, in SQL that all databases share, and those of one database
 */
record Migrations(List<String> locations) {
    static final Migrations H2 = new Migrations(List.of("classpath:dev/signet/authority/store/migration"));
    static final Migrations POSTGRES = H2.and("classpath:dev/signet/authority/store/postgres");

    private static final String LATEST = "latest";

    Migrations {
        locations = List.copyOf(locations);
    }

    Migrations and(String location) {
        return new Migrations(
                Stream.concat(locations.stream(), Stream.of(location)).toList());
    }

    /**
     * Takes the steps that were not taken yet.
     *
     * @param key what names the database in the configuration
     * @throws InvalidConfiguration where only later versions can use the tables; nothing was changed
     */
    void run(DataSource database, String key) throws SQLException {
        run(database, key, LATEST);
    }

    /** @param last the step to end with */
    void run(DataSource database, String key, String last) throws SQLException {
        Flyway flyway = Flyway.configure()
                .dataSource(database)
                .locations(locations.toArray(String[]::new))
                .target(last)
                .load();
        int known = Arrays.stream(flyway.info().all())
                .filter(step -> step.getVersion() != null && step.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .mapToInt(version -> Integer.parseInt(version.getVersion()))
                .max()
                .orElse(0);
        int needed = needed(database);
        if (needed > known) {
            throw new InvalidConfiguration(
                    key,
                    "holds tables that only a version of Signet can use that knows their version " + needed
                            + "; this one knows them up to " + known + ": start a later one");
        }
        flyway.migrate();
    }

    /** 0 where there are no tables, or from before this was said. */
    private static int needed(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            try (PreparedStatement query = connection.prepareStatement(
                            "SELECT 1 FROM information_schema.tables "
                                    + "WHERE LOWER(table_schema) = LOWER(CURRENT_SCHEMA) AND LOWER(table_name) = 'schema_use'");
                    ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return 0;
                }
            }
            try (PreparedStatement query = connection.prepareStatement("SELECT least_known FROM schema_use");
                    ResultSet row = query.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
        }
    }
}
