package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import dev.signet.authority.directory.Directory;
import dev.signet.authority.directory.People;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.Person;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.authority.tokens.UserTokens.UserToken;
import dev.signet.v1.CreateUserTokenRequest;
import dev.signet.v1.CreateUserTokenResponse;
import dev.signet.v1.GetUserRequest;
import dev.signet.v1.GetUserResponse;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.InviteUserResponse;
import dev.signet.v1.ListUsersRequest;
import dev.signet.v1.ListUsersResponse;
import dev.signet.v1.RemoveUserGrantRequest;
import dev.signet.v1.RemoveUserGrantResponse;
import dev.signet.v1.RemoveUserRequest;
import dev.signet.v1.RemoveUserResponse;
import dev.signet.v1.RenewUserTokenRequest;
import dev.signet.v1.RenewUserTokenResponse;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.SetUserGrantResponse;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** {@code UserService}: requests to {@link People} and {@link UserTokens} and back. */
public final class UserGrpc extends UserServiceGrpc.UserServiceImplBase {
    private static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

    private final People people;
    private final UserTokens userTokens;
    private final Directory directory;
    private final ChangeAnswers changes;

    public UserGrpc(People people, UserTokens userTokens, Directory directory, ChangeAnswers changes) {
        this.people = people;
        this.userTokens = userTokens;
        this.directory = directory;
        this.changes = changes;
    }

    @Override
    public void inviteUser(InviteUserRequest request, StreamObserver<InviteUserResponse> response) {
        Person invited = people.invite(
                call(),
                Names.organization("parent", request.getParent()).organization(),
                request.getEmail(),
                request.getOrganizationRole());
        answer(
                response,
                InviteUserResponse.newBuilder().setUser(Wire.user(invited)).build());
    }

    @Override
    public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> response) {
        Names.InOrganization name = Names.user("name", request.getName());
        Person person = people.get(call(), name.organization(), name.id());
        answer(response, GetUserResponse.newBuilder().setUser(Wire.user(person)).build());
    }

    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        ResourcePath workspace =
                request.getWorkspace().isEmpty() ? null : Names.workspace("workspace", request.getWorkspace());
        List<Person> found = people.list(
                call(),
                Names.organization("parent", request.getParent()).organization(),
                workspace,
                paging.after(),
                paging.lookAhead());
        answer(
                response,
                ListUsersResponse.newBuilder()
                        .addAllUsers(paging.page(found).stream().map(Wire::user).toList())
                        .setNextPageToken(paging.next(found, Person::id))
                        .build());
    }

    @Override
    public void setUserGrant(SetUserGrantRequest request, StreamObserver<SetUserGrantResponse> response) {
        Names.InOrganization name = Names.userOrEmail("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<Person> updated = people.setGrant(
                call(),
                name.organization(),
                name.id(),
                Names.any(
                        "resource",
                        request.getResource(),
                        (organization, id) -> directory.locate(call(), organization, id)),
                request.getRole());
        changes.answer(
                response,
                name.organization(),
                updated,
                wait,
                propagation -> SetUserGrantResponse.newBuilder()
                        .setUser(Wire.user(updated.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void removeUserGrant(RemoveUserGrantRequest request, StreamObserver<RemoveUserGrantResponse> response) {
        Names.InOrganization name = Names.user("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<Person> updated = people.removeGrant(
                call(), name.organization(), name.id(), Names.workspace("resource", request.getResource()));
        changes.answer(
                response,
                name.organization(),
                updated,
                wait,
                propagation -> RemoveUserGrantResponse.newBuilder()
                        .setUser(Wire.user(updated.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void removeUser(RemoveUserRequest request, StreamObserver<RemoveUserResponse> response) {
        Names.InOrganization name = Names.user("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<Person> removed = people.remove(call(), name.organization(), name.id());
        changes.answer(
                response,
                name.organization(),
                removed,
                wait,
                propagation -> RemoveUserResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void createUserToken(CreateUserTokenRequest request, StreamObserver<CreateUserTokenResponse> response) {
        Names.InOrganization name = Names.user("name", request.getName());
        UserToken token = userTokens.create(
                call(),
                name.organization(),
                name.id(),
                Wire.duration(request.hasLifetime(), request.getLifetime(), DEFAULT_LIFETIME));
        answer(
                response,
                CreateUserTokenResponse.newBuilder()
                        .setValue(token.value())
                        .setExpireTime(Wire.time(token.expireTime()))
                        .build());
    }

    @Override
    public void renewUserToken(RenewUserTokenRequest request, StreamObserver<RenewUserTokenResponse> response) {
        UserToken token = userTokens.renew(call());
        answer(
                response,
                RenewUserTokenResponse.newBuilder()
                        .setValue(token.value())
                        .setExpireTime(Wire.time(token.expireTime()))
                        .build());
    }
}
