package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many rows H2 goes through for a list of those who hold a role on a resource: few where few hold one, whatever else
 * the organization has. It tells so itself, for each statement as it was run, with what was bound.
 */
final class H2ReadingTest {
    private static final int OTHERS = 200;
    private static final int FEW = 25;
    private static final Pattern SCANNED = Pattern.compile("/\\* scanCount: (\\d+) \\*/");

    private final Samples samples = new Samples();
    private final ResourcePath workspace = samples.workspace(samples.organization());
    private final ResourcePath deployment = samples.deployment(workspace);
    private final ApiToken token = samples.token(deployment, Grants.of(deployment.id(), "A_ROLE"));
    private final Person person = samples.person(
            ResourcePath.organization(workspace.organization()),
            "ada@example.com",
            Grants.of(workspace.id(), "A_ROLE"));

    @TempDir
    Path folder;

    private H2 h2;
    private Handle handle;
    private final List<String> run = new ArrayList<>();

    @BeforeEach
    void fill() {
        ResourcePath organization = ResourcePath.organization(workspace.organization());
        Grants elsewhere = Grants.of(organization.id(), "A_ROLE");
        IdGenerator ids = new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1));
        try (Ledger ledger = JdbcLedger.open(new StoreConfig(folder), LedgerContract.CODEC, ids)) {
            ledger.write(tx -> {
                List.of(organization, workspace, deployment)
                        .forEach(path -> tx.directory().insert(Samples.entry(path)));
                tx.tokens().insert(token);
                tx.people().insert(person);
                for (int i = 0; i < OTHERS; i++) {
                    tx.tokens().insert(samples.token(organization, elsewhere));
                    tx.people().insert(samples.person(organization, i + "@example.com", elsewhere));
                }
                return tx;
            });
        }
        h2 = H2.open(folder);
        handle = JdbcLedger.jdbi(h2.reading()).open();
        handle.getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                String told = String.valueOf(context.getStatement());
                run.add(told.substring(told.indexOf("SELECT")));
            }
        });
    }

    @AfterEach
    void close() {
        handle.close();
        h2.close();
    }

    @Test
    void tokensOfADeploymentAreFoundWithoutTheOthers() throws SQLException {
        for (Order order : Order.values()) {
            for (boolean descending : List.of(false, true)) {
                for (Kind scope : Arrays.asList(null, Kind.DEPLOYMENT)) {
                    TokenQuery query = new TokenQuery(
                            workspace.organization(), deployment.id(), scope, null, order, descending, null, 1001);
                    assertEquals(
                            List.of(token.id()),
                            JdbcTokenPages.list(handle, query).stream()
                                    .map(ApiToken::id)
                                    .toList());
                    assertFewRead(query);
                }
            }
        }
    }

    @Test
    void peopleOfAWorkspaceAreFoundWithoutTheOthers() throws SQLException {
        assertEquals(
                List.of(person),
                new JdbcPersonRecords(handle).list(workspace.organization(), workspace.id(), "", 1001));
        assertFewRead("people");
    }

    private void assertFewRead(Object what) throws SQLException {
        int rows = 0;
        for (String statement : List.copyOf(run)) {
            Matcher scanned = SCANNED.matcher(analyzed(statement));
            while (scanned.find()) {
                rows += Integer.parseInt(scanned.group(1));
            }
        }
        assertTrue(rows > 0, "nothing is known of " + run);
        assertTrue(rows < FEW, rows + " rows were read for " + what + ": " + run);
        run.clear();
    }

    /** @param statement with what is bound behind it, as H2 tells and takes it */
    private String analyzed(String statement) throws SQLException {
        try (var explained = handle.getConnection().createStatement();
                var row = explained.executeQuery("EXPLAIN ANALYZE " + statement)) {
            row.next();
            return row.getString(1);
        }
    }
}
