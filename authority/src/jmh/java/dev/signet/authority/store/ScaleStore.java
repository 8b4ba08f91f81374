package dev.signet.authority.store;

import com.sun.management.OperatingSystemMXBean;
import dev.signet.authority.feed.Checkpoints;
import dev.signet.authority.feed.Forgetting;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A store of one organization that is filled past the product, as that would take hours, with rows as the product writes
 * them; so what the product then reads of them shows that they are.
 *
 * @param numbers how the database counts from {@code :first} to {@code :last}
 */
public record ScaleStore(StoreConfig config, String numbers) {
    private static final int DEPLOYMENTS = 1_000;
    private static final int AT_ONCE = 50_000;
    /** One of so many indexes is revoked. */
    private static final int ONE_REVOKED_OF = 10;

    private static final String EMBEDDED = "(SELECT x AS n FROM SYSTEM_RANGE(:first, :last)) AS s";
    private static final String SERVER = "generate_series(:first, :last) AS n";
    private static final String ID = "LPAD(CAST(%s AS VARCHAR), 26, '0')";
    private static final String DEPLOYMENT = "'dep_' || " + String.format(ID, "MOD(n, " + DEPLOYMENTS + ")");
    private static final String WORKSPACE = "'wsp_' || " + String.format(ID, "0");
    /** A tenth belongs to the organization, the rest to its deployments. */
    private static final String OF_ORGANIZATION = "MOD(n, 10) = 0";

    public static ScaleStore of(StoreConfig config) {
        return new ScaleStore(config, config.postgres() == null ? EMBEDDED : SERVER);
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T connected(Work<T> work) throws SQLException {
        Database database = config.postgres() == null ? H2.open(config.data()) : Postgres.open(config.postgres());
        try (database;
                Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            T result = work.with(connection);
            connection.commit();
            return result;
        }
    }

    /** Adds tokens, and for each nine one that was revoked. Checkpoints are gone after that. */
    public void fill(String organization, int first, int tokens) throws SQLException {
        connected(connection -> {
            if (first == 0) {
                run(
                        connection,
                        organization,
                        0,
                        0,
                        "INSERT INTO workspace (id, organization_id, display_name, "
                                + "description, create_time, update_time, version) SELECT " + WORKSPACE
                                + ", :org, 'w', '', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1 FROM numbers");
                run(
                        connection,
                        organization,
                        0,
                        DEPLOYMENTS - 1,
                        "INSERT INTO deployment (id, organization_id, "
                                + "workspace_id, display_name, description, create_time, update_time, version) SELECT "
                                + DEPLOYMENT + ", :org, " + WORKSPACE
                                + ", 'd', '', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1 FROM numbers");
            }
            for (int from = first; from < tokens; from += AT_ONCE) {
                int last = Math.min(tokens, from + AT_ONCE) - 1;
                tokens(connection, organization, from, last);
                connection.commit();
            }
            revoke(connection, organization, first / 9, tokens / 9);
            run(connection, organization, 0, 0, "DELETE FROM trust_checkpoint");
            run(connection, organization, 0, 0, "ANALYZE");
            return null;
        });
    }

    private void tokens(Connection connection, String organization, int first, int last) throws SQLException {
        String time = "TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00+00' + n * INTERVAL '1' SECOND";
        run(
                connection,
                organization,
                first,
                last,
                "INSERT INTO api_token (id, organization_id, workspace_id, "
                        + "deployment_id, resource_id, display_name, description, expiry_period_days, create_time, "
                        + "update_time, created_by, version, value_id, status_index, key_id, grants_revision, audience, "
                        + "issue_time, expire_time) SELECT 'tok_' || " + String.format(ID, "n") + ", :org, CASE WHEN "
                        + OF_ORGANIZATION + " THEN NULL ELSE " + WORKSPACE + " END, CASE WHEN " + OF_ORGANIZATION
                        + " THEN NULL ELSE " + DEPLOYMENT + " END, CASE WHEN " + OF_ORGANIZATION + " THEN :org ELSE "
                        + DEPLOYMENT
                        + " END, 'token ' || CAST(n AS VARCHAR), '', CASE WHEN MOD(n, 2) = 0 THEN 3650 END, "
                        + time + ", " + time + ", 'tokens/tok_x', 1, " + String.format(ID, "n") + ", 1000 + n + n / 9, "
                        + "(SELECT id FROM signing_key WHERE state = 'ACTIVE'), 1, 'signet', " + time
                        + ", CASE WHEN MOD(n, 2) = 0 THEN " + time + " + INTERVAL '3650' DAY END FROM numbers");
        run(
                connection,
                organization,
                first,
                last,
                "INSERT INTO subject_grant (subject_id, resource_id, role) "
                        + "SELECT 'tok_' || " + String.format(ID, "n") + ", CASE WHEN " + OF_ORGANIZATION
                        + " THEN :org ELSE " + DEPLOYMENT + " END, CASE WHEN " + OF_ORGANIZATION
                        + " THEN 'ORGANIZATION_MEMBER' ELSE 'DEPLOYMENT_ADMIN' END FROM numbers");
    }

    private void run(Connection connection, String organization, long first, long last, String sql)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("numbers", numbers)
                    .replace(":first", String.valueOf(first))
                    .replace(":last", String.valueOf(last))
                    .replace(":org", "'" + organization + "'"));
        }
    }

    /** Each by a change of its own, as by a delete of its own. */
    private static void revoke(Connection connection, String organization, int first, int last) throws SQLException {
        long head = ask(connection, "SELECT head FROM ledger WHERE id = 1");
        long previous = ask(connection, "SELECT revision FROM trust_part WHERE part = '" + organization + "'");
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO trust_change (revision, part, previous_revision, change) VALUES (?, ?, ?, ?)")) {
            for (int i = first; i < last; i++) {
                head++;
                insert.setLong(1, head);
                insert.setString(2, organization);
                insert.setLong(3, previous);
                insert.setBytes(4, LedgerContract.CODEC.encode(new TrustChange.Revoked(Indexes.of(revoked(i)))));
                insert.addBatch();
                previous = head;
                if (i % 1_000 == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE trust_part SET revision = " + head + " WHERE part = '" + organization + "'");
            statement.execute("UPDATE ledger SET head = " + head + " WHERE id = 1");
            statement.execute("UPDATE status_list SET next_index = GREATEST(next_index, "
                    + (2_000 + ONE_REVOKED_OF * (long) last) + ") WHERE part = '" + organization + "'");
        }
    }

    /** One of each ten, and none can be told from those before: what is regular packs better than what is true. */
    private static int revoked(int i) {
        return 1000 + ONE_REVOKED_OF * i + new SplittableRandom(i).nextInt(ONE_REVOKED_OF);
    }

    private static long ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What the store takes on the disk. */
    public double mebibytes() throws SQLException {
        if (config.postgres() == null) {
            return config.data().resolve("ledger.mv.db").toFile().length() / (double) (1 << 20);
        }
        return connected(connection -> ask(connection, "SELECT pg_database_size(current_database())"))
                / (double) (1 << 20);
    }

    /** Has the first of the revoked values expire long ago, so that they can be forgotten. */
    public void expire(String organization, int count) throws SQLException {
        connected(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO ended_value (part, status_index, expire_time) VALUES (?, ?, ?)")) {
                for (int i = 0; i < count; i++) {
                    insert.setString(1, organization);
                    insert.setInt(2, revoked(i));
                    insert.setObject(3, OffsetDateTime.parse("2026-01-01T00:00:00Z"));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return null;
        });
    }

    /** What housekeeping takes, by what it does, in seconds and in those of the processor. */
    public Map<String, Double> housekeeping() {
        IdGenerator ids = new IdGenerator(InstantSource.system(), new SecureRandom());
        try (JdbcLedger ledger = JdbcLedger.open(config, LedgerContract.CODEC, ids)) {
            String key = ledger.read(tx -> tx.keys().active().orElseThrow().id());
            Instant now = Instant.now();
            Instant never = Instant.parse("9990-01-01T00:00:00Z");
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(
                    "is a key still needed, each second, s",
                    seconds(() -> ledger.read(tx -> tx.keys().hasLiveTokens(key, now))));
            figures.put(
                    "is a key still needed, though half expired, s",
                    seconds(() -> ledger.read(tx -> tx.keys().hasLiveTokens(key, never))));
            measure(
                    figures,
                    "count of what a key signed",
                    () -> ledger.read(tx -> tx.keys().liveTokens(key, now)));
            measure(figures, "checkpoint of all revocations", () -> new Checkpoints(ledger).run());
            measure(
                    figures,
                    "forgetting a tenth of the revocations",
                    () -> new Forgetting(ledger, InstantSource.system()).run());
            return figures;
        }
    }

    private static void measure(Map<String, Double> figures, String what, Runnable work) {
        long before = processor();
        figures.put(what + ", s", seconds(work));
        figures.put(what + ", processor, s", (processor() - before) / 1e9);
    }

    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }
}
