package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import dev.signet.authority.Authority;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.Organization;
import dev.signet.v1.Workspace;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Astro's Terraform provider calls in the life of an {@code astro_api_token}, against the whole process: create and
 * then all the roles where there are several, read, update, delete, and read again. The bodies are what its generated
 * client sends: fields in alphabetical order, absent where they are not set.
 */
@Timeout(120)
final class RestWalkTest {
    private static final String[] PROVIDER = {"X-Astro-Client-Identifier", "terraform-provider-astro"};

    @TempDir
    private Path folder;

    private Authority authority;
    private RestClient client;
    private String base;
    private String owner;
    private String organization;
    private String workspace;
    private String deployment;

    @BeforeEach
    void start() throws IOException {
        Path data = folder.resolve("data");
        authority = Authority.start(TestAuthority.config(data));
        client = new RestClient(authority.httpPort());
        String operator = Files.readString(data.resolve("platform-token")).strip();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), authority.port()))
                .usePlaintext()
                .build();
        try {
            DirectoryServiceBlockingStub directory = DirectoryServiceGrpc.newBlockingStub(channel);
            String organizationName = directory
                    .withCallCredentials(new BearerToken(operator))
                    .createOrganization(CreateOrganizationRequest.newBuilder()
                            .setOrganization(Organization.newBuilder().setDisplayName("an organization"))
                            .build())
                    .getOrganization()
                    .getName();
            organization = Json.id(organizationName);
            base = "/v1/organizations/" + organization + "/tokens";
            // The operator makes the first owner by this surface too.
            owner = client.send(
                            operator,
                            "POST",
                            base,
                            "{\"name\":\"first\",\"role\":\"ORGANIZATION_OWNER\",\"type\":\"ORGANIZATION\"}")
                    .ok()
                    .text("token");
            directory = directory.withCallCredentials(new BearerToken(owner));
            String workspaceName = directory
                    .createWorkspace(CreateWorkspaceRequest.newBuilder()
                            .setParent(organizationName)
                            .setWorkspace(Workspace.newBuilder().setDisplayName("a workspace"))
                            .build())
                    .getWorkspace()
                    .getName();
            workspace = Json.id(workspaceName);
            deployment = Json.id(directory
                    .createDeployment(CreateDeploymentRequest.newBuilder()
                            .setParent(workspaceName)
                            .setDeployment(Deployment.newBuilder().setDisplayName("a deployment"))
                            .build())
                    .getDeployment()
                    .getName());
        } finally {
            channel.shutdownNow();
        }
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private Answer call(String method, String path, String body) {
        return client.send(owner, method, base + path, body, PROVIDER);
    }

    private static String role(String entityType, String entityId, String role) {
        return "{\"entityId\":\"%s\",\"entityType\":\"%s\",\"role\":\"%s\"}".formatted(entityId, entityType, role);
    }

    /** Whether a value still opens anything. */
    private int statusWith(String value) {
        return client.send(value, "GET", "/v1/authorization/permission-groups", "")
                .status();
    }

    @Test
    void anOrganizationsTokenWithRolesBelow() {
        walk(
                "{\"description\":\"by terraform\",\"entityId\":\"%s\",\"name\":\"org\",\"role\":\"ORGANIZATION_MEMBER\","
                                .formatted(organization)
                        + "\"tokenExpiryPeriodInDays\":30,\"type\":\"ORGANIZATION\"}",
                "ORGANIZATION",
                role("DEPLOYMENT", deployment, "DEPLOYMENT_ADMIN"),
                role("ORGANIZATION", organization, "ORGANIZATION_MEMBER"),
                role("WORKSPACE", workspace, "WORKSPACE_MEMBER"));
    }

    @Test
    void aWorkspacesTokenWithARoleBelow() {
        walk(
                "{\"description\":\"by terraform\",\"entityId\":\"%s\",\"name\":\"ws\",\"role\":\"WORKSPACE_OWNER\","
                                .formatted(workspace)
                        + "\"tokenExpiryPeriodInDays\":30,\"type\":\"WORKSPACE\"}",
                "WORKSPACE",
                role("WORKSPACE", workspace, "WORKSPACE_OPERATOR"),
                role("DEPLOYMENT", deployment, "DEPLOYMENT_ADMIN"));
    }

    @Test
    void aDeploymentsTokenWhichNeverExpires() {
        walk(
                "{\"description\":\"\",\"entityId\":\"%s\",\"name\":\"dep\",\"role\":\"DEPLOYMENT_ADMIN\","
                                .formatted(deployment)
                        + "\"type\":\"DEPLOYMENT\"}",
                "DEPLOYMENT",
                role("DEPLOYMENT", deployment, "DEPLOYMENT_ADMIN"));
    }

    /** In this version of the API the scope has another name. */
    @Test
    void aTokenInTheWordsOfTheVersionAfter() {
        walk(
                "{\"entityId\":\"%s\",\"kind\":\"STANDARD\",\"name\":\"v1\",\"role\":\"WORKSPACE_AUTHOR\","
                                .formatted(workspace)
                        + "\"scope\":\"WORKSPACE\"}",
                "WORKSPACE",
                role("WORKSPACE", workspace, "WORKSPACE_AUTHOR"));
    }

    private void walk(String create, String scope, String... roles) {
        Answer created = call("POST", "", create).ok();
        assertEquals(scope, created.text("type"));
        assertEquals(scope, created.text("scope"));
        assertEquals(create.contains("Days"), created.object().has("endAt"));
        assertEquals(1, created.array("roles").size());
        String value = created.text("token");
        String path = "/" + created.text("id");
        assertEquals(200, statusWith(value));

        Answer granted = call("POST", path + "/roles", "{\"roles\":[" + String.join(",", roles) + "]}")
                .ok();
        assertEquals(scope.equals("ORGANIZATION"), granted.object().has("organizationRole"));

        JsonObject read = call("GET", path, "").ok().object();
        assertEquals(roles.length, read.getAsJsonArray("roles").size());
        assertFalse(read.has("token"));
        assertEquals(200, statusWith(value), "its value goes on working");

        call("POST", path, "{\"description\":\"changed\",\"name\":\"another name\"}")
                .ok();
        call("POST", path + "/roles", "{\"roles\":[" + String.join(",", roles) + "]}")
                .ok();
        Answer updated = call("GET", path, "").ok();
        assertEquals("another name", updated.text("name"));
        assertEquals("changed", updated.text("description"));
        assertEquals(read.get("roles"), updated.object().get("roles"));
        assertEquals(read.get("createdAt"), updated.object().get("createdAt"));

        assertEquals(204, call("DELETE", path, "").status());
        assertEquals("404", call("GET", path, "").error());
        assertEquals("404", call("DELETE", path, "").error());
        assertEquals("404", call("POST", path, "{\"name\":\"x\"}").error());
        assertEquals("404", call("POST", path + "/rotate", "").error());
        assertEquals(401, statusWith(value));
    }
}
