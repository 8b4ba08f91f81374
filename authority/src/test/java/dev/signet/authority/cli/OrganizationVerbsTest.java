package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.CreateUserTokenRequest;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.ListUsersRequest;
import dev.signet.v1.RemoveUserGrantRequest;
import dev.signet.v1.RemoveUserRequest;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.UpdateApiKeyRequest;
import dev.signet.v1.UpdateRoleRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys, custom roles, people and the audit log. */
final class OrganizationVerbsTest {
    private final FakeOrganization organization = new FakeOrganization();
    private final Cli cli = new Cli(organization.services());

    @BeforeEach
    void somewhere() {
        cli.environment.put("SIGNET_WORKSPACE", "wsp_1");
        cli.environment.put("SIGNET_DEPLOYMENT", "dep_1");
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void anApiKeyIsPrintedToBePasted() {
        Cli.Run run = cli.run("de", "api-key", "create", "-n", "ci", "-d", "x", "--request-id", "r");
        assertEquals("ASTRONOMER_KEY_ID=key_1\nASTRONOMER_KEY_SECRET=sgk_secret\n", run.out());
        CreateApiKeyRequest request = last(CreateApiKeyRequest.class);
        assertEquals("organizations/org_1/workspaces/-/deployments/dep_1", request.getParent());
        assertEquals("r", request.getRequestId());
        assertEquals(new Cli.Run(0, "sgk_secret\n", ""), cli.run("de", "api-key", "cr", "-n", "ci", "-c"));
        assertEquals(
                List.of("apiKey", "secret"),
                List.copyOf(JsonParser.parseString(cli.run("de", "api-key", "cr", "-n", "ci", "-o", "json")
                                .out())
                        .getAsJsonObject()
                        .keySet()));
    }

    @Test
    void apiKeysByIdOrName() {
        assertTrue(cli.run("de", "api-key", "ls").out().contains("key_1   ci"));
        assertEquals(0, cli.run("de", "api-key", "up", "-t", "ci", "-d", "").exitCode());
        assertEquals(
                FakeOrganization.KEY,
                last(UpdateApiKeyRequest.class).getApiKey().getName());
        assertEquals(
                List.of("description"),
                last(UpdateApiKeyRequest.class).getUpdateMask().getPathsList());
        assertEquals(0, cli.run("de", "api-key", "de", "key_9", "-f").exitCode());
        assertEquals(
                "organizations/org_1/workspaces/-/deployments/dep_1/apiKeys/key_9",
                last(DeleteApiKeyRequest.class).getName());
        assertEquals(1, cli.run("de", "api-key", "de", "-t", "other", "-f").exitCode());
        cli.terminal = true;
        cli.input = "1\ny\n";
        assertEquals(0, cli.run("de", "api-key", "de").exitCode());
        assertEquals(FakeOrganization.KEY, last(DeleteApiKeyRequest.class).getName());
    }

    @Test
    void wrongUsageSendsNothing() {
        for (String[] arguments : new String[][] {
            {"de", "api-key", "cr"},
            {"de", "api-key", "up", "key_1"},
            {"de", "api-key", "de", "key_1"},
            {"de", "api-key", "de", "tok_1", "-f"},
            {"de", "api-key", "de", "-f"},
            {"org", "role", "cr", "-n", "x"},
            {"org", "role", "cr", "-p", "x"},
            {"org", "role", "cr", "-n", "x", "-p", "x", "--restricted-workspace", "dep_1"},
            {"org", "role", "up", "rol_1"},
            {"org", "role", "up", "rol_1", "--unrestricted", "--restricted-workspace", "wsp_1"},
            {"org", "role", "de", "rol_1"},
            {"org", "role", "de", "-f"},
            {"org", "user", "invite"},
            {"org", "user", "up", "ann@example.com"},
            {"org", "user", "remove", "ann@example.com"},
            {"org", "user", "token", "cr", "ann@example.com", "--lifetime", "8"},
            {"org", "al", "e", "-i", "0"},
            {"org", "al", "e", "-i", "1", "--start", "2026-11-22T00:00:00Z"},
            {"org", "al", "e", "--end", "2026-11-22"},
            {"org", "up"},
            {"org", "up", "--maximum-expiration", "0"},
            {"org", "up", "-d", "x"},
        }) {
            Cli.Run run = cli.run(arguments);
            assertEquals(2, run.exitCode(), () -> String.join(" ", arguments) + ": " + run);
            assertEquals("", run.out());
        }
        assertEquals(List.of(), organization.requests);
    }

    @Test
    void rolesAreMadeFromPermissions() {
        cli.run("org", "role", "cr", "-n", "x", "-p", "a,b", "--permission", "c", "--restricted-workspace", "wsp_1");
        CreateRoleRequest request = last(CreateRoleRequest.class);
        assertEquals(List.of("a", "b", "c"), request.getRole().getPermissionsList());
        assertEquals(List.of("wsp_1"), request.getRole().getRestrictedWorkspacesList());
    }

    @Test
    void rolesByIdOrName() {
        assertEquals("""
                NAME       ID      DESCRIPTION   PERMISSIONS   WORKSPACES
                Deployer   rol_1                 1             all
                """, cli.run("org", "role", "ls").out());
        assertEquals(
                0, cli.run("org", "role", "up", "Deployer", "--unrestricted").exitCode());
        assertEquals(
                List.of("restricted_workspaces"),
                last(UpdateRoleRequest.class).getUpdateMask().getPathsList());
        assertEquals(
                "organizations/org_1/roles/rol_1",
                last(UpdateRoleRequest.class).getRole().getName());
        assertEquals(0, cli.run("org", "role", "de", "rol_7", "-f").exitCode());
        assertEquals(
                "organizations/org_1/roles/rol_7", last(DeleteRoleRequest.class).getName());
        assertEquals(1, cli.run("org", "role", "de", "other", "-f").exitCode());
    }

    @Test
    void aCustomRoleIsGivenByItsName() {
        Cli.Run run = cli.run("wo", "user", "invite", "usr_2", "-r", "Deployer");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("rol_1", last(SetUserGrantRequest.class).getRole());
        assertEquals(
                new Cli.Run(1, "", "signet: no role is named Nobody\n"),
                cli.run("wo", "user", "invite", "usr_2", "-r", "Nobody"));
    }

    @Test
    void peopleOfTheOrganization() {
        cli.run("org", "user", "invite", "new@example.com");
        assertEquals("ORGANIZATION_MEMBER", last(InviteUserRequest.class).getOrganizationRole());
        cli.run("org", "user", "up", "BOB@example.com", "-r", "ORGANIZATION_OWNER");
        assertEquals(
                "organizations/org_1/users/usr_2",
                last(SetUserGrantRequest.class).getName());
        assertEquals("organizations/org_1", last(SetUserGrantRequest.class).getResource());
        cli.run("org", "user", "remove", "usr_1", "-f");
        assertEquals(
                "organizations/org_1/users/usr_1", last(RemoveUserRequest.class).getName());
        assertEquals(1, cli.run("org", "user", "remove", "usr_9", "-f").exitCode());
    }

    @Test
    void peopleOfAWorkspace() {
        assertFalse(cli.run("wo", "user", "ls").out().contains("bob"));
        Cli.Run invited = cli.run("wo", "user", "invite", "bob@example.com");
        assertEquals(0, invited.exitCode(), invited.err());
        assertEquals(
                "bob@example.com (usr_2) holds WORKSPACE_MEMBER on wsp_1 now.\n" + ConfirmationTest.LINE,
                invited.err());
        SetUserGrantRequest request = last(SetUserGrantRequest.class);
        assertEquals("organizations/org_1/users/bob@example.com", request.getName());
        assertEquals("WORKSPACE_MEMBER", request.getRole());
        assertEquals(
                new Cli.Run(1, "", "signet: not found: organizations/org_1/users/eve@example.com (NOT_FOUND)\n"),
                cli.run("wo", "user", "invite", "eve@example.com"));
        for (String id : List.of("usr_2", "organizations/org_1/users/usr_2")) {
            assertEquals(0, cli.run("wo", "user", "invite", id).exitCode());
            assertEquals(
                    "organizations/org_1/users/usr_2",
                    last(SetUserGrantRequest.class).getName());
        }
        Cli.Run twice = cli.run("wo", "user", "invite", "ann@example.com");
        assertEquals(1, twice.exitCode());
        assertTrue(twice.err().contains("already holds"), twice.err());
        assertEquals(
                1, cli.run("wo", "user", "up", "bob@example.com", "-r", "X").exitCode());
        // Who manages one workspace may see only its people.
        assertEquals(
                Set.of("organizations/org_1/workspaces/wsp_1"),
                organization.requests.stream()
                        .filter(ListUsersRequest.class::isInstance)
                        .map(each -> ((ListUsersRequest) each).getWorkspace())
                        .collect(Collectors.toSet()));
    }

    @Test
    void aRoleOnAWorkspaceIsTakenAwayWithoutBeingAskedWhereNobodySits() {
        for (String[] remove :
                new String[][] {{"wo", "user", "remove", "usr_1"}, {"wo", "user", "remove", "ann@example.com", "-f"}}) {
            Cli.Run run = cli.run(remove);
            assertEquals(
                    new Cli.Run(0, "", "Removed ann@example.com (usr_1) from wsp_1.\n" + ConfirmationTest.LINE), run);
            RemoveUserGrantRequest request = last(RemoveUserGrantRequest.class);
            assertEquals("organizations/org_1/users/usr_1", request.getName());
            assertEquals("organizations/org_1/workspaces/wsp_1", request.getResource());
        }
        organization.requests.clear();
        cli.terminal = true;
        for (String noun : List.of("wo", "org")) {
            cli.input = "n\n";
            Cli.Run run = cli.run(noun, "user", "remove", "usr_1");
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains("Remove them? (y/n)"), run.err());
        }
        assertTrue(organization.requests.stream().allMatch(ListUsersRequest.class::isInstance));
    }

    @Test
    void userTokens() {
        assertEquals(
                new Cli.Run(0, "user-token\n", ""),
                cli.run("org", "user", "token", "create", "ann@example.com", "--lifetime", "8h", "-c"));
        assertEquals(8 * 3600, last(CreateUserTokenRequest.class).getLifetime().getSeconds());
        cli.run("org", "user", "token", "create", "ann@example.com");
        assertFalse(last(CreateUserTokenRequest.class).hasLifetime());
        assertEquals(new Cli.Run(0, "fresh-token\n", ""), cli.run("auth", "token"));
    }

    @Test
    void eventsAreLinesOfJson() {
        Cli.Run run = cli.run("org", "al", "e");
        assertEquals(2, run.out().lines().count());
        assertEquals(
                "{\"sequence\":1,\"time\":\"2023-11-14T22:13:20Z\",\"actor\":\"\",\"action\":\"token.create\","
                        + "\"resource\":\"\",\"outcome\":\"OK\",\"address\":\"\",\"hash\":\"\"}",
                run.out().lines().findFirst().orElse(""));
        ExportAuditLogRequest request = last(ExportAuditLogRequest.class);
        assertEquals(Cli.NOW.getEpochSecond() - 86_400, request.getStartTime().getSeconds());
        assertFalse(request.hasEndTime());
        cli.run("org", "al", "e", "--start", "1970-01-01T01:00:01+01:00", "--end", "1970-01-01T00:00:02Z");
        assertEquals(1, last(ExportAuditLogRequest.class).getStartTime().getSeconds());
        assertEquals(2, last(ExportAuditLogRequest.class).getEndTime().getSeconds());
    }

    @Test
    void eventsGoToAFileWholeOrNotAtAll(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.ndjson.gz");
        organization.intact = false;
        assertEquals(1, cli.run("org", "al", "e", "-o", file.toString()).exitCode());
        assertFalse(Files.exists(file));
        organization.intact = true;
        assertEquals(
                new Cli.Run(0, "", "Wrote 2 events to " + file + ".\n"),
                cli.run("org", "al", "e", "-o", file.toString()));
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertEquals(2, new String(in.readAllBytes(), UTF_8).lines().count());
        }
        Path plain = folder.resolve("log.ndjson");
        cli.run("org", "al", "e", "-o", plain.toString());
        assertEquals(2, Files.readAllLines(plain).size());
    }

    @Test
    void theLogIsIntactOrNot() {
        assertEquals(new Cli.Run(0, """
                        LOG      EVENTS   BROKEN AT   PROBLEM   HEAD
                        intact   2        -           -         abc
                        """, ""), cli.run("org", "audit-logs", "verify"));
        organization.intact = false;
        Cli.Run broken = cli.run("org", "audit-logs", "verify", "-o", "json");
        assertEquals(1, broken.exitCode());
        assertTrue(broken.out().contains("\"brokenSequence\": 2"), broken.out());
    }

    private <T> T last(Class<T> type) {
        return type.cast(organization.requests.get(organization.requests.size() - 1));
    }
}
