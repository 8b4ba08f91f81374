package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.tokens.Retry;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.DeleteDeploymentRequest;
import dev.signet.v1.DeleteOrganizationRequest;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteWorkspaceRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Grant;
import dev.signet.v1.Propagation;
import dev.signet.v1.RemoveTokenGrantRequest;
import dev.signet.v1.RemoveUserGrantRequest;
import dev.signet.v1.RemoveUserRequest;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.SetTokenGrantRequest;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.v1.UpdateRoleRequest;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the answers to changes say of how far they have come. */
@Timeout(60)
final class ChangeAnswersTest {
    private static final Instant IN_A_MINUTE = FakeClock.START.plusSeconds(60);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess server;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;
    private TokenServiceBlockingStub tokens;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        server = new InProcess(authority);
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
        tokens = TokenServiceGrpc.newBlockingStub(server.channel())
                .withCallCredentials(InProcess.bearer(owner.credential().text()));
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private String token(ResourcePath resource, String role) {
        return authority.issue(owner, resource, role).token().name();
    }

    private void assertCertain(Instant when, Propagation propagation) {
        assertEquals(Wire.time(when), propagation.getCertainBy());
        assertEquals(
                java.time.Duration.between(FakeClock.START, when),
                java.time.Duration.ofSeconds(
                        propagation.getCertainIn().getSeconds(),
                        propagation.getCertainIn().getNanos()));
        assertEquals(head(), propagation.getRevision());
    }

    private long head() {
        return authority.unpublished().read(tx -> tx.trust().head());
    }

    private RotateTokenResponse rotate(RotateTokenRequest.Builder request) {
        return tokens.rotateToken(request.build());
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    @Test
    void everyAnswerTellsOfItsOwnChange() {
        String id = token(organization, "ORGANIZATION_MEMBER");
        assertCertain(
                IN_A_MINUTE,
                tokens.setTokenGrant(SetTokenGrantRequest.newBuilder()
                                .setName(id)
                                .setResource(workspace.name())
                                .setRole("WORKSPACE_MEMBER")
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE,
                tokens.removeTokenGrant(RemoveTokenGrantRequest.newBuilder()
                                .setName(id)
                                .setResource(workspace.name())
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE, update(id, "ORGANIZATION_BILLING_ADMIN", "grants").getPropagation());
        assertCertain(
                IN_A_MINUTE, rotate(RotateTokenRequest.newBuilder().setName(id)).getPropagation());
        assertCertain(
                IN_A_MINUTE,
                tokens.deleteToken(DeleteTokenRequest.newBuilder().setName(id).build())
                        .getPropagation());
        String key = authority
                .apiKeys()
                .create(owner, deployment, "ci", "", Retry.NEVER)
                .key()
                .name();
        assertCertain(
                IN_A_MINUTE,
                ApiKeyServiceGrpc.newBlockingStub(server.channel())
                        .withCallCredentials(InProcess.bearer(owner.credential().text()))
                        .deleteApiKey(
                                DeleteApiKeyRequest.newBuilder().setName(key).build())
                        .getPropagation());
    }

    @Test
    void whatEndsWithAParentIsTold() {
        token(deployment, "DEPLOYMENT_ADMIN");
        token(workspace, "WORKSPACE_MEMBER");
        var directory = DirectoryServiceGrpc.newBlockingStub(server.channel());
        var own = directory.withCallCredentials(
                InProcess.bearer(owner.credential().text()));
        assertCertain(
                IN_A_MINUTE,
                own.deleteDeployment(DeleteDeploymentRequest.newBuilder()
                                .setName(deployment.name())
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE,
                own.deleteWorkspace(DeleteWorkspaceRequest.newBuilder()
                                .setName(workspace.name())
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE,
                directory
                        .withCallCredentials(InProcess.bearer(authority.platformText()))
                        .deleteOrganization(DeleteOrganizationRequest.newBuilder()
                                .setName(organization.name())
                                .build())
                        .getPropagation());
    }

    @Test
    void whatAPersonMayAndWhatARolePermitsIsTold() {
        var own = InProcess.bearer(owner.credential().text());
        var people = UserServiceGrpc.newBlockingStub(server.channel()).withCallCredentials(own);
        var roles = RoleServiceGrpc.newBlockingStub(server.channel()).withCallCredentials(own);
        String ada = authority
                .people()
                .invite(owner, organization.id(), "ada@example.com", "ORGANIZATION_MEMBER")
                .name();
        assertCertain(
                IN_A_MINUTE,
                people.setUserGrant(SetUserGrantRequest.newBuilder()
                                .setName(ada)
                                .setResource(workspace.name())
                                .setRole("WORKSPACE_MEMBER")
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE,
                people.removeUserGrant(RemoveUserGrantRequest.newBuilder()
                                .setName(ada)
                                .setResource(workspace.name())
                                .build())
                        .getPropagation());
        assertCertain(
                IN_A_MINUTE,
                people.removeUser(RemoveUserRequest.newBuilder().setName(ada).build())
                        .getPropagation());
        Role role = Role.newBuilder()
                .setDisplayName("reader")
                .addPermissions("deployment.get")
                .build();
        var created = roles.createRole(CreateRoleRequest.newBuilder()
                .setParent(organization.name())
                .setRole(role)
                .build());
        assertCertain(IN_A_MINUTE, created.getPropagation());
        UpdateRoleRequest.Builder update = UpdateRoleRequest.newBuilder()
                .setRole(role.toBuilder()
                        .setName(created.getRole().getName())
                        .setDisplayName("renamed")
                        .addPermissions("deployment.update"));
        for (String field : List.of("display_name", "description")) {
            update.setUpdateMask(FieldMask.newBuilder().addPaths(field));
            assertFalse(roles.updateRole(update.build()).hasPropagation());
        }
        for (String field : List.of("permissions", "restricted_workspaces")) {
            update.setUpdateMask(FieldMask.newBuilder().addPaths(field));
            assertCertain(IN_A_MINUTE, roles.updateRole(update.build()).getPropagation());
        }
        assertCertain(
                IN_A_MINUTE, roles.updateRole(update.clearUpdateMask().build()).getPropagation());
        assertCertain(
                IN_A_MINUTE,
                roles.deleteRole(DeleteRoleRequest.newBuilder()
                                .setName(created.getRole().getName())
                                .build())
                        .getPropagation());
    }

    private UpdateTokenResponse update(String name, String role, String... mask) {
        return tokens.updateToken(UpdateTokenRequest.newBuilder()
                .setToken(Token.newBuilder()
                        .setName(name)
                        .setDisplayName("renamed")
                        .addGrants(Grant.newBuilder()
                                .setResource(organization.id())
                                .setRole(role)))
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)))
                .build());
    }

    @Test
    void verifiersNeedNotLearnANewName() {
        String id = token(organization, "ORGANIZATION_MEMBER");
        long before = head();
        assertFalse(update(id, "ORGANIZATION_MEMBER", "display_name").hasPropagation());
        assertFalse(update(id, "ORGANIZATION_MEMBER").hasPropagation());
        assertEquals(before, head());
        // Asked to change the roles, it tells of them even where they are these already: an earlier try may have done
        // it.
        assertCertain(
                IN_A_MINUTE,
                update(id, "ORGANIZATION_MEMBER", "display_name", "grants").getPropagation());
        assertEquals(before, head());
    }

    @Test
    void theEndOfAGraceIsCertainWhenItIsOverOrWhenAllKnowOfIt() {
        String id = token(organization, "ORGANIZATION_MEMBER");
        RotateTokenRequest.Builder rotation = RotateTokenRequest.newBuilder().setName(id);
        assertCertain(IN_A_MINUTE, rotate(rotation.setGrace(seconds(30))).getPropagation());
        // The old value is good for all of its last millisecond.
        Instant end = Instant.ofEpochMilli(FakeClock.START.plusSeconds(90).toEpochMilli() + 1);
        assertCertain(end, rotate(rotation.setGrace(seconds(90))).getPropagation());
        assertCertain(IN_A_MINUTE, rotate(rotation.clearGrace()).getPropagation());
    }

    @Test
    void aRequestThatComesAgainIsToldOfTheSameChange() {
        RotateTokenRequest.Builder rotation = RotateTokenRequest.newBuilder()
                .setName(token(organization, "ORGANIZATION_MEMBER"))
                .setGrace(seconds(90))
                .setRequestId("once");
        RotateTokenResponse first = rotate(rotation);
        RotateTokenResponse again = rotate(rotation.setWait(seconds(5)));
        // The same claims, signed anew.
        assertEquals(
                first.toBuilder().clearValue().build(),
                again.toBuilder().clearValue().build());
        assertEquals(head(), again.getPropagation().getRevision());
    }

    @Test
    void whoeverSaysNothingOfWaitingWaitsAMoment() {
        assertEquals(java.time.Duration.ofMillis(200), ChangeAnswers.wait(false, Duration.getDefaultInstance()));
        assertEquals(java.time.Duration.ZERO, ChangeAnswers.wait(true, Duration.getDefaultInstance()));
    }

    @Test
    void aWaitIsNotNegativeAndADayAtMost() {
        for (Duration bad : List.of(
                seconds(-1),
                seconds(86_401),
                seconds(Long.MAX_VALUE),
                seconds(Long.MIN_VALUE),
                Duration.newBuilder().setNanos(-1).build(),
                Duration.newBuilder().setSeconds(86_400).setNanos(1).build())) {
            String id = token(organization, "ORGANIZATION_MEMBER");
            WireError error = WireError.of(assertThrows(
                    StatusRuntimeException.class,
                    () -> tokens.deleteToken(DeleteTokenRequest.newBuilder()
                            .setName(id)
                            .setWait(bad)
                            .build())));
            assertEquals(Status.Code.INVALID_ARGUMENT, error.code());
            assertEquals(List.of("wait: must be from 0s to 24h"), error.violations());
            assertEquals(
                    id,
                    authority
                            .tokens()
                            .get(owner, organization.id(), id.substring(id.indexOf("tok_")))
                            .name());
        }
        for (Duration good : List.of(seconds(0), seconds(86_400))) {
            String id = token(organization, "ORGANIZATION_MEMBER");
            assertTrue(tokens.deleteToken(DeleteTokenRequest.newBuilder()
                            .setName(id)
                            .setWait(good)
                            .build())
                    .hasPropagation());
        }
    }
}
