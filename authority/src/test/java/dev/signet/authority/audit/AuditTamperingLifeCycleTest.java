package dev.signet.authority.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever somebody changes in the store behind the authority's back, the audit log tells where. */
final class AuditTamperingLifeCycleTest {
    private static final Instant END = Instant.parse("9000-01-01T00:00:00Z");

    @TempDir
    private Path data;

    private TestAuthority authority;
    private ResourcePath organization;
    private String org;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private List<ChainedEvent> events(Instant from, Instant to) {
        return authority.auditEvents(owner, organization, from, to);
    }

    private List<ChainedEvent> events() {
        return events(Instant.EPOCH, END);
    }

    private AuditLog.Finding verify() {
        return authority.audit().verify(owner, organization);
    }

    private ChainedEvent last() {
        List<ChainedEvent> events = events();
        return events.get(events.size() - 1);
    }

    /** Closes the store, changes it behind its back, and opens it again. */
    private void tamper(String... statements) throws SQLException {
        authority.close();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql.replace("$org", "organization_id = '" + org + "'"));
            }
        }
        authority = TestAuthority.open(data, 2);
        owner = authority.verified(owner.credential().text());
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            authority.clock().advance(Duration.ofSeconds(1));
            authority.workspace(owner, organization);
        }
    }

    private void assertBroken(long sequence, String problem) {
        AuditLog.Finding finding = verify();
        assertFalse(finding.isIntact());
        assertEquals(sequence, finding.brokenSequence());
        assertEquals(problem, finding.problem());
    }

    @Test
    void analteredEventIsFoundWhicheverPartOfItWas() throws SQLException {
        fill(8);
        for (Map.Entry<String, String> change : Map.of(
                        "actor", "actor || 'x'",
                        "action", "'workspace.get'",
                        "resource", "'organizations/x'",
                        "outcome", "'DENIED'",
                        "address", "'203.0.113.9'",
                        "event_time", "DATEADD(MICROSECOND, 1, event_time)",
                        "hash", "REPEAT('a', 64)")
                .entrySet()) {
            String column = change.getKey();
            tamper(
                    "CREATE TABLE saved AS SELECT * FROM audit_event",
                    "UPDATE audit_event SET " + column + " = " + change.getValue() + " WHERE sequence = 4 AND $org");
            assertBroken(4, "the event is not what was written");
            tamper(
                    "UPDATE audit_event e SET " + column + " = (SELECT s." + column
                            + " FROM saved s WHERE s.sequence = e.sequence AND s.organization_id = e.organization_id)",
                    "DROP TABLE saved");
            assertTrue(verify().isIntact());
        }
    }

    @Test
    void adeletedEventIsFound() throws SQLException {
        fill(8);
        long last = last().sequence();
        tamper("DELETE FROM audit_event WHERE sequence = 5 AND $org");
        assertBroken(5, "the event is missing");
        tamper("DELETE FROM audit_event WHERE sequence = 1 AND $org");
        assertBroken(1, "the event is missing");
        assertTrue(last > 5);
    }

    @Test
    void adeletedEndIsFound() throws SQLException {
        fill(8);
        long last = last().sequence();
        tamper("DELETE FROM audit_event WHERE sequence = " + last + " AND $org");
        assertBroken(last, "the event is missing");
        fill(1);
        assertBroken(last, "the event is missing");
    }

    @Test
    void swappedEventsAreFound() throws SQLException {
        fill(8);
        tamper(
                "UPDATE audit_event SET sequence = -1 WHERE sequence = 3 AND $org",
                "UPDATE audit_event SET sequence = 3 WHERE sequence = 6 AND $org",
                "UPDATE audit_event SET sequence = 6 WHERE sequence = -1 AND $org");
        assertBroken(3, "the event is not what was written");
    }

    @Test
    void anEventThatWasPutInIsFound() throws SQLException {
        fill(3);
        long next = last().sequence() + 1;
        tamper("INSERT INTO audit_event SELECT organization_id, " + next + ", event_time, actor, action, resource, "
                + "outcome, address, hash FROM audit_event WHERE sequence = 2 AND $org");
        assertBroken(next, "the event is not what was written");
    }
}
