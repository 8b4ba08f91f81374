package dev.signet.authority.audit;

import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.directory.PolicyChange;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log tells who did what, never a secret, and whether somebody changed it. */
final class AuditLogLifeCycleTest {
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

    private void assertRecorded(String action, String resource) {
        ChainedEvent last = last();
        assertEquals(action, last.event().action());
        assertEquals(resource, last.event().resource());
        assertEquals("OK", last.event().outcome());
        assertEquals(owner.claims().principalName(), last.event().actor());
        assertEquals(TestAuthority.ADDRESS, last.event().address());
        assertEquals(authority.clock().instant(), last.event().time());
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
    void everyMutationOfTheDirectoryAndOfTokensIsRecorded() {
        ResourcePath workspace = authority.workspace(owner, organization);
        assertRecorded("workspace.create", workspace.name());
        ResourcePath deployment = authority.deployment(owner, workspace);
        assertRecorded("deployment.create", deployment.name());
        authority.directory().update(owner, deployment, "x", null, null, null);
        assertRecorded("deployment.update", deployment.name());
        Tokens tokens = authority.tokens();
        Tokens.WithValue made = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        String name = made.token().name();
        String id = made.token().id();
        assertRecorded("token.create", name);
        tokens.update(owner, org, id, "x", null, null, null);
        assertRecorded("token.update", name);
        tokens.setGrant(owner, org, id, deployment, "DEPLOYMENT_ADMIN", null);
        assertRecorded("token.grant", name);
        tokens.removeGrant(owner, org, id, deployment);
        assertRecorded("token.ungrant", name);
        tokens.rotate(owner, org, id, Duration.ZERO, Retry.NEVER);
        assertRecorded("token.rotate", name);
        tokens.delete(owner, org, id);
        assertRecorded("token.delete", name);
        authority.directory().delete(owner, deployment);
        assertRecorded("deployment.delete", deployment.name());
        authority.directory().delete(owner, workspace);
        assertRecorded("workspace.delete", workspace.name());
        authority
                .directory()
                .update(owner, organization, null, null, new PolicyChange(OptionalInt.of(9), null, null), null);
        assertRecorded("organization.update", organization.name());
        assertTrue(verify().isIntact());
    }

    @Test
    void everyMutationOfKeysPeopleAndRolesIsRecorded() {
        ResourcePath deployment = authority.deployment(owner, authority.workspace(owner, organization));
        ApiKeys.WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        assertRecorded("apiKey.create", key.key().name());
        authority.apiKeys().update(owner, deployment, key.key().id(), "x", null, null);
        assertRecorded("apiKey.update", key.key().name());
        authority.apiKeys().delete(owner, deployment, key.key().id());
        assertRecorded("apiKey.delete", key.key().name());
        Person person = authority.people().invite(owner, org, "a@b", "ORGANIZATION_MEMBER");
        assertRecorded("user.invite", person.name());
        authority.people().setGrant(owner, org, person.id(), organization, "ORGANIZATION_OWNER");
        assertRecorded("user.grant", person.name());
        authority.userTokens().create(owner, org, person.id(), Duration.ofHours(1));
        assertRecorded("userToken.create", person.name());
        authority.people().remove(owner, org, person.id());
        assertRecorded("user.remove", person.name());
        StoredRole role = authority
                .customRoles()
                .create(owner, org, "a", "", new CustomRole(Set.of("deployment.get"), Set.of()))
                .value();
        assertRecorded("role.create", role.name());
        authority.customRoles().update(owner, org, role.id(), "b", null, null, null, null);
        assertRecorded("role.update", role.name());
        authority.customRoles().delete(owner, org, role.id());
        assertRecorded("role.delete", role.name());
        assertTrue(verify().isIntact());
    }

    @Test
    void whatWasUndoneIsNotRecordedAndWhatWasDeniedIs() {
        int before = events().size();
        Call member = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        refused(Code.PERMISSION_DENIED, () -> authority.workspace(member, organization));
        assertEquals(before + 1, events().size());
        authority.audit().denied(member, "CreateWorkspace", organization.name(), "PERMISSION_DENIED");
        ChainedEvent denial = last();
        assertEquals(member.claims().principalName(), denial.event().actor());
        assertEquals("CreateWorkspace", denial.event().action());
        assertEquals(organization.name(), denial.event().resource());
        assertEquals("PERMISSION_DENIED", denial.event().outcome());
        assertEquals(TestAuthority.ADDRESS, denial.event().address());
        authority.audit().denied(member, "GetWorkspace", "x".repeat(5_000), "NOT_FOUND");
        assertEquals("x".repeat(320), last().event().resource());
        assertTrue(verify().isIntact());
    }

    @Test
    void noSecretIsEverRecorded() {
        ResourcePath deployment = authority.deployment(owner, authority.workspace(owner, organization));
        ApiKeys.WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        String access =
                authority.apiKeys().exchange(key.key().id(), key.secret(), "").value();
        authority.audit().denied(authority.verified(access), "CreateToken", "", "PERMISSION_DENIED");
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        String all = events().toString();
        for (String secret : List.of(
                key.secret(),
                key.key().secretSha256(),
                access,
                made.value(),
                owner.credential().text())) {
            assertFalse(all.contains(secret));
            assertFalse(all.contains(secret.substring(secret.lastIndexOf('.') + 1)));
        }
        assertTrue(all.contains(key.key().id()));
    }

    @Test
    void anIntactLogIsLongAndVerifies() {
        authority.unpublished().write(tx -> {
            for (int i = 0; i < 1_234; i++) {
                tx.record(new AuditEvent(org, Instant.EPOCH.plusSeconds(i), "a", "b", "c", "OK", "d"));
            }
            return tx;
        });
        List<ChainedEvent> events = events();
        AuditLog.Finding finding = verify();
        assertTrue(finding.isIntact());
        assertEquals(events.size(), finding.events());
        assertEquals(last().hash(), finding.headHash());
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i + 1, events.get(i).sequence());
        }
    }

    @Test
    void oneOrganizationsLogProvesNothingOfAnothers() throws SQLException {
        fill(2);
        ResourcePath other = authority.organization();
        Call stranger = authority.owner(other);
        refused(Code.NOT_FOUND, () -> authority.audit().verify(stranger, organization));
        refused(Code.NOT_FOUND, () -> authority.auditEvents(stranger, organization, Instant.EPOCH, END));
        Call member = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        refused(Code.PERMISSION_DENIED, () -> authority.audit().verify(member, organization));
        refused(Code.PERMISSION_DENIED, () -> authority.auditEvents(member, organization, Instant.EPOCH, END));
        tamper("DELETE FROM audit_event WHERE sequence = 2 AND $org");
        assertFalse(verify().isIntact());
        assertTrue(authority
                .audit()
                .verify(authority.verified(stranger.credential().text()), other)
                .isIntact());
    }

    @Test
    void whatIsTooOldIsForgottenAndWhatIsLeftStillProvesItself() throws SQLException {
        fill(5);
        Instant kept = authority.clock().instant().plus(Duration.ofDays(50));
        authority.clock().advance(Duration.ofDays(50));
        fill(5);
        long all = last().sequence();
        authority.clock().advance(Duration.ofDays(50));
        authority.audit().prune();
        List<ChainedEvent> left = events();
        assertEquals(5, left.size());
        assertTrue(left.stream().allMatch(event -> event.event().time().isAfter(kept)));
        assertEquals(all, last().sequence());
        assertTrue(verify().isIntact());
        assertEquals(5, verify().events());
        authority.clock().advance(Duration.ofDays(100));
        authority.audit().prune();
        assertEquals(List.of(), events());
        assertTrue(verify().isIntact());
        fill(2);
        assertEquals(all + 1, events().get(0).sequence());
        assertTrue(verify().isIntact());
        tamper("DELETE FROM audit_event WHERE sequence = " + (all + 1) + " AND $org");
        assertBroken(all + 1, "the event is missing");
    }

    @Test
    void anOrganizationSetsHowLongItsLogIsKept() {
        authority
                .directory()
                .update(owner, organization, null, null, new PolicyChange(null, null, OptionalInt.of(200)), null);
        int before = events().size();
        authority.clock().advance(Duration.ofDays(199));
        authority.audit().prune();
        assertEquals(before, events().size());
        authority.clock().advance(Duration.ofDays(2));
        authority.audit().prune();
        assertEquals(0, events().size());
    }

    @Test
    void aTimeSpanIsExportedFromItsBeginningToBeforeItsEnd() {
        fill(6);
        List<ChainedEvent> all = events();
        Instant from = all.get(all.size() - 4).event().time();
        Instant to = all.get(all.size() - 1).event().time();
        assertEquals(all.subList(all.size() - 4, all.size() - 1), events(from, to));
        assertEquals(List.of(), events(from, from));
        assertEquals(all, events(Instant.EPOCH, to.plusMillis(1)));
    }
}
