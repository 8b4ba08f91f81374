package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.util.Durations;
import dev.signet.v1.AuditEvent;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.CreateUserTokenRequest;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.Grant;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.ListSigningKeysRequest;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Organization;
import dev.signet.v1.Propagation;
import dev.signet.v1.RevokeSigningKeyRequest;
import dev.signet.v1.RevokeSigningKeyResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.SigningKey;
import dev.signet.v1.SigningKeyServiceGrpc;
import dev.signet.v1.SigningKeyState;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.v1.VerifyAuditLogRequest;
import dev.signet.v1.VerifyAuditLogResponse;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.v1.Workspace;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The authority's services, called with one credential. */
final class Client implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 20;

    private final ManagedChannel channel;
    private final BearerToken credential;

    Client(int port, String credential) {
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .intercept(SecretWatch.onChannel())
                .build();
        this.credential = new BearerToken(credential);
    }

    String createOrganization(String displayName) {
        return directory()
                .createOrganization(CreateOrganizationRequest.newBuilder()
                        .setOrganization(Organization.newBuilder().setDisplayName(displayName))
                        .build())
                .getOrganization()
                .getName();
    }

    String createWorkspace(String organization, String displayName) {
        return directory()
                .createWorkspace(CreateWorkspaceRequest.newBuilder()
                        .setParent(organization)
                        .setWorkspace(Workspace.newBuilder().setDisplayName(displayName))
                        .build())
                .getWorkspace()
                .getName();
    }

    String createDeployment(String workspace, String displayName) {
        return directory()
                .createDeployment(CreateDeploymentRequest.newBuilder()
                        .setParent(workspace)
                        .setDeployment(Deployment.newBuilder().setDisplayName(displayName))
                        .build())
                .getDeployment()
                .getName();
    }

    CreateTokenResponse createToken(String resource, String role, String displayName) {
        return tokens().createToken(CreateTokenRequest.newBuilder()
                .setParent(resource.split("/workspaces/", -1)[0])
                .setToken(Token.newBuilder()
                        .setDisplayName(displayName)
                        .setResource(resource)
                        .setExpiryPeriodDays(1)
                        .addGrants(Grant.newBuilder().setResource(id(resource)).setRole(role)))
                .build());
    }

    Token getToken(String name) {
        return tokens().getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    List<Token> listTokens(String organization) {
        List<Token> all = new ArrayList<>();
        ListTokensRequest.Builder request =
                ListTokensRequest.newBuilder().setParent(organization).setPageSize(1000);
        do {
            ListTokensResponse page = tokens().listTokens(request.build());
            all.addAll(page.getTokensList());
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return all;
    }

    RotateTokenResponse rotateToken(String name) {
        return tokens().rotateToken(
                        RotateTokenRequest.newBuilder().setName(name).build());
    }

    void deleteToken(String name) {
        var unused = tokens().deleteToken(
                        DeleteTokenRequest.newBuilder().setName(name).build());
    }

    /** @param wait how long to wait for verifiers at most */
    Propagation deleteToken(String name, Duration wait) {
        return tokens().deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(Durations.fromMillis(wait.toMillis()))
                        .build())
                .getPropagation();
    }

    /** A person's token that lasts a second. */
    String shortLivedUserToken(String organization, String email) {
        UserServiceGrpc.UserServiceBlockingStub users = calling(UserServiceGrpc.newBlockingStub(channel));
        String user = users.inviteUser(InviteUserRequest.newBuilder()
                        .setParent(organization)
                        .setEmail(email)
                        .setOrganizationRole("ORGANIZATION_OWNER")
                        .build())
                .getUser()
                .getName();
        return users.createUserToken(CreateUserTokenRequest.newBuilder()
                        .setName(user)
                        .setLifetime(Durations.fromSeconds(1))
                        .build())
                .getValue();
    }

    /** All events of an organization, from a log that is found to be whole. */
    List<AuditEvent> auditLog(String organization) {
        VerifyAuditLogResponse verified = audit().verifyAuditLog(VerifyAuditLogRequest.newBuilder()
                .setParent(organization)
                .build());
        assertEquals("", verified.getProblem());
        List<AuditEvent> events = new ArrayList<>();
        audit().exportAuditLog(ExportAuditLogRequest.newBuilder()
                        .setParent(organization)
                        .build())
                .forEachRemaining(response -> events.add(response.getEvent()));
        return events;
    }

    /** @param value the credential to ask with, instead of this client's own */
    WhoAmIResponse whoAmI(String value) {
        return tokens().withCallCredentials(new BearerToken(value)).whoAmI(WhoAmIRequest.getDefaultInstance());
    }

    /** The {@code kid} of the key that signs now. */
    String activeKey() {
        return keys().listSigningKeys(ListSigningKeysRequest.getDefaultInstance()).getSigningKeysList().stream()
                .filter(key -> key.getState() == SigningKeyState.SIGNING_KEY_STATE_ACTIVE)
                .map(SigningKey::getKeyId)
                .findFirst()
                .orElseThrow();
    }

    RevokeSigningKeyResponse revokeKey(String id) {
        return keys().revokeSigningKey(RevokeSigningKeyRequest.newBuilder()
                .setName("signingKeys/" + id)
                .setWait(Durations.fromSeconds(DEADLINE_SECONDS / 2))
                .build());
    }

    TrustServiceGrpc.TrustServiceStub trust() {
        return TrustServiceGrpc.newStub(channel).withCallCredentials(credential);
    }

    static String id(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private DirectoryServiceGrpc.DirectoryServiceBlockingStub directory() {
        return calling(DirectoryServiceGrpc.newBlockingStub(channel));
    }

    private TokenServiceGrpc.TokenServiceBlockingStub tokens() {
        return calling(TokenServiceGrpc.newBlockingStub(channel));
    }

    private SigningKeyServiceGrpc.SigningKeyServiceBlockingStub keys() {
        return calling(SigningKeyServiceGrpc.newBlockingStub(channel));
    }

    private AuditServiceGrpc.AuditServiceBlockingStub audit() {
        return calling(AuditServiceGrpc.newBlockingStub(channel));
    }

    private <S extends AbstractStub<S>> S calling(S stub) {
        // A channel that saw its server go would else refuse for a while.
        channel.resetConnectBackoff();
        return stub.withCallCredentials(credential).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
