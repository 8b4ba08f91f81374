package dev.signet.authority.cli;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc.ApiKeyServiceImplBase;
import dev.signet.v1.AuditEvent;
import dev.signet.v1.AuditServiceGrpc.AuditServiceImplBase;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.CreateRoleResponse;
import dev.signet.v1.CreateUserTokenRequest;
import dev.signet.v1.CreateUserTokenResponse;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.DeleteApiKeyResponse;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.DeleteRoleResponse;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.ExportAuditLogResponse;
import dev.signet.v1.GetApiKeyRequest;
import dev.signet.v1.GetApiKeyResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.InviteUserResponse;
import dev.signet.v1.ListApiKeysRequest;
import dev.signet.v1.ListApiKeysResponse;
import dev.signet.v1.ListRolesRequest;
import dev.signet.v1.ListRolesResponse;
import dev.signet.v1.ListUsersRequest;
import dev.signet.v1.ListUsersResponse;
import dev.signet.v1.RemoveUserGrantRequest;
import dev.signet.v1.RemoveUserGrantResponse;
import dev.signet.v1.RemoveUserRequest;
import dev.signet.v1.RemoveUserResponse;
import dev.signet.v1.RenewUserTokenRequest;
import dev.signet.v1.RenewUserTokenResponse;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc.RoleServiceImplBase;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.SetUserGrantResponse;
import dev.signet.v1.UpdateApiKeyRequest;
import dev.signet.v1.UpdateApiKeyResponse;
import dev.signet.v1.UpdateRoleRequest;
import dev.signet.v1.UpdateRoleResponse;
import dev.signet.v1.User;
import dev.signet.v1.UserServiceGrpc.UserServiceImplBase;
import dev.signet.v1.VerifyAuditLogRequest;
import dev.signet.v1.VerifyAuditLogResponse;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** An organization with an API key, a role, two users (one of them in a workspace) and two events. */
final class FakeOrganization {
    static final String NAME = "organizations/org_1";
    private static final List<User> USERS =
            List.of(user("usr_1", "ann@example.com", "org_1", "wsp_1"), user("usr_2", "bob@example.com", "org_1"));
    static final String KEY = NAME + "/workspaces/-/deployments/dep_1/apiKeys/key_1";

    final List<Message> requests = new ArrayList<>();
    boolean intact = true;

    BindableService[] services() {
        return new BindableService[] {new ApiKeys(), new Roles(), new Users(), new Audit()};
    }

    private static ApiKey key() {
        return ApiKey.newBuilder().setName(KEY).setDisplayName("ci").build();
    }

    private static Role role() {
        return Role.newBuilder()
                .setName(NAME + "/roles/rol_1")
                .setDisplayName("Deployer")
                .addPermissions("deployment.get")
                .build();
    }

    private static User user(String id, String email, String... resources) {
        User.Builder user = User.newBuilder().setName(NAME + "/users/" + id).setEmail(email);
        for (String resource : resources) {
            user.addGrants(Grant.newBuilder().setResource(resource).setRole("A_MEMBER"));
        }
        return user.build();
    }

    private <T extends Message> void answer(Message request, StreamObserver<T> answer, T message) {
        requests.add(request);
        answer.onNext(FakePropagation.in(message));
        answer.onCompleted();
    }

    private final class ApiKeys extends ApiKeyServiceImplBase {
        @Override
        public void createApiKey(CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> answer) {
            answer(
                    request,
                    answer,
                    CreateApiKeyResponse.newBuilder()
                            .setApiKey(key())
                            .setSecret("sgk_secret")
                            .build());
        }

        @Override
        public void getApiKey(GetApiKeyRequest request, StreamObserver<GetApiKeyResponse> answer) {
            answer(
                    request,
                    answer,
                    GetApiKeyResponse.newBuilder()
                            .setApiKey(key().toBuilder().setName(request.getName()))
                            .build());
        }

        @Override
        public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> answer) {
            answer(
                    request,
                    answer,
                    ListApiKeysResponse.newBuilder().addApiKeys(key()).build());
        }

        @Override
        public void updateApiKey(UpdateApiKeyRequest request, StreamObserver<UpdateApiKeyResponse> answer) {
            answer(
                    request,
                    answer,
                    UpdateApiKeyResponse.newBuilder()
                            .setApiKey(request.getApiKey())
                            .build());
        }

        @Override
        public void deleteApiKey(DeleteApiKeyRequest request, StreamObserver<DeleteApiKeyResponse> answer) {
            answer(request, answer, DeleteApiKeyResponse.getDefaultInstance());
        }
    }

    private final class Roles extends RoleServiceImplBase {
        @Override
        public void createRole(CreateRoleRequest request, StreamObserver<CreateRoleResponse> answer) {
            answer(
                    request,
                    answer,
                    CreateRoleResponse.newBuilder().setRole(role()).build());
        }

        @Override
        public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> answer) {
            answer(
                    request,
                    answer,
                    ListRolesResponse.newBuilder().addRoles(role()).build());
        }

        @Override
        public void updateRole(UpdateRoleRequest request, StreamObserver<UpdateRoleResponse> answer) {
            answer(
                    request,
                    answer,
                    UpdateRoleResponse.newBuilder().setRole(request.getRole()).build());
        }

        @Override
        public void deleteRole(DeleteRoleRequest request, StreamObserver<DeleteRoleResponse> answer) {
            answer(request, answer, DeleteRoleResponse.getDefaultInstance());
        }
    }

    private final class Users extends UserServiceImplBase {
        @Override
        public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> answer) {
            List<User> found = USERS.stream()
                    .filter(user -> request.getWorkspace().isEmpty()
                            || user.getGrantsList().stream()
                                    .anyMatch(grant -> grant.getResource().equals(Entry.id(request.getWorkspace()))))
                    .toList();
            answer(
                    request,
                    answer,
                    ListUsersResponse.newBuilder().addAllUsers(found).build());
        }

        @Override
        public void inviteUser(InviteUserRequest request, StreamObserver<InviteUserResponse> answer) {
            answer(
                    request,
                    answer,
                    InviteUserResponse.newBuilder()
                            .setUser(user("usr_3", request.getEmail(), "org_1"))
                            .build());
        }

        @Override
        public void setUserGrant(SetUserGrantRequest request, StreamObserver<SetUserGrantResponse> answer) {
            requests.add(request);
            String who = Entry.id(request.getName());
            USERS.stream()
                    .filter(user -> user.getName().equals(request.getName())
                            || user.getEmail().equalsIgnoreCase(who))
                    .findFirst()
                    .ifPresentOrElse(
                            user -> {
                                answer.onNext(FakePropagation.in(SetUserGrantResponse.newBuilder()
                                        .setUser(user.toBuilder()
                                                .addGrants(Grant.newBuilder()
                                                        .setResource(Entry.id(request.getResource()))
                                                        .setRole(request.getRole())))
                                        .build()));
                                answer.onCompleted();
                            },
                            () -> answer.onError(io.grpc.Status.NOT_FOUND
                                    .withDescription("not found: " + request.getName())
                                    .asRuntimeException()));
        }

        @Override
        public void removeUserGrant(RemoveUserGrantRequest request, StreamObserver<RemoveUserGrantResponse> answer) {
            answer(request, answer, RemoveUserGrantResponse.getDefaultInstance());
        }

        @Override
        public void removeUser(RemoveUserRequest request, StreamObserver<RemoveUserResponse> answer) {
            answer(request, answer, RemoveUserResponse.getDefaultInstance());
        }

        @Override
        public void createUserToken(CreateUserTokenRequest request, StreamObserver<CreateUserTokenResponse> answer) {
            answer(
                    request,
                    answer,
                    CreateUserTokenResponse.newBuilder().setValue("user-token").build());
        }

        @Override
        public void renewUserToken(RenewUserTokenRequest request, StreamObserver<RenewUserTokenResponse> answer) {
            answer(
                    request,
                    answer,
                    RenewUserTokenResponse.newBuilder().setValue("fresh-token").build());
        }
    }

    private final class Audit extends AuditServiceImplBase {
        @Override
        public void exportAuditLog(ExportAuditLogRequest request, StreamObserver<ExportAuditLogResponse> answer) {
            requests.add(request);
            for (int sequence = 1; sequence <= 2; sequence++) {
                answer.onNext(ExportAuditLogResponse.newBuilder()
                        .setEvent(AuditEvent.newBuilder()
                                .setSequence(sequence)
                                .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                                .setAction("token.create")
                                .setOutcome("OK"))
                        .build());
            }
            if (intact) {
                answer.onCompleted();
            } else {
                answer.onError(io.grpc.Status.INTERNAL.asRuntimeException());
            }
        }

        @Override
        public void verifyAuditLog(VerifyAuditLogRequest request, StreamObserver<VerifyAuditLogResponse> answer) {
            answer(
                    request,
                    answer,
                    VerifyAuditLogResponse.newBuilder()
                            .setIntact(intact)
                            .setEvents(2)
                            .setBrokenSequence(intact ? 0 : 2)
                            .setProblem(intact ? "" : "changed")
                            .setHeadHash("abc")
                            .build());
        }
    }
}
