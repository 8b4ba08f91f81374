package dev.signet.authority.tokens;

import static dev.signet.authority.tokens.TokensTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Roles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may make which token, and what a request must look like. */
final class TokenRulesTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private static Tokens.NewToken named(ResourcePath resource, String name, String description, Integer days) {
        return TestAuthority.newToken(resource, name, description, null, days);
    }

    private static String field(Refusal refusal) {
        return Objects.requireNonNull(refusal.problem()).field();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256})
    void namesOf1To256CharactersFit(int length) {
        String name = "🔏".repeat(length);
        String id =
                tokens.create(owner, named(deployment, name, "", null)).token().id();
        assertEquals(name, tokens.get(owner, organization.id(), id).displayName());
        tokens.update(owner, organization.id(), id, "é".repeat(length), null, null, null);
        assertEquals(
                "é".repeat(length), tokens.get(owner, organization.id(), id).displayName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "257", "257 🔏"})
    void otherNamesDoNot(String text) {
        String name = text.startsWith("257") ? (text.endsWith("🔏") ? "🔏" : "x").repeat(257) : text;
        assertEquals(
                "token.display_name",
                field(assertRefused(Code.INVALID_ARGUMENT, () -> named(deployment, name, "", null))));
        String id = authority.issue(owner, deployment, null).token().id();
        assertEquals(
                "token.display_name",
                field(assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> tokens.update(owner, organization.id(), id, name, null, null, null))));
    }

    @Test
    void descriptionsHaveAtMost500Characters() {
        String longest = "🗝".repeat(500);
        String id = tokens.create(owner, named(deployment, "x", longest, null))
                .token()
                .id();
        assertEquals(longest, tokens.get(owner, organization.id(), id).description());
        tokens.update(owner, organization.id(), id, null, "another", null, null);
        assertEquals("another", tokens.get(owner, organization.id(), id).description());
        String tooLong = longest + "x";
        assertEquals(
                "token.description",
                field(assertRefused(Code.INVALID_ARGUMENT, () -> named(deployment, "x", tooLong, null))));
        assertEquals(
                "token.description",
                field(assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> tokens.update(owner, organization.id(), id, null, tooLong, null, null))));
    }

    @Test
    void periodsAreFrom1To3650Days() {
        for (int days : new int[] {1, 3650}) {
            assertEquals(
                    days,
                    tokens.create(owner, named(deployment, "x", "", days))
                            .token()
                            .expiryPeriodDays());
        }
        assertNull(
                tokens.create(owner, named(deployment, "x", "", null)).token().expiryPeriodDays());
        for (int days : new int[] {0, 3651, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertEquals(
                    "token.expiry_period_days",
                    field(assertRefused(Code.INVALID_ARGUMENT, () -> named(deployment, "x", "", days))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NO_ROLE", "ORGANIZATION_OWNER", "DEPLOYMENT_ADMIN", "workspace_member", ""})
    void aRoleMustBeOneOfTheResource(String role) {
        Refusal refusal = assertRefused(Code.INVALID_ARGUMENT, () -> authority.issue(owner, workspace, role));
        assertEquals("token.grants.role", field(refusal));
    }

    @ParameterizedTest
    @CsvSource({
        // Whoever holds this, there … makes that, there: allowed?
        "ORGANIZATION_OWNER, organization, ORGANIZATION_OWNER, organization, true",
        "ORGANIZATION_OWNER, organization, WORKSPACE_OWNER, workspace, true",
        "ORGANIZATION_OWNER, organization, DEPLOYMENT_ADMIN, deployment, true",
        "ORGANIZATION_MEMBER, organization, ORGANIZATION_MEMBER, organization, false",
        "ORGANIZATION_BILLING_ADMIN, organization, ORGANIZATION_MEMBER, organization, false",
        "WORKSPACE_OWNER, workspace, WORKSPACE_OWNER, workspace, true",
        "WORKSPACE_OWNER, workspace, WORKSPACE_MEMBER, workspace, true",
        "WORKSPACE_OWNER, workspace, DEPLOYMENT_ADMIN, deployment, true",
        "WORKSPACE_OWNER, workspace, ORGANIZATION_MEMBER, organization, false",
        "WORKSPACE_OPERATOR, workspace, WORKSPACE_ACCESSOR, workspace, false",
        "WORKSPACE_OPERATOR, workspace, DEPLOYMENT_ADMIN, deployment, false",
        "DEPLOYMENT_ADMIN, deployment, DEPLOYMENT_ADMIN, deployment, false",
    })
    void tokensAreMadeByThoseWhoManageThemThere(
            String held, String place, String given, String where, boolean allowed) {
        Call caller = authority.token(owner, resource(place), held);
        if (allowed) {
            assertDoesNotThrow(() -> authority.token(caller, resource(where), given));
        } else {
            Refusal refusal =
                    assertRefused(Code.PERMISSION_DENIED, () -> authority.issue(caller, resource(where), given));
            assertEquals(where + ".apiTokens.create", refusal.metadata().get("permission"));
        }
    }

    private ResourcePath resource(String scope) {
        return switch (scope) {
            case "organization" -> organization;
            case "workspace" -> workspace;
            default -> deployment;
        };
    }

    @Test
    void aSiblingsOwnerManagesNothingHere() {
        ResourcePath sibling = authority.workspace(owner, organization);
        Call caller = authority.token(owner, sibling, "WORKSPACE_OWNER");
        String id =
                authority.issue(owner, workspace, "WORKSPACE_MEMBER").token().id();
        String org = organization.id();
        for (Executable work : List.<Executable>of(
                () -> authority.issue(caller, workspace, "WORKSPACE_MEMBER"),
                () -> authority.issue(caller, deployment, null),
                () -> tokens.get(caller, org, id),
                () -> tokens.update(caller, org, id, "x", null, null, null),
                () -> tokens.rotate(caller, org, id, Duration.ZERO, Retry.NEVER),
                () -> tokens.delete(caller, org, id))) {
            assertRefused(Code.PERMISSION_DENIED, work);
        }
        assertEquals(1, tokens.get(owner, org, id).version());
    }

    @Test
    void toMembersOfOtherOrganizationsNothingExists() {
        ResourcePath other = authority.organization();
        Call stranger = authority.owner(other);
        String id =
                authority.issue(owner, workspace, "WORKSPACE_MEMBER").token().id();
        String org = organization.id();
        for (String organizationSaid : List.of(org, other.id())) {
            for (Executable work : List.<Executable>of(
                    () -> tokens.get(stranger, organizationSaid, id),
                    () -> tokens.update(stranger, organizationSaid, id, "x", null, null, null),
                    () -> tokens.rotate(stranger, organizationSaid, id, Duration.ZERO, Retry.NEVER),
                    () -> tokens.delete(stranger, organizationSaid, id))) {
                assertRefused(Code.NOT_FOUND, work);
            }
        }
        for (ResourcePath resource : List.of(organization, workspace, deployment)) {
            assertRefused(Code.NOT_FOUND, () -> authority.issue(stranger, resource, roleOn(resource)));
            assertRefused(Code.NOT_FOUND, () -> TokensTest.list(tokens, stranger, organization, resource, null, 10));
        }
        assertRefused(Code.NOT_FOUND, () -> TokensTest.list(tokens, stranger, organization, null, null, 10));
        assertEquals(1, tokens.get(owner, org, id).version());
    }

    private static String roleOn(ResourcePath resource) {
        return resource.workspace() == null
                ? "ORGANIZATION_MEMBER"
                : resource.deployment() == null ? "WORKSPACE_MEMBER" : "DEPLOYMENT_ADMIN";
    }

    @Test
    void theOperatorMakesOwnersAndNothingElse() {
        Call platform = authority.platform();
        assertDoesNotThrow(() -> authority.token(platform, organization, "ORGANIZATION_OWNER"));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.issue(platform, organization, "ORGANIZATION_MEMBER"));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.issue(platform, workspace, "WORKSPACE_OWNER"));
        assertRefused(Code.PERMISSION_DENIED, () -> authority.issue(platform, deployment, null));
        ResourcePath missing = ResourcePath.organization(authority.ids().next(IdType.ORGANIZATION));
        assertRefused(Code.NOT_FOUND, () -> authority.issue(platform, missing, "ORGANIZATION_OWNER"));
        String org = organization.id();
        String id = owner.claims().subject();
        assertRefused(Code.NOT_FOUND, () -> tokens.get(platform, org, id));
        assertRefused(Code.NOT_FOUND, () -> TokensTest.list(tokens, platform, organization, null, null, 10));
        assertRefused(Code.NOT_FOUND, () -> tokens.update(platform, org, id, "x", null, null, null));
        assertRefused(Code.NOT_FOUND, () -> tokens.rotate(platform, org, id, Duration.ZERO, Retry.NEVER));
        assertRefused(Code.NOT_FOUND, () -> tokens.delete(platform, org, id));
        assertDoesNotThrow(() -> authority.verified(owner.credential().text()));
    }

    @Test
    void whoeverWasRotatedAwayAMomentAgoCanDoNothing() {
        String org = organization.id();
        String id =
                authority.issue(owner, workspace, "WORKSPACE_MEMBER").token().id();
        tokens.rotate(owner, org, owner.claims().subject(), Duration.ZERO, Retry.NEVER);
        for (Executable work : List.<Executable>of(
                () -> authority.issue(owner, workspace, "WORKSPACE_MEMBER"),
                () -> tokens.get(owner, org, id),
                () -> TokensTest.list(tokens, owner, organization, null, null, 10),
                () -> tokens.update(owner, org, id, "x", null, null, null),
                () -> tokens.rotate(owner, org, id, Duration.ZERO, Retry.NEVER),
                () -> tokens.delete(owner, org, id))) {
            assertRefused(Code.UNAUTHENTICATED, work);
        }
    }

    /** No built-in role lets anyone rotate what it does not hold; one day a custom role may. */
    @Test
    void whoeverMayRotateStillHandsOutNoMoreThanItHolds() {
        Map<String, Set<String>> more = new HashMap<>(RoleCatalogue.builtIn().permissions());
        more.put("WORKSPACE_KEEPER", Set.of("workspace.apiTokens.rotate", "workspace.apiTokens.create"));
        Access access = new Access(new Roles(more), authority.clock());
        Tokens keeping = new Tokens(
                authority.ledger(),
                access,
                TestAuthority.config(data).tokens(),
                authority.minter(),
                new StatusIndexes(authority.unpublished()),
                authority.ids(),
                authority.clock());
        String org = organization.id();
        Tokens.WithValue keeper =
                keeping.create(owner, TestAuthority.newToken(workspace, "keeper", "", "WORKSPACE_KEEPER", null));
        Call caller = authority.verified(keeper.value());
        String strong =
                authority.issue(owner, workspace, "WORKSPACE_OWNER").token().id();
        for (Executable work : List.<Executable>of(
                () -> keeping.rotate(caller, org, strong, Duration.ZERO, Retry.NEVER),
                () -> keeping.create(caller, TestAuthority.newToken(workspace, "x", "", "WORKSPACE_MEMBER", null)))) {
            assertEquals(
                    "ROLE_EXCEEDS_CALLER",
                    assertRefused(Code.PERMISSION_DENIED, work).reason());
        }
        assertEquals(1, tokens.get(owner, org, strong).version());
        assertEquals(
                2,
                keeping.rotate(caller, org, keeper.token().id(), Duration.ZERO, Retry.NEVER)
                        .value()
                        .token()
                        .version());
    }
}
