package dev.signet.verifier.verify;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_WORKSPACE;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.Verdict.Rejected;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether a good token may do what is asked. */
class PermissionTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final ResourcePath ON_ORGANIZATION = ResourcePath.organization(ORGANIZATION);
    private static final ResourcePath ON_WORKSPACE = ResourcePath.workspace(ORGANIZATION, WORKSPACE);
    private static final ResourcePath ON_DEPLOYMENT = ResourcePath.deployment(ORGANIZATION, WORKSPACE, DEPLOYMENT);

    private final VerifierBench bench = new VerifierBench();
    private final TestTokens token = TestTokens.of(Kind.WORKSPACE);
    private final String text = token.sign();

    @Test
    void aRoleHoldsOnItsResourceAndWhatLiesBelow() {
        assertAllowed(text, DEPLOY, ON_WORKSPACE);
        assertAllowed(text, DEPLOY, ON_DEPLOYMENT);
        assertDenied(text, DEPLOY, ON_ORGANIZATION);
        assertDenied(text, DEPLOY, ResourcePath.workspace(ORGANIZATION, OTHER_WORKSPACE));
        assertDenied(text, "deployment.update", ON_DEPLOYMENT);
    }

    @Test
    void anOrganizationsRoleReachesEverythingInIt() {
        String owner = granted(Map.of(ORGANIZATION, List.of("ORGANIZATION_OWNER")));
        assertAllowed(owner, DEPLOY, ON_DEPLOYMENT);
        assertAllowed(owner, "organization.update", ON_ORGANIZATION);
    }

    @Test
    void severalGrantsAddUp() {
        String both = granted(
                Map.of(WORKSPACE, List.of("WORKSPACE_OPERATOR"), DEPLOYMENT, List.of("NOBODY", "DEPLOYMENT_ADMIN")));
        assertAllowed(both, "workspace.get", ON_DEPLOYMENT);
        assertAllowed(both, "deployment.update", ON_DEPLOYMENT);
        assertDenied(both, "deployment.update", ON_WORKSPACE);
    }

    @Test
    void anUnknownRoleOrNoneAllowsNothing() {
        assertDenied(granted(Map.of(WORKSPACE, List.of("SUPERUSER", "*"))), DEPLOY, ON_WORKSPACE);
        assertDenied(granted(Map.of(WORKSPACE, List.of())), DEPLOY, ON_WORKSPACE);
        assertDenied(granted(Map.of()), DEPLOY, ON_WORKSPACE);
        assertDenied(text, "", ON_WORKSPACE);
        assertDenied(text, "deployment.*", ON_WORKSPACE);
    }

    @Test
    void aTokenMayDoNothingInAnotherOrganization() {
        assertDenied(text, DEPLOY, ResourcePath.workspace(OTHER_ORGANIZATION, WORKSPACE));
        String greedy = granted(Map.of(OTHER_ORGANIZATION, List.of("ORGANIZATION_OWNER")));
        bench.trust.replace(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 1, bench.fresh()));
        assertDenied(greedy, DEPLOY, ResourcePath.organization(OTHER_ORGANIZATION));
    }

    @Test
    void aPlatformTokenMayDoNothingInsideAnOrganization() {
        String platform = TestTokens.of(Kind.PLATFORM)
                .grants(Map.of(ORGANIZATION, List.of("ORGANIZATION_OWNER")))
                .sign();
        bench.assertAccepted(platform);
        assertDenied(platform, DEPLOY, ON_ORGANIZATION);
    }

    @Test
    void anOverrideGivesAndTakes() {
        bench.change(new TrustChange.GrantsOverridden(token.subject(), Grants.of(ORGANIZATION, "ORGANIZATION_OWNER")));
        assertAllowed(text, "organization.update", ON_ORGANIZATION);
        bench.change(new TrustChange.GrantsOverridden(token.subject(), Grants.NONE));
        assertDenied(text, DEPLOY, ON_WORKSPACE);
        bench.assertAccepted(text);
    }

    @Test
    void anotherMeaningOfARoleHoldsAtOnce() {
        bench.changeInstallation(
                new TrustChange.RolesReplaced(new Roles(Map.of("WORKSPACE_OPERATOR", Set.of("workspace.get")))));
        assertDenied(text, DEPLOY, ON_WORKSPACE);
        assertAllowed(text, "workspace.get", ON_WORKSPACE);
    }

    private static String granted(Map<String, List<String>> grants) {
        return TestTokens.of(Kind.ORGANIZATION).grants(grants).sign();
    }

    private void assertAllowed(String token, String permission, ResourcePath resource) {
        assertInstanceOf(Verdict.Accepted.class, bench.check(token, permission, resource));
    }

    private void assertDenied(String token, String permission, ResourcePath resource) {
        assertEquals(new Rejected(Reason.PERMISSION_DENIED), bench.check(token, permission, resource));
    }
}
