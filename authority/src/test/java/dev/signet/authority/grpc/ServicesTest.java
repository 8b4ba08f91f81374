package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.GetUserRequest;
import dev.signet.v1.Grant;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.Kind;
import dev.signet.v1.ListDeploymentsRequest;
import dev.signet.v1.ListOrganizationsRequest;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListWorkspacesRequest;
import dev.signet.v1.ListWorkspacesResponse;
import dev.signet.v1.Organization;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.Scope;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.v1.UpdateOrganizationRequest;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateWorkspaceRequest;
import dev.signet.v1.User;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.v1.UserServiceGrpc.UserServiceBlockingStub;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.v1.Workspace;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The services as a client meets them: names, pages, masks and wildcards. */
final class ServicesTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess server;
    private Call owner;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        server = new InProcess(authority);
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private DirectoryServiceBlockingStub directory(Call by) {
        return DirectoryServiceGrpc.newBlockingStub(server.channel())
                .withCallCredentials(InProcess.bearer(by.credential().text()));
    }

    private TokenServiceBlockingStub tokens(Call by) {
        return TokenServiceGrpc.newBlockingStub(server.channel())
                .withCallCredentials(InProcess.bearer(by.credential().text()));
    }

    private static WireError failed(Status.Code code, Executable call) {
        WireError error = WireError.of(assertThrows(StatusRuntimeException.class, call));
        assertEquals(code, error.code(), error.toString());
        return error;
    }

    private static void assertWrong(String field, Executable call) {
        WireError error = failed(Status.Code.INVALID_ARGUMENT, call);
        assertEquals(1, error.violations().size());
        assertTrue(error.violations().get(0).startsWith(field + ": "), error.toString());
    }

    private String wildcard(ResourcePath path) {
        return organization.name() + "/workspaces/-/deployments/" + path.deployment();
    }

    @Test
    void textsThatNotEveryStoreHoldsAreRefusedByTheirField() {
        assertWrong(
                "workspace.description",
                () -> directory(owner)
                        .createWorkspace(CreateWorkspaceRequest.newBuilder()
                                .setParent(organization.name())
                                .setWorkspace(Workspace.newBuilder()
                                        .setDisplayName("a name")
                                        .setDescription("tabs\tand more \u0001, but no \0"))
                                .build()));
        assertWrong(
                "token.grants.role",
                () -> tokens(owner)
                        .createToken(CreateTokenRequest.newBuilder()
                                .setParent(organization.name())
                                .setToken(Token.newBuilder()
                                        .setDisplayName("a name")
                                        .addGrants(Grant.newBuilder().setRole("A"))
                                        .addGrants(Grant.newBuilder().setRole("B\0")))
                                .build()));
    }

    @Test
    void aTokenGoesOutAndComesBackTheSame() {
        CreateTokenResponse created = tokens(owner)
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent(organization.name())
                        .setToken(Token.newBuilder()
                                .setDisplayName("ci")
                                .setDescription("for pushing")
                                .setResource(wildcard(deployment))
                                .setExpiryPeriodDays(7))
                        .build());
        Token token = created.getToken();
        Timestamp now = Timestamp.newBuilder()
                .setSeconds(FakeClock.START.getEpochSecond())
                .build();
        assertEquals(
                Token.newBuilder()
                        .setName(token.getName())
                        .setDisplayName("ci")
                        .setDescription("for pushing")
                        .setScope(Scope.SCOPE_DEPLOYMENT)
                        .setResource(deployment.name())
                        .addGrants(
                                Grant.newBuilder().setResource(deployment.id()).setRole("DEPLOYMENT_ADMIN"))
                        .setExpiryPeriodDays(7)
                        .setExpireTime(now.toBuilder()
                                .setSeconds(
                                        now.getSeconds() + Duration.ofDays(7).toSeconds()))
                        .setCreateTime(now)
                        .setUpdateTime(now)
                        .setCreatedBy(owner.claims().principalName())
                        .setEtag("1")
                        .build(),
                token);
        assertEquals(
                token,
                tokens(owner)
                        .getToken(GetTokenRequest.newBuilder()
                                .setName(token.getName())
                                .build())
                        .getToken());
        WhoAmIResponse self = tokens(authority.verified(created.getValue())).whoAmI(WhoAmIRequest.getDefaultInstance());
        assertEquals(token.getName(), self.getPrincipal().getName());
        assertEquals(Kind.KIND_DEPLOYMENT, self.getPrincipal().getKind());
        assertEquals(organization.name(), self.getPrincipal().getOrganization());
        assertEquals(token.getGrantsList(), self.getGrantsList());
        assertEquals(token.getExpireTime(), self.getExpireTime());
        Token rotated = tokens(owner)
                .rotateToken(
                        RotateTokenRequest.newBuilder().setName(token.getName()).build())
                .getToken();
        assertEquals(now, rotated.getLastRotatedTime());
        assertEquals("2", rotated.getEtag());
    }

    @Test
    void grantsOfANewTokenAreOneOnItsOwnResourceAndOneOnEachBelow() {
        Token.Builder wanted = Token.newBuilder().setDisplayName("ci").setResource(workspace.name());
        Grant own = grant(workspace, "WORKSPACE_MEMBER");
        Grant below = grant(deployment, "DEPLOYMENT_ADMIN");
        Grant above = grant(organization, "ORGANIZATION_MEMBER");
        Grant beside = grant(authority.workspace(owner, organization), "WORKSPACE_MEMBER");
        for (List<Grant> grants : List.of(
                List.of(below),
                List.of(own, own),
                List.of(own, below, below),
                List.of(own, above),
                List.of(own, beside))) {
            assertWrong("token.grants", () -> create(wanted.clone().addAllGrants(grants)));
        }
        assertWrong("token.grants", () -> create(wanted));
        assertEquals(List.of(own), create(wanted.clone().addGrants(own)).getGrantsList());
        assertEquals(
                Set.of(own, below),
                Set.copyOf(
                        create(wanted.clone().addGrants(below).addGrants(own)).getGrantsList()));
    }

    private static Grant grant(ResourcePath resource, String role) {
        return Grant.newBuilder().setResource(resource.id()).setRole(role).build();
    }

    private Token create(Token.Builder wanted) {
        return tokens(owner)
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent(organization.name())
                        .setToken(wanted)
                        .build())
                .getToken();
    }

    @Test
    void aDeploymentIsFoundWithoutItsWorkspace() {
        Deployment found = directory(owner)
                .getDeployment(GetDeploymentRequest.newBuilder()
                        .setName(wildcard(deployment))
                        .build())
                .getDeployment();
        assertEquals(deployment.name(), found.getName());
    }

    /** Neither by the status nor by a word: a deployment that is there and one that is not are the same to strangers. */
    @Test
    void aWildcardTellsStrangersNothing() {
        ResourcePath gone = authority.deployment(owner, workspace);
        authority.directory().delete(owner, gone);
        Call stranger = authority.owner(authority.organization());
        List<String> told = new ArrayList<>();
        for (ResourcePath path : List.of(deployment, gone)) {
            WireError error = failed(
                    Status.Code.NOT_FOUND,
                    () -> directory(stranger)
                            .getDeployment(GetDeploymentRequest.newBuilder()
                                    .setName(wildcard(path))
                                    .build()));
            told.add(error.toString().replace(path.id(), "dep"));
        }
        assertEquals(told.get(0), told.get(1));
        assertFalse(told.get(0).contains(workspace.id()), told.get(0));
    }

    /** The same of tokens, whose answer must not say where they belong either. */
    @Test
    void aTokenTellsStrangersNothing() {
        String there = authority.issue(owner, deployment, null).token().id();
        String gone = authority.issue(owner, deployment, null).token().id();
        authority.tokens().delete(owner, organization.id(), gone);
        for (Call stranger : List.of(authority.owner(authority.organization()), authority.platform())) {
            List<String> told = new ArrayList<>();
            for (String id : List.of(there, gone)) {
                WireError error = failed(
                        Status.Code.NOT_FOUND,
                        () -> tokens(stranger)
                                .getToken(GetTokenRequest.newBuilder()
                                        .setName(organization.name() + "/tokens/" + id)
                                        .build()));
                told.add(error.toString().replace(id, "tok"));
            }
            assertEquals(told.get(1), told.get(0));
            assertFalse(told.get(0).contains(workspace.id()), told.get(0));
        }
    }

    @Test
    void allWorkspacesAreListedByAWildcard() {
        ResourcePath sibling = authority.workspace(owner, organization);
        ResourcePath cousin = authority.deployment(owner, sibling);
        assertEquals(2, deployments(organization.name() + "/workspaces/-").size());
        assertEquals(List.of(cousin.name()), deployments(sibling.name()));
        assertWrong("parent", () -> deployments(organization.name()));
        assertWrong("parent", () -> deployments(organization.name() + "/workspaces/*"));
    }

    private List<String> deployments(String parent) {
        return directory(owner)
                .listDeployments(
                        ListDeploymentsRequest.newBuilder().setParent(parent).build())
                .getDeploymentsList()
                .stream()
                .map(Deployment::getName)
                .toList();
    }

    @Test
    void pagesJoinUpToTheWholeList() {
        List<String> all = new ArrayList<>(List.of(workspace.name()));
        for (int i = 0; i < 6; i++) {
            authority.clock().advance(Duration.ofMillis(1));
            all.add(authority.workspace(owner, organization).name());
        }
        for (int size : new int[] {1, 2, 3, 6, 7, 8, 1000, 0}) {
            List<String> joined = new ArrayList<>();
            String pageToken = "";
            int pages = 0;
            do {
                ListWorkspacesResponse page = workspaces(size, pageToken);
                assertTrue(size == 0 || page.getWorkspacesCount() <= size);
                page.getWorkspacesList().forEach(each -> joined.add(each.getName()));
                pageToken = page.getNextPageToken();
                pages++;
            } while (!pageToken.isEmpty());
            assertEquals(all, joined);
            assertEquals(size == 0 ? 1 : (7 + size - 1) / size, pages);
        }
    }

    private ListWorkspacesResponse workspaces(int size, String pageToken) {
        return directory(owner)
                .listWorkspaces(ListWorkspacesRequest.newBuilder()
                        .setParent(organization.name())
                        .setPageSize(size)
                        .setPageToken(pageToken)
                        .build());
    }

    @Test
    void pagesOutsideTheBoundsAreRefused() {
        for (int size : new int[] {-1, 1001, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertWrong("page_size", () -> workspaces(size, ""));
            assertWrong(
                    "page_size",
                    () -> directory(owner)
                            .listOrganizations(ListOrganizationsRequest.newBuilder()
                                    .setPageSize(size)
                                    .build()));
            assertWrong(
                    "page_size",
                    () -> tokens(owner)
                            .listTokens(ListTokensRequest.newBuilder()
                                    .setParent(organization.name())
                                    .setPageSize(size)
                                    .build()));
        }
        for (String pageToken : List.of("!", "AAAA", workspace.id(), "'; DROP TABLE", "é")) {
            assertWrong("page_token", () -> workspaces(1, pageToken));
            assertWrong(
                    "page_token",
                    () -> tokens(owner)
                            .listTokens(ListTokensRequest.newBuilder()
                                    .setParent(organization.name())
                                    .setPageToken(pageToken)
                                    .build()));
        }
    }

    @Test
    void masksNameWhatMayChange() {
        Workspace.Builder wanted = Workspace.newBuilder()
                .setName(workspace.name())
                .setDisplayName("new name")
                .setDescription("new description");
        Workspace renamed = update(wanted, "display_name");
        assertEquals("new name", renamed.getDisplayName());
        assertEquals("", renamed.getDescription());
        Workspace described = update(wanted.clone().setDisplayName(""), "description");
        assertEquals("new name", described.getDisplayName());
        assertEquals("new description", described.getDescription());
        assertEquals("", update(wanted.clone().setDescription("")).getDescription());
        for (String path : List.of("name", "etag", "*", "displayName", "")) {
            assertWrong("update_mask", () -> update(wanted, path));
        }
        assertWrong("workspace.display_name", () -> update(wanted.clone().setDisplayName("")));
        failed(Status.Code.ABORTED, () -> update(wanted.clone().setEtag("1")));
        assertEquals("new name", update(wanted.clone().setEtag("4")).getDisplayName());
    }

    private Workspace update(Workspace.Builder workspace, String... mask) {
        return directory(owner)
                .updateWorkspace(UpdateWorkspaceRequest.newBuilder()
                        .setWorkspace(workspace)
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)))
                        .build())
                .getWorkspace();
    }

    @Test
    void masksOfOtherThingsAreReadToo() {
        for (String path : List.of("resource", "scope", "expiry_period_days", "*")) {
            assertWrong("update_mask", () -> updateRoles(path));
        }
        assertWrong("token.grants", () -> updateRoles("grants"));
        Grant own = grant(organization, "ORGANIZATION_OWNER");
        Token updated = updateRoles("grants", own);
        assertEquals(List.of(own), updated.getGrantsList());
        assertEquals("a token", updated.getDisplayName());
        assertWrong(
                "update_mask",
                () -> directory(owner)
                        .updateOrganization(UpdateOrganizationRequest.newBuilder()
                                .setOrganization(Organization.newBuilder().setName(organization.name()))
                                .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                                .build()));
    }

    private Token updateRoles(String mask, Grant... grants) {
        return tokens(owner)
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder()
                                .setName(owner.claims().principalName())
                                .addAllGrants(List.of(grants)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths(mask))
                        .build())
                .getToken();
    }

    @Test
    void aTokensResourceLiesInItsParent() {
        ResourcePath other = authority.organization();
        assertWrong(
                "token.resource",
                () -> create(Token.newBuilder().setDisplayName("x").setResource(other.name())));
        assertWrong("token.resource", () -> create(Token.newBuilder().setDisplayName("x")));
    }

    @Test
    void aUserIsGivenARoleByIdOrAddress() {
        UserServiceBlockingStub users = UserServiceGrpc.newBlockingStub(server.channel())
                .withCallCredentials(InProcess.bearer(owner.credential().text()));
        for (String email : List.of("ada@example.com", "a/b+c@example.com", "ä'%@example.com")) {
            User user = users.inviteUser(InviteUserRequest.newBuilder()
                            .setParent(organization.name())
                            .setEmail(email)
                            .setOrganizationRole("ORGANIZATION_MEMBER")
                            .build())
                    .getUser();
            assertEquals(
                    user.getName(),
                    users.setUserGrant(grantTo(organization.name() + "/users/" + email))
                            .getUser()
                            .getName());
            assertEquals(
                    email, users.setUserGrant(grantTo(user.getName())).getUser().getEmail());
            // Everything else is by id.
            assertWrong(
                    "name",
                    () -> users.getUser(GetUserRequest.newBuilder()
                            .setName(organization.name() + "/users/" + email)
                            .build()));
        }
        failed(
                Status.Code.NOT_FOUND,
                () -> users.setUserGrant(grantTo(organization.name() + "/users/nobody@example.com")));
        for (String wrong : List.of(
                "bob", "@example.com", "ada@", "ada@example@com", "a b@c", "a@b\nc", "a\n@b", "a@" + "b".repeat(319))) {
            assertWrong("name", () -> users.setUserGrant(grantTo(organization.name() + "/users/" + wrong)));
        }
        assertWrong("name", () -> users.setUserGrant(grantTo("organizations/org_/users/ada@example.com")));
        assertWrong("name", () -> users.setUserGrant(grantTo("ada@example.com")));
    }

    private SetUserGrantRequest grantTo(String user) {
        return SetUserGrantRequest.newBuilder()
                .setName(user)
                .setResource(workspace.name())
                .setRole("WORKSPACE_MEMBER")
                .build();
    }
}
