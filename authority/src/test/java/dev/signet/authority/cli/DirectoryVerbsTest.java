package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.DeleteWorkspaceRequest;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.GetWorkspaceRequest;
import dev.signet.v1.ListDeploymentsRequest;
import dev.signet.v1.UpdateOrganizationRequest;
import dev.signet.v1.UpdateWorkspaceRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DirectoryVerbsTest {
    private final FakeDirectory directory = new FakeDirectory();
    private final Cli cli = new Cli(directory);

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void theCredentialNamesTheOrganization() {
        Cli.Run run = cli.run("workspace", "create", "--name", "Main", "-o", "json");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("organizations/org_1", last(CreateWorkspaceRequest.class).getParent());
        assertEquals(
                "organizations/org_1/workspaces/wsp_1",
                JsonParser.parseString(run.out())
                        .getAsJsonObject()
                        .getAsJsonObject("workspace")
                        .get("name")
                        .getAsString());
    }

    @Test
    void theEnvironmentBeatsTheCredentialAndAFlagBeatsBoth() {
        cli.environment.put("SIGNET_ORGANIZATION", "org_2");
        cli.run("wo", "cr", "-n", "Main");
        assertEquals("organizations/org_2", last(CreateWorkspaceRequest.class).getParent());
        cli.run("wo", "cr", "-n", "Main", "--organization-id", "org_3");
        assertEquals("organizations/org_3", last(CreateWorkspaceRequest.class).getParent());
        cli.run("wo", "--organization-id", "organizations/org_4", "cr", "-n", "Main");
        assertEquals("organizations/org_4", last(CreateWorkspaceRequest.class).getParent());
    }

    @Test
    void aPlatformTokenMustSayWhich() {
        cli.environment.put("ASTRO_API_TOKEN", Cli.token("{}"));
        Cli.Run run = cli.run("wo", "cr", "-n", "Main");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--organization-id or set SIGNET_ORGANIZATION"), run.err());
        assertEquals(0, cli.run("organization", "create", "--name", "Acme").exitCode());
        assertEquals("""
                ID      NAME   DESCRIPTION   CREATED
                org_1   Acme                 20779 days ago
                """, cli.run("org", "ls").out());
    }

    @Test
    void deploymentsOfOneWorkspaceOrOfAll() {
        cli.run("de", "ls");
        assertEquals(
                "organizations/org_1/workspaces/-",
                last(ListDeploymentsRequest.class).getParent());
        cli.environment.put("SIGNET_WORKSPACE", "wsp_7");
        cli.run("de", "ls");
        assertEquals(
                "organizations/org_1/workspaces/wsp_7",
                last(ListDeploymentsRequest.class).getParent());
        cli.run("de", "ls", "--workspace-id", "-");
        assertEquals(
                "organizations/org_1/workspaces/-",
                last(ListDeploymentsRequest.class).getParent());
        cli.run("de", "cr", "-n", "Airflow");
        assertEquals(
                "organizations/org_1/workspaces/wsp_7",
                last(CreateDeploymentRequest.class).getParent());
        assertEquals(
                2, cli.run("de", "cr", "-n", "Airflow", "--workspace-id", "-").exitCode());
    }

    @Test
    void oneByIdByNameOrByEnvironment() {
        cli.run("de", "get", "dep_1");
        assertEquals(
                "organizations/org_1/workspaces/-/deployments/dep_1",
                last(GetDeploymentRequest.class).getName());
        String name = "organizations/org_2/workspaces/wsp_2/deployments/dep_2";
        cli.run("de", "get", name);
        assertEquals(name, last(GetDeploymentRequest.class).getName());
        cli.environment.put("SIGNET_DEPLOYMENT", "dep_3");
        cli.run("de", "get");
        assertEquals(
                "organizations/org_1/workspaces/-/deployments/dep_3",
                last(GetDeploymentRequest.class).getName());
        assertEquals(2, cli.run("de", "get", name, "--organization-id", "org_1").exitCode());
        assertEquals(2, cli.run("de", "get", "organizations/org_1/tokens/tok_1").exitCode());
        assertEquals(2, cli.run("de", "get", "dep_1/../x").exitCode());
    }

    @Test
    void updates() {
        assertEquals(2, cli.run("wo", "up", "wsp_1").exitCode());
        assertEquals(0, cli.run("wo", "up", "wsp_1", "-n", "New", "-d", "").exitCode());
        UpdateWorkspaceRequest request = last(UpdateWorkspaceRequest.class);
        assertEquals(
                List.of("display_name", "description"), request.getUpdateMask().getPathsList());
        assertEquals("New", request.getWorkspace().getDisplayName());
    }

    @Test
    void policyOfAnOrganization() {
        Cli.Run run =
                cli.run("org", "up", "--maximum-expiration", "90", "--require-expiration", "--audit-retention", "30");
        assertEquals(0, run.exitCode(), run.err());
        UpdateOrganizationRequest request = last(UpdateOrganizationRequest.class);
        assertEquals(
                List.of("maximum_expiry_period_days", "expiry_required", "audit_retention_days"),
                request.getUpdateMask().getPathsList());
        assertEquals(90, request.getOrganization().getMaximumExpiryPeriodDays());
        assertTrue(request.getOrganization().getExpiryRequired());
        assertEquals(30, request.getOrganization().getAuditRetentionDays());
        cli.run("org", "up", "org_2", "--no-require-expiration");
        request = last(UpdateOrganizationRequest.class);
        assertEquals("organizations/org_2", request.getOrganization().getName());
        assertEquals(List.of("expiry_required"), request.getUpdateMask().getPathsList());
        assertFalse(request.getOrganization().getExpiryRequired());
    }

    @Test
    void deletingNeedsTheIdAndTheName() {
        cli.environment.put("SIGNET_WORKSPACE", "wsp_1");
        assertEquals(2, cli.run("wo", "de", "--force").exitCode());
        assertEquals(2, cli.run("wo", "de", "wsp_1").exitCode());
        cli.terminal = true;
        cli.input = "main\n";
        assertEquals(1, cli.run("wo", "de", "wsp_1").exitCode());
        assertEquals(
                "organizations/org_1/workspaces/wsp_1",
                last(GetWorkspaceRequest.class).getName());
        cli.input = "Main\n";
        assertEquals(0, cli.run("wo", "de", "wsp_1").exitCode());
        assertEquals(
                "organizations/org_1/workspaces/wsp_1",
                last(DeleteWorkspaceRequest.class).getName());
    }

    @Test
    void theDemoIsFoundOrMade() {
        FakeTokens tokens = new FakeTokens();
        try (Cli both = new Cli(directory, tokens)) {
            Demo first = both.demo();
            assertEquals("organizations/org_1/workspaces/wsp_1/deployments/dep_1", first.deployment());
            assertEquals("the-value", first.token());
            assertEquals(first, both.demo());
            assertEquals(2, tokens.requests.size());
            assertEquals("Bearer platform", both.authorizations.get(0));
            assertEquals("Bearer the-value", both.authorizations.get(both.authorizations.size() - 1));
        }
        assertEquals(1, directory.deployments.size());
    }

    private <T> T last(Class<T> type) {
        return type.cast(directory.requests.get(directory.requests.size() - 1));
    }
}
