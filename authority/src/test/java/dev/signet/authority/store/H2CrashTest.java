package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crash between any two writes to the file leaves every transaction whole or not at all, and everything that was
 * acknowledged before.
 *
 * <p>Each transaction of organization <i>o</i> makes its <i>n</i>th token, trust change and audit event, so that all
 * three must be as many at any time.
 */
@Timeout(120)
final class H2CrashTest {
    private static final int WRITERS = 8;
    private static final int TRANSACTIONS_EACH = 50;
    private static final int CRASHES = 120;

    @TempDir
    private Path folder;

    private final Samples samples = new Samples();
    private final List<ResourcePath> organizations = new ArrayList<>();

    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();

    /** The nth transaction of an organization, which was acknowledged after so many writes. */
    private record Acknowledged(String organization, int n, int writes) {}

    @Test
    void everyTransactionIsWholeAfterACrashAtAnyWrite() throws Exception {
        int first = writeTogether();
        List<RecordedDisk.Write> writes = RecordedDisk.writes();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        NavigableSet<Integer> crashes = new TreeSet<>();
        while (crashes.size() < Math.min(CRASHES, writes.size() - first)) {
            crashes.add(first + 1 + random.nextInt(writes.size() - first));
        }
        Path replayed = folder.resolve("replayed.mv.db");
        try (RandomAccessFile file = new RandomAccessFile(replayed.toFile(), "rw")) {
            int done = 0;
            for (int crash : crashes) {
                for (; done < crash; done++) {
                    writes.get(done).to(file);
                }
                Path left = Files.copy(replayed, folder.resolve("left-" + crash + ".mv.db"));
                assertWhole(left, crash, "seed " + seed + ", crash after write " + crash + " of " + writes.size());
                Files.delete(left);
            }
        }
    }

    /** Returns how many writes there were before the transactions that count. */
    private int writeTogether() throws Exception {
        RecordedDisk.startRecording();
        try (Ledger ledger = JdbcLedger.open(
                H2.open(Files.createDirectory(folder.resolve("data")), RecordedDisk.SCHEME),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)))) {
            for (int i = 0; i < WRITERS; i++) {
                ResourcePath organization = samples.organization();
                organizations.add(organization);
                ledger.write(tx -> {
                    tx.directory().insert(Samples.entry(organization));
                    return tx;
                });
            }
            int first = RecordedDisk.count();
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            try {
                List<Future<?>> working = new ArrayList<>();
                for (ResourcePath organization : organizations) {
                    working.add(threads.submit(() -> write(ledger, organization)));
                }
                working.forEach(LedgerContract::join);
            } finally {
                threads.shutdownNow();
            }
            return first;
        }
    }

    private void write(Ledger ledger, ResourcePath organization) {
        for (int n = 1; n <= TRANSACTIONS_EACH; n++) {
            int index = n;
            ApiToken token = samples.token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER"));
            ledger.write(tx -> {
                tx.tokens().insert(token);
                tx.record(new AuditEvent(
                        organization.id(), Samples.NOW, "who", "token.create", token.id(), "OK", "127.0.0.1"));
                tx.announce(organization.id(), new TrustChange.Revoked(Indexes.of(index)));
                return tx;
            });
            acknowledged.add(new Acknowledged(organization.id(), n, RecordedDisk.count()));
        }
    }

    private void assertWhole(Path left, int crash, String when) {
        String url = "jdbc:h2:file:" + left.toString().replace(".mv.db", "") + ";TRACE_LEVEL_FILE=0";
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            Map<String, Integer> tokens =
                    counts(connection, "SELECT organization_id, COUNT(*) FROM api_token GROUP BY organization_id");
            assertEquals(tokens, counts(connection, "SELECT part, COUNT(*) FROM trust_change GROUP BY part"), when);
            assertEquals(
                    tokens,
                    counts(connection, "SELECT organization_id, COUNT(*) FROM audit_event GROUP BY organization_id"),
                    when);
            assertEquals(tokens, counts(connection, "SELECT organization_id, last_sequence FROM audit_chain"), when);
            assertEquals(
                    counts(connection, "SELECT part, MAX(revision) FROM trust_change GROUP BY part"),
                    counts(connection, "SELECT part, revision FROM trust_part"),
                    when);
            int all = tokens.values().stream().mapToInt(Integer::intValue).sum();
            assertEquals(Map.of("head", all), counts(connection, "SELECT 'head', head FROM ledger"), when);
            for (Acknowledged each : acknowledged) {
                assertTrue(
                        each.writes() > crash || tokens.getOrDefault(each.organization(), 0) >= each.n(),
                        () -> each + " is gone: " + when);
            }
        } catch (SQLException e) {
            throw new AssertionError("cannot be opened or read: " + when, e);
        }
    }

    private static Map<String, Integer> counts(Connection connection, String query) throws SQLException {
        Map<String, Integer> counts = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getInt(2));
            }
        }
        return counts;
    }
}
