package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.Scope;
import dev.signet.v1.UpdateTokenRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TokenVerbsTest {
    private final FakeTokens tokens = new FakeTokens()
            .with("tok_1", "ci", Scope.SCOPE_WORKSPACE, FakeTokens.WORKSPACE)
            .with("tok_2", "twin", Scope.SCOPE_WORKSPACE, FakeTokens.WORKSPACE)
            .with("tok_3", "twin", Scope.SCOPE_WORKSPACE, FakeTokens.WORKSPACE)
            .with("tok_4", "all", Scope.SCOPE_ORGANIZATION, FakeTokens.ORGANIZATION);
    private final Cli cli = new Cli(tokens);

    @BeforeEach
    void inWorkspace() {
        cli.environment.put("SIGNET_WORKSPACE", "wsp_1");
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void createsWithEverything() {
        Cli.Run run = cli.run("wo", "to", "cr", "-n", "x", "-d", "y", "-r", "WORKSPACE_OPERATOR", "-e", "30");

        assertEquals(new Cli.Run(0, "the-value\n", run.err()), run);
        assertTrue(run.err().contains("will not be shown again"), run.err());
        CreateTokenRequest request = last(CreateTokenRequest.class);
        assertEquals("organizations/org_1", request.getParent());
        assertEquals(FakeTokens.WORKSPACE, request.getToken().getResource());
        assertEquals("wsp_1", request.getToken().getGrants(0).getResource());
        assertEquals("WORKSPACE_OPERATOR", request.getToken().getGrants(0).getRole());
        assertEquals(30, request.getToken().getExpiryPeriodDays());
        assertEquals(List.of("Bearer " + cli.environment.get("ASTRO_API_TOKEN")), cli.authorizations);
    }

    @Test
    void cleanOutputIsTheValueAlone() {
        assertEquals(
                new Cli.Run(0, "the-value\n", ""),
                cli.run("workspace", "token", "create", "-n", "x", "-r", "R", "--clean-output"));
        assertEquals(
                new Cli.Run(0, "another-value\n", ""), cli.run("workspace", "token", "rotate", "tok_1", "-f", "-c"));
    }

    @Test
    void withoutExpirationNever() {
        cli.run("wo", "to", "cr", "-n", "x", "-r", "R");
        assertFalse(last(CreateTokenRequest.class).getToken().hasExpiryPeriodDays());
    }

    @Test
    void aDeploymentTokenNeedsNeitherRoleNorWorkspace() {
        assertEquals(
                0,
                cli.run("deployment", "token", "create", "-n", "x", "--deployment-id", "dep_1")
                        .exitCode());
        CreateTokenRequest request = last(CreateTokenRequest.class);
        // Not SIGNET_WORKSPACE, which may be another one.
        assertEquals(
                "organizations/org_1/workspaces/-/deployments/dep_1",
                request.getToken().getResource());
        assertEquals(0, request.getToken().getGrantsCount());
    }

    @Test
    void wrongUsageSendsNothing() {
        for (String[] arguments : new String[][] {
            {"wo", "to", "cr", "-n", "x"},
            {"wo", "to", "cr", "-r", "R"},
            {"wo", "to", "cr", "-n", "x", "-r", "R", "-e", "0"},
            {"wo", "to", "cr", "-n", "x", "-r", "R", "-e", "3651"},
            {"wo", "to", "cr", "-n", "x", "-r", "R", "--workspace-id", "dep_1"},
            {"wo", "to", "up", "tok_1"},
            {"wo", "to", "up", "tok_1", "-t", "ci", "-n", "x"},
            {"wo", "to", "get", "key_1"},
            {"wo", "to", "get"},
            {"wo", "to", "ro", "tok_1"},
            {"wo", "to", "de", "tok_1"},
            {"de", "to", "ls"},
            {"wo", "to", "ls", "-o", "xml"},
            {"wo", "to", "ls", "--limit", "0"},
        }) {
            Cli.Run run = cli.run(arguments);
            assertEquals(2, run.exitCode(), () -> String.join(" ", arguments) + ": " + run);
            assertEquals("", run.out());
            assertTrue(
                    run.err().startsWith("signet: ")
                            && run.err().indexOf('\n') == run.err().length() - 1,
                    run.err());
        }
        assertEquals(List.of(), tokens.requests);
    }

    @Test
    void listsAllPages() {
        Cli.Run run = cli.run("wo", "to", "ls");
        assertEquals("""
                ID      NAME   DESCRIPTION   SCOPE       ROLE                 CREATED       CREATED BY   EXPIRES
                tok_1   ci                   WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never
                tok_2   twin                 WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never
                tok_3   twin                 WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never
                """, run.out());
        JsonObject json = json(cli.run("wo", "to", "ls", "-o", "json"));
        assertEquals(3, json.getAsJsonArray("tokens").size());
        assertEquals("", json.get("nextPageToken").getAsString());
        assertEquals(
                1,
                json(cli.run("wo", "to", "ls", "-o", "json", "--limit", "1"))
                        .getAsJsonArray("tokens")
                        .size());
    }

    @Test
    void nothingFoundIsNoError() {
        cli.environment.put("SIGNET_WORKSPACE", "wsp_2");
        assertEquals(new Cli.Run(0, "", "No workspace tokens found.\n"), cli.run("wo", "to", "ls"));
        assertEquals(
                0,
                json(cli.run("wo", "to", "ls", "-o", "json"))
                        .getAsJsonArray("tokens")
                        .size());
    }

    @Test
    void aNameSelects() {
        assertEquals(0, cli.run("wo", "to", "ro", "-t", "ci", "--force").exitCode());
        assertEquals(
                "organizations/org_1/tokens/tok_1",
                last(RotateTokenRequest.class).getName());
    }

    @Test
    void aNameOfSeveralListsThem() {
        Cli.Run run = cli.run("wo", "to", "de", "--name", "twin", "--force");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("tok_2, tok_3"), run.err());
        assertEquals(4, tokens.tokens.size());
    }

    @Test
    void aPersonPicksAndConfirms() {
        cli.terminal = true;
        cli.input = "2\ny\n";
        Cli.Run run = cli.run("wo", "to", "de", "--name", "twin");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(
                "organizations/org_1/tokens/tok_3",
                last(DeleteTokenRequest.class).getName());
    }

    @Test
    void anythingButYesCancels() {
        cli.terminal = true;
        for (String answer : List.of("", "\n", "n\n", "yes please\n")) {
            cli.input = answer;
            assertEquals(1, cli.run("wo", "to", "de", "tok_1").exitCode());
        }
        assertEquals(4, tokens.tokens.size());
    }

    @Test
    void updatesOnlyWhatIsGivenEvenIfEmpty() {
        assertEquals(0, cli.run("wo", "to", "up", "tok_1", "-d", "").exitCode());
        assertEquals(
                List.of("description"),
                last(UpdateTokenRequest.class).getUpdateMask().getPathsList());
    }

    @Test
    void aTokenOfAnotherScopeIsLeftAlone() {
        Cli.Run run = cli.run("wo", "to", "de", "tok_4", "--force");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("`signet organization token`"), run.err());
        assertEquals(
                1,
                cli.run("wo", "to", "de", "tok_1", "--force", "--workspace-id", "wsp_2")
                        .exitCode());
        assertEquals(4, tokens.tokens.size());
    }

    @Test
    void fullNamesAreTaken() {
        assertEquals(
                0,
                cli.run("wo", "to", "get", "organizations/org_1/tokens/tok_1").exitCode());
        assertEquals(
                "organizations/org_1/tokens/tok_1", last(GetTokenRequest.class).getName());
    }

    @Test
    void shapesOfJson() {
        JsonObject created = json(cli.run("wo", "to", "cr", "-n", "x", "-r", "R", "-o", "json"));
        assertEquals(List.of("token", "value"), List.copyOf(created.keySet()));
        assertEquals(
                "workspace",
                json(cli.run("wo", "to", "get", "tok_1", "-o", "json"))
                        .getAsJsonObject("token")
                        .get("scope")
                        .getAsString());
        assertEquals(new JsonObject(), json(cli.run("wo", "to", "de", "tok_1", "-f", "-o", "json")));
        assertEquals(
                List.of("principal", "grants", "expireTime"),
                List.copyOf(json(cli.run("whoami", "-o", "json")).keySet()));
    }

    @Test
    void aRefusalIsOneLineWithItsReason() {
        assertEquals(
                new Cli.Run(1, "", "signet: no such token: name: unknown (TOKEN_NOT_FOUND)\n"),
                cli.run("wo", "to", "get", "tok_8"));
    }

    private static JsonObject json(Cli.Run run) {
        assertEquals(0, run.exitCode(), run.err());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private <T> T last(Class<T> type) {
        return type.cast(tokens.requests.get(tokens.requests.size() - 1));
    }
}
