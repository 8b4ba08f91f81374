package dev.signet.authority.e2e;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceFutureStub;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Calls to make very often, each of somebody who does not wait for it for ever. */
final class Floods {
    private static final int DEADLINE_SECONDS = 5;

    private Floods() {}

    private static TokenServiceFutureStub tokens(Channel channel, String token) {
        return TokenServiceGrpc.newFutureStub(channel)
                .withCallCredentials(new BearerToken(token))
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    static Function<Channel, ListenableFuture<WhoAmIResponse>> whoAmI(String token) {
        return channel -> tokens(channel, token).whoAmI(WhoAmIRequest.getDefaultInstance());
    }

    static Function<Channel, ListenableFuture<CreateTokenResponse>> createToken(String token, String workspace) {
        CreateTokenRequest request = CreateTokenRequest.newBuilder()
                .setParent(workspace.split("/workspaces/", -1)[0])
                .setToken(Token.newBuilder()
                        .setDisplayName("flood")
                        .setResource(workspace)
                        .setExpiryPeriodDays(1)
                        .addGrants(Grant.newBuilder()
                                .setResource(Client.id(workspace))
                                .setRole("WORKSPACE_MEMBER")))
                .build();
        return channel -> tokens(channel, token).createToken(request);
    }

    /** Waits for no verifier. */
    static Function<Channel, ListenableFuture<DeleteTokenResponse>> deleteToken(String token, String name) {
        return channel -> tokens(channel, token)
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(Duration.getDefaultInstance())
                        .build());
    }
}
