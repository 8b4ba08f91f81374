package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Token;
import dev.signet.v1.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Role edit, attach and detach are seen by a running sidecar without a new token. */
final class GrantsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SEE = "deployment.get";
    private static final String DEPLOY = "deployment.deploys.create";
    private static final String READ_LOGS = "deployment.logs.get";

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static Cluster cluster;
    private static Checks sidecar;

    private Cluster.Tenant tenant;
    private Client owner;

    /** A token with the one value that is presented in the whole test. */
    private record Holder(String name, String value) {
        String id() {
            return Client.id(name);
        }

        /** Nothing of the value. */
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void startProcesses() {
        cluster = new Cluster(PROCESSES, folder);
        cluster.startAuthority();
        cluster.startSidecar();
        cluster.awaitSidecar();
        sidecar = new Checks(cluster.socket());
    }

    @AfterAll
    static void stop() {
        sidecar.close();
        cluster.close();
    }

    @BeforeEach
    void makeTenant(TestInfo info) {
        tenant = cluster.newTenant(info.getDisplayName());
        owner = cluster.client(tenant.owner());
        signet("organization", "role", "create", "--name", "Viewer", "--permission", SEE);
        // A new organization reaches the sidecar over the stream, like everything else.
        Await.until(
                "the organization is known",
                PATIENCE,
                () -> cluster.verdict(tenant.owner()).equals(Verifier.ACCEPTED));
    }

    @AfterEach
    void closeClient() {
        owner.close();
    }

    /**
     * @param scope what the token belongs to
     * @param own its role there, which permits neither {@code larger} nor {@code lesser} further in
     * @param level what it is attached to
     * @param permission what only the larger role has
     * @param common what both roles have
     */
    @ParameterizedTest(name = "{0} token on a {2}")
    @CsvSource({
        "organization, ORGANIZATION_MEMBER, workspace, WORKSPACE_OPERATOR, workspace.deployments.create,"
                + " WORKSPACE_MEMBER, workspace.deployments.get",
        "organization, ORGANIZATION_MEMBER, deployment, DEPLOYMENT_ADMIN, " + DEPLOY + ", Viewer, " + SEE,
        "workspace, WORKSPACE_ACCESSOR, deployment, DEPLOYMENT_ADMIN, " + DEPLOY + ", Viewer, " + SEE
    })
    void attachEditAndDetach(
            String scope, String own, String level, String larger, String permission, String lesser, String common) {
        boolean onWorkspace = level.equals("workspace");
        String here = onWorkspace ? tenant.workspace() : tenant.deployment();
        String elsewhere = onWorkspace
                ? owner.createWorkspace(tenant.organization(), "elsewhere")
                : owner.createDeployment(tenant.workspace(), "elsewhere");
        String verbs = scope + "-token";
        Holder token = create(scope.equals("workspace") ? tenant.workspace() : tenant.organization(), own);
        Holder neighbour = create(here, larger);

        attached(verbs, "add", token, elsewhere, "--role", larger);
        await(true, token, permission, elsewhere);
        assertDenied(token, permission, here);
        assertDenied(token, common, here);

        attached(verbs, "add", token, here, "--role", larger);
        await(true, token, permission, here);
        assertAllowed(token, common, here);
        assertInForce(token);

        attached(verbs, "update", token, here, "--role", lesser);
        await(false, token, permission, here);
        assertAllowed(token, common, here);
        assertAllowed(token, permission, elsewhere);
        assertInForce(token);

        List<Token> before = tokens();
        attached(verbs, "remove", token, here, "--force");
        await(false, token, common, here);
        assertDenied(token, permission, here);
        assertAllowed(token, permission, elsewhere);
        assertAllowed(token, common, elsewhere);
        assertAllowed(neighbour, permission, here);
        assertInForce(token);
        assertEquals(
                before.stream().map(each -> without(each, token, here)).toList(),
                tokens().stream().map(each -> without(each, token, here)).toList());
        assertEquals(2, owner.getToken(token.name()).getGrantsCount());

        assertNeverReplaced(token);
        assertNeverReplaced(neighbour);
    }

    @Test
    void anotherRoleOnTheTokensOwnWorkspace() {
        String creating = "workspace.deployments.create";
        String seeing = "workspace.deployments.get";
        Holder token = create(tenant.workspace(), "WORKSPACE_OPERATOR");
        assertAllowed(token, creating, tenant.workspace());

        signet("workspace", "token", "update", token.id(), "--role", "WORKSPACE_MEMBER");
        await(false, token, creating, tenant.workspace());
        assertAllowed(token, seeing, tenant.workspace());
        assertInForce(token);

        signet("workspace", "token", "update", token.id(), "--role", "WORKSPACE_OPERATOR");
        await(true, token, creating, tenant.workspace());
        assertInForce(token);
        assertNeverReplaced(token);
    }

    @Test
    void otherPermissionsOfACustomRole() {
        String role = JsonParser.parseString(signet(
                        "organization",
                        "role",
                        "create",
                        "--name",
                        "Deployer",
                        "--permission",
                        SEE + "," + DEPLOY,
                        "--output",
                        "json"))
                .getAsJsonObject()
                .getAsJsonObject("role")
                .get("name")
                .getAsString();
        Holder own = create(tenant.deployment(), Client.id(role));
        Holder attached = create(tenant.organization(), "ORGANIZATION_MEMBER");
        attached("organization-token", "add", attached, tenant.deployment(), "--role", "Deployer");
        await(true, attached, DEPLOY, tenant.deployment());
        Holder neighbour = create(tenant.deployment(), "DEPLOYMENT_ADMIN");
        List<Holder> holders = List.of(own, attached);
        for (Holder holder : holders) {
            assertAllowed(holder, SEE, tenant.deployment());
            assertAllowed(holder, DEPLOY, tenant.deployment());
            assertDenied(holder, READ_LOGS, tenant.deployment());
        }
        List<Token> before = tokens();

        signet("organization", "role", "update", "Deployer", "--permission", SEE + "," + READ_LOGS);
        for (Holder holder : holders) {
            await(false, holder, DEPLOY, tenant.deployment());
            assertAllowed(holder, SEE, tenant.deployment());
            assertAllowed(holder, READ_LOGS, tenant.deployment());
        }
        assertAllowed(neighbour, DEPLOY, tenant.deployment());

        signet("organization", "role", "update", "Deployer", "--permission", SEE + "," + DEPLOY);
        for (Holder holder : holders) {
            await(true, holder, DEPLOY, tenant.deployment());
            assertAllowed(holder, SEE, tenant.deployment());
            assertDenied(holder, READ_LOGS, tenant.deployment());
        }
        assertEquals(before, tokens(), "a role's permissions are nothing of the tokens that hold it");
        for (Holder holder : holders) {
            assertInForce(holder);
            assertNeverReplaced(holder);
        }
    }

    private Holder create(String resource, String role) {
        CreateTokenResponse created = owner.createToken(resource, role, "token of " + Client.id(resource));
        Holder holder = new Holder(created.getToken().getName(), created.getValue());
        assertEquals(Verifier.ACCEPTED, cluster.verdict(holder.value()));
        return holder;
    }

    /** Runs a verb for tokens of an outer scope. */
    private void attached(String verbs, String verb, Holder token, String resource, String... more) {
        String noun = resource.contains("/deployments/") ? "deployment" : "workspace";
        List<String> arguments = new ArrayList<>(
                List.of(noun, "token", verbs, verb, token.id(), "--" + noun + "-id", Client.id(resource)));
        arguments.addAll(List.of(more));
        signet(arguments.toArray(String[]::new));
    }

    private String signet(String... arguments) {
        return Processes.run(
                        Map.of(
                                "SIGNET_ADDRESS",
                                "127.0.0.1:" + cluster.authorityPort(),
                                "ASTRO_API_TOKEN",
                                tenant.owner()),
                        arguments)
                .value();
    }

    private static void await(boolean allowed, Holder token, String permission, String resource) {
        Await.until(
                permission + " on " + resource + (allowed ? " is allowed to " : " is denied to ") + token,
                PATIENCE,
                () -> isAllowed(token, permission, resource) == allowed);
    }

    private static void assertAllowed(Holder token, String permission, String resource) {
        assertTrue(isAllowed(token, permission, resource), () -> token + " lacks " + permission + " on " + resource);
    }

    private static void assertDenied(Holder token, String permission, String resource) {
        assertFalse(isAllowed(token, permission, resource), () -> token + " has " + permission + " on " + resource);
    }

    /** The sidecar's answer, which can only be yes or no: nothing that happens here is an end of the token's value. */
    private static boolean isAllowed(Holder token, String permission, String resource) {
        Verdict verdict = sidecar.check(token.value(), permission, resource);
        if (!verdict.getAccepted() && verdict.getReason() != RejectionReason.REJECTION_REASON_PERMISSION_DENIED) {
            fail(token + " is rejected: " + verdict.getReason());
        }
        return verdict.getAccepted();
    }

    /** The sidecar knows exactly the roles that the authority does. */
    private void assertInForce(Holder token) {
        Verdict verdict = cluster.verifier().verify(token.value());
        assertTrue(verdict.getAccepted(), () -> token + " is rejected: " + verdict.getReason());
        assertEquals(
                Set.<Grant>copyOf(owner.getToken(token.name()).getGrantsList()), Set.copyOf(verdict.getGrantsList()));
    }

    /** It is still the value with which all began, here and at the authority. */
    private void assertNeverReplaced(Holder token) {
        assertEquals(Verifier.ACCEPTED, cluster.verdict(token.value()));
        assertEquals(token.name(), owner.whoAmI(token.value()).getPrincipal().getName());
        assertFalse(owner.getToken(token.name()).hasLastRotatedTime());
    }

    /** All tokens, but for when they were last used, which sidecars tell at any time. */
    private List<Token> tokens() {
        return owner.listTokens(tenant.organization()).stream()
                .map(token -> token.toBuilder().clearLastUsedTime().build())
                .toList();
    }

    /** A token without what its detachment changes; any other as it is. */
    private static Token without(Token each, Holder detached, String resource) {
        if (!each.getName().equals(detached.name())) {
            return each;
        }
        List<Grant> others = each.getGrantsList().stream()
                .filter(grant -> !grant.getResource().equals(Client.id(resource)))
                .toList();
        return each.toBuilder()
                .clearGrants()
                .addAllGrants(others)
                .clearUpdateTime()
                .clearEtag()
                .build();
    }
}
