package dev.signet.authority.cli;

import dev.signet.v1.ListUsersRequest;
import dev.signet.v1.ListUsersResponse;
import dev.signet.v1.User;
import dev.signet.v1.UserServiceGrpc;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds people by their id or email address. */
record Users(Peer authority) {

    /** @param resource full name of the organization or workspace */
    ListUsersResponse list(String resource, @Nullable Integer limit) {
        String organization = TokenSelection.organization(resource);
        return authority.call(
                UserServiceGrpc::newBlockingStub,
                users -> Pages.read(
                        limit,
                        (size, token) -> users.listUsers(ListUsersRequest.newBuilder()
                                .setParent(organization)
                                .setWorkspace(resource.equals(organization) ? "" : resource)
                                .setPageSize(size)
                                .setPageToken(token)
                                .build())));
    }

    Optional<User> find(String resource, String user) {
        return list(resource, null).getUsersList().stream()
                .filter(each -> Entry.id(each.getName()).equals(user)
                        || each.getName().equals(user)
                        || each.getEmail().equalsIgnoreCase(user))
                .findFirst();
    }

    User require(String resource, String user) {
        return find(resource, user).orElseThrow(() -> Failure.refused("no user " + user + " on " + Entry.id(resource)));
    }

    static String label(User user) {
        return user.getEmail() + " (" + Entry.id(user.getName()) + ")";
    }
}
