package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.Grant;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.RemoveTokenGrantRequest;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.Scope;
import dev.signet.v1.SetTokenGrantRequest;
import dev.signet.v1.Token;
import dev.signet.v1.UpdateTokenRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        assertEquals("x", request.getToken().getDisplayName());
        assertEquals("y", request.getToken().getDescription());
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
                cli.run("workspace", "token", "create", "-n", "x", "-r", "WORKSPACE_MEMBER", "--clean-output"));
        assertEquals(
                new Cli.Run(0, "another-value\n", ""), cli.run("workspace", "token", "rotate", "tok_1", "-f", "-c"));
    }

    @Test
    void withoutExpirationNever() {
        cli.run("wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_MEMBER");
        assertFalse(last(CreateTokenRequest.class).getToken().hasExpiryPeriodDays());
        assertEquals("", last(CreateTokenRequest.class).getToken().getDescription());
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
            {"wo", "to", "cr", "-r", "WORKSPACE_MEMBER"},
            {"wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_MEMBER", "-e", "0"},
            {"wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_MEMBER", "-e", "3651"},
            {"wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_MEMBER", "--workspace-id", "dep_1"},
            {"wo", "to", "up", "tok_1"},
            {"wo", "to", "get", "key_1"},
            {"wo", "to", "get"},
            {"wo", "to", "ro", "tok_1"},
            {"wo", "to", "de", "tok_1"},
            {"de", "to", "ls"},
            {"wo", "to", "ls", "-o", "xml"},
            {"wo", "to", "ls", "--limit", "0"},
            {"wo", "to", "ls", "--sort", "id"},
            {"wo", "to", "ls", "--expiring-within", "2w"},
            {"wo", "to", "ro", "tok_1", "-f", "--grace", "PT1M"},
            {"wo", "to", "organization-token", "add", "tok_4"},
            {"wo", "to", "organization-token", "remove"},
            {"wo", "to", "organization-token", "update", "-r", "WORKSPACE_OWNER"},
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
                ID      NAME   SCOPE       ROLE                 CREATED       CREATED BY   EXPIRES   LAST USED
                tok_1   ci     WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never     never
                tok_2   twin   WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never     never
                tok_3   twin   WORKSPACE   WORKSPACE_OPERATOR   2 hours ago   tok_0        never     never
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
        for (List<String> list : List.of(List.of("workspace"), List.of("organization", "organization-token"))) {
            List<String> arguments = new ArrayList<>(List.of("wo", "to"));
            arguments.addAll(list.subList(1, list.size()));
            arguments.add("ls");
            assertEquals(
                    new Cli.Run(
                            0,
                            "",
                            "No " + list.get(0) + " tokens found. `signet whoami` tells what this credential holds.\n"),
                    cli.run(arguments.toArray(String[]::new)));
            arguments.addAll(List.of("-o", "json"));
            Cli.Run run = cli.run(arguments.toArray(String[]::new));
            assertEquals("", run.err());
            assertEquals(0, json(run).getAsJsonArray("tokens").size());
        }
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
        attach("tok_4", "WORKSPACE_MEMBER");
        tokens.with("tok_5", "small", Scope.SCOPE_DEPLOYMENT, FakeTokens.WORKSPACE + "/deployments/dep_1");
        Map<String, Token> before = Map.copyOf(tokens.tokens);
        for (String[] arguments : new String[][] {
            {"wo", "to", "ro", "tok_4", "--force"},
            {"wo", "to", "up", "tok_4", "-n", "new"},
            {"wo", "to", "up", "tok_4", "-r", "WORKSPACE_OWNER"},
            {"wo", "to", "ro", "-t", "all", "--force"},
            {"wo", "to", "up", "-t", "all", "-n", "new"},
            {"wo", "to", "de", "tok_5", "--force"},
            {"org", "to", "de", "tok_1", "--force"},
            {"wo", "to", "de", "tok_1", "--force", "--workspace-id", "wsp_2"}
        }) {
            Cli.Run run = cli.run(arguments);
            assertEquals(1, run.exitCode(), () -> String.join(" ", arguments) + ": " + run);
            boolean selectedByName = arguments[3].equals("-t");
            boolean ownScope = arguments[3].equals("tok_1") && arguments[0].equals("wo");
            assertEquals(!selectedByName && !ownScope, run.err().contains(" token: use `signet "), run.err());
        }
        assertEquals(before, tokens.tokens);
        assertEquals(0, tokens.requests.stream().filter(TokenVerbsTest::changes).count());
    }

    @Test
    void deletingATokenOfAnOuterScopeTakesItsRoleHereAndNothingElse() {
        attach("tok_4", "WORKSPACE_MEMBER");
        attach("tok_4", "dep_1", "DEPLOYMENT_ADMIN");
        attach("tok_1", "dep_1", "DEPLOYMENT_ADMIN");
        Map<String, Token> before = Map.copyOf(tokens.tokens);

        Cli.Run byId = cli.run("wo", "to", "de", "tok_4", "--force");
        assertEquals(
                new Cli.Run(
                        0,
                        "",
                        "Token all (tok_4) was not deleted and lives on; it lost the role WORKSPACE_MEMBER on wsp_1."
                                + " `signet organization token delete` ends it for good.\n" + ConfirmationTest.LINE),
                byId);
        assertEquals(removal("tok_4", FakeTokens.WORKSPACE), last(RemoveTokenGrantRequest.class));

        String deployment = FakeTokens.ORGANIZATION + "/workspaces/-/deployments/dep_1";
        JsonObject byName =
                json(cli.run("de", "to", "de", "--name", "all", "-f", "--deployment-id", "dep_1", "-o", "json"));
        assertEquals("all", byName.getAsJsonObject("token").get("displayName").getAsString());
        assertEquals(removal("tok_4", deployment), last(RemoveTokenGrantRequest.class));

        Cli.Run workspaces = cli.run("de", "to", "de", "tok_1", "-f", "--deployment-id", "dep_1");
        assertTrue(workspaces.err().contains("`signet workspace token delete`"), workspaces.err());
        assertEquals(removal("tok_1", deployment), last(RemoveTokenGrantRequest.class));

        assertEquals(before.keySet(), tokens.tokens.keySet());
        assertEquals(
                List.of(grant("org_1", "WORKSPACE_OPERATOR")), token("tok_4").getGrantsList());
        assertEquals(
                List.of(grant("wsp_1", "WORKSPACE_OPERATOR")), token("tok_1").getGrantsList());
    }

    @Test
    void aTokenOfAnOuterScopeWithoutARoleHereIsNotThereToDelete() {
        Cli.Run byId = cli.run("wo", "to", "de", "tok_4", "--force");
        assertEquals(
                new Cli.Run(
                        1,
                        "",
                        "signet: tok_4 holds no role on wsp_1 and is an organization token: use `signet organization"
                                + " token`\n"),
                byId);
        assertEquals(1, cli.run("wo", "to", "de", "-t", "all", "--force").exitCode());
        assertEquals(0, tokens.requests.stream().filter(TokenVerbsTest::changes).count());
    }

    @Test
    void anOrganizationTokenIsDeletedInItsOrganization() {
        attach("tok_4", "WORKSPACE_MEMBER");
        assertEquals(0, cli.run("org", "to", "de", "-t", "all", "--force").exitCode());
        assertEquals(
                "organizations/org_1/tokens/tok_4",
                last(DeleteTokenRequest.class).getName());
        assertEquals(3, tokens.tokens.size());
    }

    @Test
    void aPersonIsToldThatATokenOfAnOuterScopeLivesOn() {
        attach("tok_4", "WORKSPACE_MEMBER");
        cli.terminal = true;
        cli.input = "n\n";
        assertEquals(1, cli.run("wo", "to", "de", "tok_4").exitCode());
        assertEquals(0, tokens.requests.stream().filter(TokenVerbsTest::changes).count());
        cli.input = "y\n";
        Cli.Run run = cli.run("wo", "to", "de", "tok_4");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.err()
                        .startsWith("Token all (tok_4) is an organization token and lives on. It loses the role"
                                + " WORKSPACE_MEMBER on wsp_1.\nRemove it? (y/n) "),
                run.err());
    }

    /** As Astro's documents write it: {@code organization-token add <ID> --org-token-name=…}. */
    @Test
    void nextToAnIdANameMustBeThatTokens() {
        for (String[] right : new String[][] {
            {"wo", "to", "up", "tok_1", "-t", "ci", "-n", "new"},
            {"wo", "to", "ro", "tok_2", "--name=twin", "-f"},
            {"wo", "to", "organization-token", "add", "tok_4", "--org-token-name=all", "-r", "WORKSPACE_MEMBER"},
            {"wo", "to", "organization-token", "update", "tok_4", "--org-token-name=all", "-r", "WORKSPACE_OWNER"},
            {"wo", "to", "organization-token", "remove", "tok_4", "--org-token-name=all"},
            {"wo", "to", "add", "tok_4", "-n", "all", "-r", "WORKSPACE_MEMBER"},
            {"wo", "to", "de", "tok_4", "-t", "all", "-f"},
            {"wo", "to", "de", "tok_3", "-t", "twin", "-f"}
        }) {
            Cli.Run run = cli.run(right);
            assertEquals(0, run.exitCode(), () -> String.join(" ", right) + ": " + run);
        }
        assertEquals(
                "organizations/org_1/tokens/tok_3",
                last(DeleteTokenRequest.class).getName());
        attach("tok_4", "WORKSPACE_MEMBER");
        tokens.requests.clear();
        for (String[] wrong : new String[][] {
            {"wo", "to", "get", "tok_1", "-t", "twin"},
            {"wo", "to", "roles", "tok_1", "-t", "twin"},
            {"wo", "to", "up", "tok_1", "-t", "twin", "-n", "new"},
            {"wo", "to", "ro", "tok_1", "-t", "twin", "-f"},
            {"wo", "to", "de", "tok_1", "-t", "twin", "-f"},
            {"wo", "to", "de", "tok_4", "-t", "twin", "-f"},
            {"wo", "to", "organization-token", "add", "tok_4", "--org-token-name=twin", "-r", "WORKSPACE_MEMBER"},
            {"wo", "to", "organization-token", "update", "tok_4", "--org-token-name=twin", "-r", "WORKSPACE_OWNER"},
            {"wo", "to", "organization-token", "remove", "tok_4", "--org-token-name=twin"}
        }) {
            String is = String.join(" ", wrong).contains("tok_4") ? "tok_4 is named all" : "tok_1 is named ci";
            assertEquals(
                    new Cli.Run(1, "", "signet: " + is + ", not twin\n"),
                    cli.run(wrong),
                    () -> String.join(" ", wrong));
        }
        assertEquals(0, tokens.requests.stream().filter(TokenVerbsTest::changes).count());
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
        JsonObject created = json(cli.run("wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_MEMBER", "-o", "json"));
        assertEquals(List.of("token", "value"), List.copyOf(created.keySet()));
        assertEquals(
                "workspace",
                json(cli.run("wo", "to", "get", "tok_1", "-o", "json"))
                        .getAsJsonObject("token")
                        .get("scope")
                        .getAsString());
        assertEquals(
                List.of("token", "value", "propagation"),
                List.copyOf(json(cli.run("wo", "to", "ro", "tok_1", "-f", "-o", "json"))
                        .keySet()));
        assertEquals(
                List.of("propagation"),
                List.copyOf(json(cli.run("wo", "to", "de", "tok_1", "-f", "-o", "json"))
                        .keySet()));
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

    @Test
    void listsWhatHoldsARoleHereInTheOrderThatIsAskedFor() {
        attach("tok_4", "WORKSPACE_MEMBER");
        Cli.Run run = cli.run("wo", "to", "ls", "--expiring-within", "14d", "--sort", "expires:desc");
        assertTrue(run.out().contains("all    ORGANIZATION   WORKSPACE_MEMBER"), run.out());
        ListTokensRequest request = last(ListTokensRequest.class);
        assertEquals(14 * 86_400, request.getExpiringWithin().getSeconds());
        assertEquals("expire_time desc", request.getOrderBy());
        assertEquals(Scope.SCOPE_UNSPECIFIED, request.getScope());
        cli.run("org", "to", "ls");
        assertEquals(Scope.SCOPE_ORGANIZATION, last(ListTokensRequest.class).getScope());
    }

    @Test
    void aRoleChangesAloneAndInOneGo() {
        attach("tok_1", "dep_1", "DEPLOYMENT_ADMIN");
        Cli.Run run = cli.run("wo", "to", "up", "tok_1", "-n", "new", "-r", "WORKSPACE_OWNER");
        assertEquals(0, run.exitCode(), run.err());
        UpdateTokenRequest request = last(UpdateTokenRequest.class);
        assertEquals(List.of("display_name", "grants"), request.getUpdateMask().getPathsList());
        assertEquals("7", request.getToken().getEtag());
        assertEquals(
                List.of(grant("dep_1", "DEPLOYMENT_ADMIN"), grant("wsp_1", "WORKSPACE_OWNER")),
                request.getToken().getGrantsList());
    }

    @Test
    void aRoleIsReadAgainOnceWhereSomebodyWasFaster() {
        tokens.conflicts = 1;
        assertEquals(
                0, cli.run("wo", "to", "up", "tok_1", "-r", "WORKSPACE_OWNER").exitCode());
        tokens.conflicts = 2;
        Cli.Run run = cli.run("wo", "to", "up", "tok_1", "-r", "WORKSPACE_OWNER");
        assertEquals(new Cli.Run(1, "", "signet: changed meanwhile (ABORTED)\n"), run);
        assertEquals(0, tokens.conflicts);
    }

    @Test
    void aRenameTouchesNoRole() {
        tokens.with("tok_5", "read only", Scope.SCOPE_DEPLOYMENT, FakeTokens.WORKSPACE + "/deployments/dep_1");
        for (String[] arguments : new String[][] {
            {"de", "to", "up", "tok_5", "-n", "new", "--deployment-id", "dep_1"},
            {"wo", "to", "up", "tok_1", "-n", "new"}
        }) {
            Cli.Run run = cli.run(arguments);
            assertEquals(0, run.exitCode(), run.err());
            UpdateTokenRequest request = last(UpdateTokenRequest.class);
            assertEquals(List.of("display_name"), request.getUpdateMask().getPathsList());
            assertEquals(0, request.getToken().getGrantsCount());
        }
    }

    @Test
    void aTokenSelectedByItsIdIsNamedInMessages() {
        cli.terminal = true;
        cli.input = "y\n";
        String asked = cli.run("wo", "to", "ro", "tok_1").err();
        assertTrue(asked.contains("The present value of token ci (tok_1) ends at once."), asked);
        assertTrue(asked.contains("Rotated token ci (tok_1). Copy its value now: it will not be shown again."), asked);
        cli.input = "y\n";
        String deleted = cli.run("wo", "to", "de", "tok_1").err();
        assertTrue(deleted.contains("Token ci (tok_1) ends for good."), deleted);
        assertTrue(deleted.contains("Deleted token ci (tok_1)."), deleted);
    }

    @Test
    void aListIsOfTheResourceThatItsNounSaysWhateverElseIsSet() {
        cli.environment.put("SIGNET_DEPLOYMENT", "dep_1");
        for (String[] list : new String[][] {{"wo", "to", "organization-token", "ls"}, {"wo", "to", "ls"}}) {
            assertEquals(0, cli.run(list).exitCode());
            assertEquals(FakeTokens.WORKSPACE, last(ListTokensRequest.class).getResource());
        }
        cli.run("wo", "to", "ls", "--workspace-id", "wsp_2");
        assertEquals(
                FakeTokens.ORGANIZATION + "/workspaces/wsp_2",
                last(ListTokensRequest.class).getResource());
    }

    @Test
    void aGraceAndARequestIdAreSent() {
        cli.run("wo", "to", "ro", "tok_1", "-f", "--grace", "30m", "--request-id", "r");
        assertEquals(1800, last(RotateTokenRequest.class).getGrace().getSeconds());
        assertEquals("r", last(RotateTokenRequest.class).getRequestId());
        cli.run("wo", "to", "ro", "tok_1", "-f");
        assertFalse(last(RotateTokenRequest.class).hasGrace());
        cli.run("wo", "to", "cr", "-n", "x", "-r", "WORKSPACE_OWNER", "--audience", "a", "--request-id", "r");
        assertEquals("a", last(CreateTokenRequest.class).getAudience());
        assertEquals("r", last(CreateTokenRequest.class).getRequestId());
    }

    @Test
    void everyRoleOfAToken() {
        attach("tok_4", "WORKSPACE_MEMBER");
        assertEquals(new Cli.Run(0, """
                        ENTITY_TYPE    ENTITY_ID   ROLE
                        ORGANIZATION   org_1       WORKSPACE_OPERATOR
                        WORKSPACE      wsp_1       WORKSPACE_MEMBER
                        """, ""), cli.run("org", "to", "roles", "tok_4"));
    }

    @Test
    void tokensOfTheOrganizationComeAndGo() {
        String[] add = {"wo", "to", "organization-token", "add", "--org-token-name", "all", "-r", "WORKSPACE_MEMBER"};
        Cli.Run early = cli.run("wo", "to", "organization-token", "up", "tok_4", "-r", "WORKSPACE_OWNER");
        assertEquals(1, early.exitCode());
        assertTrue(early.err().contains("use add"), early.err());
        assertEquals(0, cli.run(add).exitCode());
        Cli.Run twice = cli.run(add);
        assertEquals(1, twice.exitCode());
        assertTrue(twice.err().contains("already holds WORKSPACE_MEMBER"), twice.err());
        assertEquals(
                0,
                cli.run("wo", "to", "organization-token", "up", "-n", "all", "-r", "WORKSPACE_OWNER")
                        .exitCode());
        assertEquals("WORKSPACE_OWNER", last(SetTokenGrantRequest.class).getRole());
        assertEquals(FakeTokens.WORKSPACE, last(SetTokenGrantRequest.class).getResource());
        assertTrue(cli.run("wo", "to", "organization-token", "ls").out().contains("WORKSPACE_OWNER"));
        assertEquals(
                0, cli.run("wo", "to", "organization-token", "remove", "tok_4").exitCode());
        assertEquals(FakeTokens.WORKSPACE, last(RemoveTokenGrantRequest.class).getResource());
        assertEquals(
                1,
                cli.run("wo", "to", "organization-token", "remove", "tok_4", "--force")
                        .exitCode());
        // As it was called before.
        assertEquals(
                0, cli.run("wo", "to", "add", "tok_4", "-r", "WORKSPACE_MEMBER").exitCode());
    }

    @Test
    void onlyTokensOfTheScopeAreAttached() {
        Cli.Run run = cli.run("wo", "to", "organization-token", "add", "tok_1", "-r", "WORKSPACE_MEMBER");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("tok_1 is a workspace token"), run.err());
    }

    @Test
    void aWorkspacesTokenOnItsDeployment() {
        FakeDirectory directory = new FakeDirectory();
        try (Cli both = new Cli(directory, tokens)) {
            String deployment = FakeTokens.WORKSPACE + "/deployments/dep_1";
            Cli.Run run = both.run(
                    "de",
                    "to",
                    "workspace-token",
                    "add",
                    "--workspace-token-name",
                    "ci",
                    "-r",
                    "DEPLOYMENT_ADMIN",
                    "--deployment-id",
                    deployment);
            assertEquals(0, run.exitCode(), run.err());
            assertEquals(deployment, last(SetTokenGrantRequest.class).getResource());
        }
    }

    @Test
    void aPersonIsAskedForWhatIsLeftOut() {
        cli.terminal = true;
        cli.input = "fresh\n4\n";
        Cli.Run run = cli.run("wo", "to", "cr", "-c");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("#   ROLE"), run.err());
        CreateTokenRequest request = last(CreateTokenRequest.class);
        assertEquals("fresh", request.getToken().getDisplayName());
        assertEquals("WORKSPACE_OPERATOR", request.getToken().getGrants(0).getRole());
        for (String answer : List.of("\n", "x\n0\n", "x\n6\n", "x\n")) {
            cli.input = answer;
            assertEquals(1, cli.run("wo", "to", "cr", "-c").exitCode());
        }
        cli.input = "2\n";
        assertTrue(cli.run("wo", "to", "get").out().contains("tok_2"));
    }

    private static boolean changes(Object request) {
        return !(request instanceof GetTokenRequest) && !(request instanceof ListTokensRequest);
    }

    private static RemoveTokenGrantRequest removal(String id, String resource) {
        return RemoveTokenGrantRequest.newBuilder()
                .setName("organizations/org_1/tokens/" + id)
                .setResource(resource)
                .build();
    }

    private Token token(String id) {
        return Objects.requireNonNull(tokens.tokens.get("organizations/org_1/tokens/" + id));
    }

    private void attach(String id, String role) {
        attach(id, "wsp_1", role);
    }

    private void attach(String id, String resource, String role) {
        tokens.tokens.compute(
                "organizations/org_1/tokens/" + id,
                (name, token) ->
                        token.toBuilder().addGrants(grant(resource, role)).build());
    }

    private static Grant grant(String resource, String role) {
        return Grant.newBuilder().setResource(resource).setRole(role).build();
    }

    private static JsonObject json(Cli.Run run) {
        assertEquals(0, run.exitCode(), run.err());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private <T> T last(Class<T> type) {
        return type.cast(tokens.requests.get(tokens.requests.size() - 1));
    }
}
