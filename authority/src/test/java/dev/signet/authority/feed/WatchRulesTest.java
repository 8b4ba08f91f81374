package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.v1.Ping;
import dev.signet.v1.Subscribe;
import dev.signet.v1.WatchRequest;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may watch what, and what a verifier may say. */
@Timeout(60)
final class WatchRulesTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess server;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        server = new InProcess(authority);
        organization = authority.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private TestVerifier watch(Call by, Subscribe.Builder subscribe) {
        return TestVerifier.open(server.channel(), by.credential().text(), subscribe);
    }

    @Test
    void otherOrganizationsAreNobodysBusiness() throws Exception {
        ResourcePath other = authority.organization();
        for (Subscribe.Builder subscribe : List.of(
                Subscribe.newBuilder().addOrganizations(other.id()),
                Subscribe.newBuilder().addOrganizations(organization.id()).addOrganizations(other.id()),
                Subscribe.newBuilder().addOrganizations("org_that_is_not"))) {
            TestVerifier verifier = watch(owner, subscribe);
            assertEquals(Status.Code.NOT_FOUND, verifier.awaitEnd().getStatus().getCode());
            assertEquals(List.of(), verifier.soFar());
        }
        TestVerifier all = watch(owner, Subscribe.newBuilder().setAllOrganizations(true));
        assertEquals(Status.Code.PERMISSION_DENIED, all.awaitEnd().getStatus().getCode());
    }

    @Test
    void watchingNeedsARoleThatMay() throws Exception {
        ResourcePath workspace = authority.workspace(owner, organization);
        ResourcePath deployment = authority.deployment(owner, workspace);
        for (Call allowed : List.of(
                authority.token(owner, workspace, "WORKSPACE_OPERATOR"),
                authority.token(owner, deployment, "DEPLOYMENT_ADMIN"))) {
            assertEquals(
                    2,
                    TestVerifier.snapshots(
                                    watch(allowed, Subscribe.newBuilder()).untilPong())
                            .size());
        }
        for (Call refused : List.of(
                authority.token(owner, organization, "ORGANIZATION_MEMBER"),
                authority.token(owner, workspace, "WORKSPACE_AUTHOR"))) {
            TestVerifier verifier = watch(refused, Subscribe.newBuilder());
            assertEquals(
                    Status.Code.PERMISSION_DENIED,
                    verifier.awaitEnd().getStatus().getCode());
        }
    }

    @Test
    void whatIsNotInTurnEndsTheStream() throws Exception {
        WatchRequest.Builder subscribe = WatchRequest.newBuilder().setSubscribe(Subscribe.newBuilder());
        WatchRequest.Builder ping =
                WatchRequest.newBuilder().setPing(Ping.newBuilder().setNonce(ByteString.copyFrom(new byte[16])));
        WatchRequest.Builder shortPing =
                WatchRequest.newBuilder().setPing(Ping.newBuilder().setNonce(ByteString.copyFrom(new byte[15])));
        for (List<WatchRequest.Builder> said : List.of(
                List.of(ping),
                List.of(WatchRequest.newBuilder()),
                List.of(subscribe, subscribe),
                List.of(subscribe, shortPing),
                List.of(subscribe, WatchRequest.newBuilder()))) {
            TestVerifier verifier =
                    new TestVerifier(server.channel(), owner.credential().text(), message -> {});
            said.forEach(verifier::say);
            assertEquals(
                    Status.Code.INVALID_ARGUMENT,
                    verifier.awaitEnd().getStatus().getCode());
        }
    }
}
