package dev.signet.authority.tokens;

import static dev.signet.authority.Verdicts.may;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.ApiKey;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Nobody hands out more than they hold: not by creating, editing, attaching nor rotating. */
final class NoEscalationLifeCycleTest {
    private static final String LOGS = "deployment.logs.get";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private String org;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;
    private String manages;
    private String reads;
    /** Manages the deployment's tokens, and may do nothing else but read its logs. */
    private Call manager;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        ResourcePath organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
        manages = role(
                "manages",
                "deployment.apiTokens.get",
                "deployment.apiTokens.create",
                "deployment.apiTokens.update",
                "deployment.apiTokens.rotate",
                "deployment.apiTokens.delete",
                LOGS);
        reads = role("reads", LOGS);
        manager = authority.token(owner, deployment, manages);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private String role(String name, String... permissions) {
        return authority
                .customRoles()
                .create(owner, org, name, "", new CustomRole(Set.of(permissions), Set.of()))
                .value()
                .id();
    }

    private static void assertExceeds(Executable operation) {
        assertEquals(
                "ROLE_EXCEEDS_CALLER",
                refused(Code.PERMISSION_DENIED, operation).reason());
    }

    @Test
    void byCreating() {
        assertExceeds(() -> authority.issue(manager, deployment, "DEPLOYMENT_ADMIN"));
        assertExceeds(() -> authority.issue(manager, deployment, null));
        String more = role("more", LOGS, "deployment.delete");
        assertExceeds(() -> authority.issue(manager, deployment, more));
        assertExceeds(() -> authority.apiKeys().create(manager, deployment, "a key", "", Retry.NEVER));
        assertTrue(may(
                authority.verifier(),
                authority.issue(manager, deployment, reads).value(),
                LOGS,
                deployment));
        assertTrue(authority.issue(manager, deployment, manages).value().length() > 0, "exactly as much");
    }

    @Test
    void byEditing() {
        String id = authority.issue(manager, deployment, reads).token().id();
        assertExceeds(() -> tokens.update(manager, org, id, null, null, Map.of(deployment, "DEPLOYMENT_ADMIN"), null));
        assertExceeds(() -> tokens.update(
                manager, org, manager.subject(), null, null, Map.of(deployment, "DEPLOYMENT_ADMIN"), null));
        tokens.update(manager, org, id, null, null, Map.of(deployment, manages), null);
        String strong = authority.issue(owner, deployment, null).token().id();
        tokens.update(manager, org, strong, "renamed", null, Map.of(deployment, "DEPLOYMENT_ADMIN"), null);
        assertEquals("renamed", tokens.get(owner, org, strong).displayName(), "what it has already is not handed out");
    }

    @Test
    void byAttaching() {
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        String id =
                authority.issue(keeper, workspace, "WORKSPACE_MEMBER").token().id();
        refused(Code.PERMISSION_DENIED, () -> tokens.setGrant(manager, org, id, deployment, reads, null));
        tokens.setGrant(keeper, org, id, deployment, "DEPLOYMENT_ADMIN", null);
        String other = authority
                .issue(owner, ResourcePath.organization(org), "ORGANIZATION_MEMBER")
                .token()
                .id();
        refused(Code.PERMISSION_DENIED, () -> tokens.setGrant(keeper, org, other, workspace, "WORKSPACE_MEMBER", null));
    }

    @Test
    void byRotating() {
        Tokens.WithValue strong = authority.issue(owner, deployment, "DEPLOYMENT_ADMIN");
        assertExceeds(() -> tokens.rotate(manager, org, strong.token().id(), Duration.ofHours(1), Retry.NEVER));
        Tokens.WithValue weak = authority.issue(owner, deployment, reads);
        tokens.rotate(manager, org, weak.token().id(), Duration.ZERO, Retry.NEVER);
        tokens.delete(manager, org, strong.token().id());
    }

    @Test
    void byARoleThatGrewSince() {
        Tokens.WithValue weak = authority.issue(manager, deployment, reads);
        authority.customRoles().update(owner, org, reads, null, null, Set.of(LOGS, "deployment.delete"), null, null);
        assertTrue(may(authority.verifier(), weak.value(), "deployment.delete", deployment));
        assertExceeds(() -> authority.issue(manager, deployment, reads));
        assertExceeds(() -> tokens.rotate(manager, org, weak.token().id(), Duration.ZERO, Retry.NEVER));
    }

    @Test
    void byRetryingWhatTheyHeldWhenTheyAsked() {
        Tokens.NewToken request = new Tokens.NewToken(
                deployment, "a token", "", Map.of(deployment, reads), null, "", new Retry("one", "same"));
        tokens.create(manager, request);
        authority
                .customRoles()
                .update(owner, org, manages, null, null, Set.of("deployment.apiTokens.create"), null, null);
        assertExceeds(() -> tokens.create(manager, request));
        assertFalse(may(authority.verifier(), manager.credential().text(), LOGS, deployment));
    }

    /** Whoever asks again gets the value, and with it all that it may do by now. */
    @Test
    void byRetryingWhenItWasGivenMore() {
        Tokens.NewToken request = new Tokens.NewToken(
                deployment, "a token", "", Map.of(deployment, reads), null, "", new Retry("one", "same"));
        Tokens.WithValue made = tokens.create(manager, request);
        assertEquals(made.token(), tokens.create(manager, request).token());
        String id = made.token().id();
        tokens.update(owner, org, id, null, null, Map.of(deployment, "DEPLOYMENT_ADMIN"), null);
        assertExceeds(() -> tokens.create(manager, request));
    }

    @Test
    void byRetryingWhenTheOperatorsTokenWasGivenMore() {
        ResourcePath organization = ResourcePath.organization(org);
        Tokens.NewToken request = new Tokens.NewToken(
                organization,
                "a token",
                "",
                Map.of(organization, "ORGANIZATION_OWNER"),
                null,
                "",
                new Retry("one", "same"));
        Tokens.WithValue made = tokens.create(authority.platform(), request);
        assertEquals(made.token(), tokens.create(authority.platform(), request).token());
        tokens.setGrant(owner, org, made.token().id(), deployment, reads, null);
        refused(Code.PERMISSION_DENIED, () -> tokens.create(authority.platform(), request));
    }

    /** Its secret may be known to whoever enables it, and lets in as an administrator. */
    @Test
    void byEnablingAnApiKey() {
        ApiKeys.WithSecret made = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        ApiKey key = made.key();
        authority.ledger().write(tx -> {
            tx.apiKeys()
                    .update(new ApiKey(
                            key.id(),
                            key.deployment(),
                            key.displayName(),
                            key.description(),
                            key.secretSha256(),
                            key.index(),
                            key.createTime(),
                            key.updateTime(),
                            key.createdBy(),
                            key.version(),
                            null,
                            true));
            return key;
        });
        refused(Code.UNAUTHENTICATED, () -> authority.apiKeys().exchange(key.id(), made.secret(), ""));
        assertExceeds(() -> authority.apiKeys().enable(manager, deployment, key.id()));
        refused(Code.UNAUTHENTICATED, () -> authority.apiKeys().exchange(key.id(), made.secret(), ""));
        authority.apiKeys().enable(owner, deployment, key.id());
        authority.apiKeys().exchange(key.id(), made.secret(), "");
    }

    @Test
    void rolesThatNoLongerApplyDoNotKeepATokenFromBeingRotated() {
        Tokens.WithValue made = authority.issue(owner, deployment, reads);
        ResourcePath elsewhere = authority.workspace(owner, ResourcePath.organization(org));
        authority.customRoles().update(owner, org, reads, null, null, null, Set.of(elsewhere.id()), null);
        assertFalse(may(authority.verifier(), made.value(), LOGS, deployment));
        String rotated = tokens.rotate(owner, org, made.token().id(), Duration.ZERO, Retry.NEVER)
                .value()
                .value();
        assertFalse(may(authority.verifier(), rotated, LOGS, deployment));
    }
}
