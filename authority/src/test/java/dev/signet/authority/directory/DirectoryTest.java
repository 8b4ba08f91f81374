package dev.signet.authority.directory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryTest {
    private static final Instant NOW = FakeClock.START.truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Directory directory;
    private Call platform;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        directory = authority.directory();
        platform = authority.platform();
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private static Refusal assertRefused(Code code, Executable work) {
        Refusal refusal = assertThrows(Refusal.class, work);
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }

    @Test
    void entriesAreMadeAsAsked() {
        DirectoryEntry made = directory.createDeployment(owner, workspace, "Production 🚀", "where it runs");
        assertEquals(new DirectoryEntry(made.path(), "Production 🚀", "where it runs", NOW, NOW, 1, null), made);
        assertEquals(workspace.workspace(), made.path().workspace());
        assertEquals(made, directory.get(owner, made.path()));
    }

    @Test
    void updatesChangeOneThingAtATime() {
        authority.clock().advance(Duration.ofSeconds(3));
        for (ResourcePath path : List.of(workspace, deployment)) {
            DirectoryEntry renamed = directory.update(owner, path, "renamed", null, null, "1");
            assertEquals(2, renamed.version());
            assertEquals(NOW.plusSeconds(3), renamed.updateTime());
            assertEquals(NOW, renamed.createTime());
            DirectoryEntry described = directory.update(owner, path, null, "described", null, "2");
            assertEquals("renamed", described.displayName());
            assertEquals(described, directory.get(owner, path));
            assertRefused(Code.ABORTED, () -> directory.update(owner, path, "late", null, null, "2"));
        }
        assertEquals(
                "Acme",
                directory.update(owner, organization, "Acme", null, null, null).displayName());
    }

    @Test
    void namesAndDescriptionsHaveBounds() {
        String longest = "🔏".repeat(256);
        assertDoesNotThrow(() -> directory.createWorkspace(owner, organization, longest, "🗝".repeat(500)));
        assertField("organization.display_name", () -> directory.createOrganization(platform, ""));
        assertField("workspace.display_name", () -> directory.createWorkspace(owner, organization, longest + "x", ""));
        assertField(
                "workspace.description", () -> directory.createWorkspace(owner, organization, "x", "x".repeat(501)));
        assertField("deployment.display_name", () -> directory.createDeployment(owner, workspace, "  ", ""));
        assertField(
                "deployment.description", () -> directory.update(owner, deployment, null, "x".repeat(501), null, null));
        assertField("organization.display_name", () -> directory.update(owner, organization, "", null, null, null));
    }

    private static void assertField(String field, Executable work) {
        assertEquals(
                field,
                Objects.requireNonNull(
                                assertRefused(Code.INVALID_ARGUMENT, work).problem())
                        .field());
    }

    @Test
    void organizationsAreTheOperators() {
        assertRefused(Code.PERMISSION_DENIED, () -> directory.createOrganization(owner, "another"));
        assertRefused(Code.PERMISSION_DENIED, () -> directory.deleteOrganization(owner, organization));
        assertEquals(organization, directory.get(platform, organization).path());
        assertRefused(Code.NOT_FOUND, () -> directory.get(platform, workspace));
        assertRefused(Code.NOT_FOUND, () -> directory.update(platform, organization, "x", null, null, null));
        assertRefused(Code.NOT_FOUND, () -> directory.createWorkspace(platform, organization, "x", ""));
        assertRefused(Code.NOT_FOUND, () -> directory.workspaces(platform, organization, "", 10));
        assertRefused(Code.NOT_FOUND, () -> directory.delete(platform, workspace));
        assertRefused(
                Code.NOT_FOUND,
                () -> directory.deleteOrganization(
                        platform, ResourcePath.organization(authority.ids().next(IdType.ORGANIZATION))));
    }

    @Test
    void listsShowWhatTheCallerMaySee() {
        ResourcePath other = authority.organization();
        assertEquals(
                List.of(organization.id(), other.id()).stream().sorted().toList(),
                ids(directory.organizations(platform, "", 10)));
        assertEquals(List.of(organization.id()), ids(directory.organizations(owner, "", 10)));
        assertEquals(List.of(), ids(directory.organizations(owner, organization.id(), 10)));
        ResourcePath hidden = authority.workspace(owner, organization);
        ResourcePath hiddenDeployment = authority.deployment(owner, hidden);
        Call member = authority.token(owner, workspace, "WORKSPACE_MEMBER");
        assertEquals(List.of(), ids(directory.organizations(member, "", 10)));
        assertEquals(List.of(workspace.id()), ids(directory.workspaces(member, organization, "", 10)));
        assertEquals(List.of(deployment.id()), ids(directory.deployments(member, organization, "", 10)));
        assertEquals(List.of(), ids(directory.deployments(member, hidden, "", 10)));
        assertEquals(List.of(hiddenDeployment.id()), ids(directory.deployments(owner, hidden, "", 10)));
        assertRefused(
                Code.NOT_FOUND,
                () -> directory.deployments(
                        owner,
                        ResourcePath.workspace(
                                organization.id(), authority.ids().next(IdType.WORKSPACE)),
                        "",
                        10));
    }

    private static List<String> ids(List<DirectoryEntry> entries) {
        return entries.stream().map(entry -> entry.path().id()).toList();
    }

    @Test
    void eachRoleMayWhatItSays() {
        Call operator = authority.token(owner, workspace, "WORKSPACE_OPERATOR");
        Call author = authority.token(owner, workspace, "WORKSPACE_AUTHOR");
        Call admin = authority.token(owner, deployment, "DEPLOYMENT_ADMIN");
        assertDoesNotThrow(() -> authority.deployment(operator, workspace));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.deployment(author, workspace));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.deployment(admin, workspace));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.workspace(operator, organization));
        assertRefused(Code.PERMISSION_DENIED, () -> directory.update(operator, workspace, "x", null, null, null));
        assertRefused(Code.PERMISSION_DENIED, () -> directory.delete(operator, workspace));
        assertRefused(Code.PERMISSION_DENIED, () -> directory.get(admin, workspace));
        assertRefused(Code.PERMISSION_DENIED, () -> directory.delete(author, deployment));
        assertDoesNotThrow(() -> directory.update(admin, deployment, "x", null, null, null));
        assertDoesNotThrow(() -> directory.delete(admin, deployment));
        // Its token belonged to the deployment, and went with it.
        assertRefused(Code.UNAUTHENTICATED, () -> directory.get(admin, deployment));
    }

    @Test
    void toStrangersNothingExists() {
        Call stranger = authority.owner(authority.organization());
        for (Executable work : List.<Executable>of(
                () -> directory.get(stranger, organization),
                () -> directory.get(stranger, deployment),
                () -> directory.update(stranger, workspace, "x", null, null, null),
                () -> directory.delete(stranger, deployment),
                () -> directory.createWorkspace(stranger, organization, "x", ""),
                () -> directory.workspaces(stranger, organization, "", 10),
                () -> directory.deployments(stranger, workspace, "", 10),
                () -> directory.locate(stranger, organization.id(), deployment.id()))) {
            assertRefused(Code.NOT_FOUND, work);
        }
    }

    @Test
    void aPathThroughAnotherWorkspaceLeadsNowhere() {
        ResourcePath sibling = authority.workspace(owner, organization);
        ResourcePath wrong = ResourcePath.deployment(organization.id(), sibling.id(), deployment.id());
        assertRefused(Code.NOT_FOUND, () -> directory.get(owner, wrong));
        assertRefused(Code.NOT_FOUND, () -> directory.delete(owner, wrong));
        assertRefused(Code.NOT_FOUND, () -> authority.issue(owner, wrong, null));
        // Nor does a role on the one workspace open the other's deployment.
        Call siblings = authority.token(owner, sibling, "WORKSPACE_OWNER");
        assertRefused(Code.NOT_FOUND, () -> directory.delete(siblings, wrong));
        assertEquals(deployment, directory.locate(owner, organization.id(), deployment.id()));
    }

    @Test
    void aDeletedOrganizationTakesEverythingWithIt() {
        Call admin = authority.token(owner, deployment, null);
        directory.deleteOrganization(platform, organization);
        for (Call ended : List.of(owner, admin)) {
            assertEquals(
                    new Verdict.Rejected(Verdict.Reason.REVOKED),
                    authority.verifier().verify(ended.credential().text()));
            assertRefused(Code.UNAUTHENTICATED, () -> directory.get(ended, deployment));
        }
        assertEquals(List.of(), directory.organizations(platform, "", 10));
        assertRefused(Code.NOT_FOUND, () -> directory.get(platform, organization));
        assertRefused(Code.NOT_FOUND, () -> directory.deleteOrganization(platform, organization));
        assertRefused(Code.NOT_FOUND, () -> authority.issue(platform, organization, "ORGANIZATION_OWNER"));
    }
}
