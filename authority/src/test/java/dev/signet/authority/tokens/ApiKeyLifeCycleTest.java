package dev.signet.authority.tokens;

import static dev.signet.authority.Verdicts.invalid;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.may;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.directory.PolicyChange;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.ApiKey;
import dev.signet.authority.store.Person;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys, and the access tokens that they are exchanged for. */
final class ApiKeyLifeCycleTest {
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private ApiKeys keys;
    private TokenVerifier verifier;
    private String org;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        keys = authority.apiKeys();
        verifier = authority.verifier();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private ApiKeys.WithSecret make(Call by) {
        return keys.create(by, deployment, "a key", "", Retry.NEVER);
    }

    private String access(ApiKeys.WithSecret key) {
        return keys.exchange(key.key().id(), key.secret(), "").value();
    }

    @Test
    void keysAreMadeListedRenamedAndDeleted() {
        ApiKey first = make(owner).key();
        authority.clock().advance(Duration.ofSeconds(1));
        ApiKey second = keys.create(owner, deployment, "another", "for tests", Retry.NEVER)
                .key();
        assertEquals(List.of(first, second), keys.list(owner, deployment, "", 10));
        assertEquals(List.of(second), keys.list(owner, deployment, first.id(), 10));
        assertEquals(List.of(first), keys.list(owner, deployment, "", 1));
        ApiKey renamed = keys.update(owner, deployment, first.id(), "renamed", null, Long.toString(first.version()));
        assertEquals("renamed", keys.get(owner, deployment, first.id()).displayName());
        keys.update(owner, deployment, second.id(), null, "for the pipeline", null);
        ApiKey described = keys.get(owner, deployment, second.id());
        assertEquals("another", described.displayName());
        assertEquals("for the pipeline", described.description());
        assertEquals(first.version() + 1, renamed.version());
        refused(
                Code.ABORTED,
                () -> keys.update(owner, deployment, first.id(), "x", null, Long.toString(first.version())));
        assertEquals(
                "api_key.display_name", invalid(() -> keys.update(owner, deployment, first.id(), " ", null, null)));
        assertEquals(
                "api_key.description",
                invalid(() -> keys.create(owner, deployment, "x", "y".repeat(501), Retry.NEVER)));
        keys.delete(owner, deployment, first.id());
        assertEquals(List.of(described), keys.list(owner, deployment, "", 10));
        refused(Code.NOT_FOUND, () -> keys.get(owner, deployment, first.id()));
        refused(Code.NOT_FOUND, () -> keys.delete(owner, deployment, first.id()));
    }

    @Test
    void aKeyIsFoundUnderItsOwnDeploymentOnly() {
        ApiKey key = make(owner).key();
        ResourcePath sibling = authority.deployment(owner, workspace);
        refused(Code.NOT_FOUND, () -> keys.get(owner, sibling, key.id()));
        refused(Code.NOT_FOUND, () -> keys.delete(owner, sibling, key.id()));
        refused(Code.NOT_FOUND, () -> keys.update(owner, sibling, key.id(), "x", null, null));
        assertEquals(List.of(), keys.list(owner, sibling, "", 10));
        Call stranger = authority.owner(authority.organization());
        refused(Code.NOT_FOUND, () -> keys.get(stranger, deployment, key.id()));
        refused(Code.NOT_FOUND, () -> keys.delete(stranger, deployment, key.id()));
        refused(Code.NOT_FOUND, () -> keys.create(stranger, deployment, "x", "", Retry.NEVER));
    }

    @Test
    void secretsHaveTheFormThatScannersKnow() {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            String secret = make(owner).secret();
            assertTrue(secret.matches("sgk_[0-9A-Za-z]{49}"), "sgk_ and base62");
            CRC32 crc = new CRC32();
            crc.update(secret.substring(4, 47).getBytes(StandardCharsets.US_ASCII));
            long checksum = 0;
            for (char digit : secret.substring(47).toCharArray()) {
                checksum = checksum * 62 + BASE62.indexOf(digit);
            }
            assertEquals(crc.getValue(), checksum);
            assertTrue(secrets.add(secret), "no two are the same");
        }
    }

    @Test
    void onlyTheHashOfASecretIsKept() throws Exception {
        ApiKeys.WithSecret key = make(owner);
        String access = access(key);
        assertFalse(key.toString().contains(key.secret()));
        assertFalse(key.key().toString().contains(key.key().secretSha256()));
        // As it is written; what is closed is also compressed.
        String file = Files.readString(data.resolve("ledger.mv.db"), StandardCharsets.ISO_8859_1);
        authority.close();
        String rows = everyRow();
        String hash = HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256").digest(key.secret().getBytes(StandardCharsets.UTF_8)));
        assertTrue(rows.contains(hash));
        for (String kept : List.of(file, rows)) {
            assertTrue(kept.contains(key.key().id()));
            assertFalse(kept.contains(key.secret()));
            assertFalse(kept.contains(key.secret().substring(4, 47)));
            assertFalse(kept.contains(access.substring(access.lastIndexOf('.') + 1)));
        }
        authority = TestAuthority.open(data, 2);
        assertTrue(isGood(authority.verifier(), access));
    }

    private String everyRow() throws SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet script = statement.executeQuery("SCRIPT")) {
            while (script.next()) {
                rows.append(script.getString(1)).append('\n');
            }
        }
        return rows.toString();
    }

    @Test
    void onlyIdAndSecretTogetherAreExchanged() {
        ApiKeys.WithSecret key = make(owner);
        ApiKeys.WithSecret other = make(owner);
        ApiKeys.AccessToken access = keys.exchange(key.key().id(), key.secret(), "");
        assertTrue(isGood(verifier, access.value()));
        assertEquals(Duration.between(authority.clock().instant(), access.expireTime()), access.expiresIn());
        for (Runnable wrong : List.<Runnable>of(
                () -> keys.exchange(key.key().id(), other.secret(), ""),
                () -> keys.exchange(key.key().id(), "", ""),
                () -> keys.exchange(key.key().id(), key.secret() + " ", ""),
                () -> keys.exchange(key.key().id(), key.key().secretSha256(), ""),
                () -> keys.exchange("key_00000000000000000000000000", key.secret(), ""),
                () -> keys.exchange("", "", ""))) {
            Refusal refusal = refused(Code.UNAUTHENTICATED, wrong::run);
            assertEquals("INVALID_API_KEY", refusal.reason());
            assertEquals("no API key has this id and secret", refusal.getMessage(), "the same whatever is wrong");
        }
        assertEquals("audience", invalid(() -> keys.exchange(key.key().id(), key.secret(), "nobody")));
        String billing = keys.exchange(key.key().id(), key.secret(), TestAuthority.OTHER_AUDIENCE)
                .value();
        assertEquals(Reason.WRONG_AUDIENCE, reason(verifier, billing));
        assertNotEquals(access.value(), access(key), "each exchange makes its own value");
    }

    @Test
    void anAccessTokenLivesForAnHour() {
        String access = access(make(owner));
        authority.clock().advance(Duration.ofMinutes(59));
        assertTrue(isGood(verifier, access));
        Call call = authority.verified(access);
        authority.clock().advance(Duration.ofMinutes(2));
        assertEquals(Reason.EXPIRED, reason(verifier, access));
        refused(Code.UNAUTHENTICATED, () -> authority.tokens().whoAmI(call));
    }

    @Test
    void aKeyActsAsDeploymentAdminAndNothingMore() {
        ApiKeys.WithSecret key = make(owner);
        String access = access(key);
        Call call = authority.verified(access);
        assertEquals(
                Grants.of(deployment.id(), "DEPLOYMENT_ADMIN"),
                authority.tokens().whoAmI(call).grants());
        assertTrue(may(verifier, access, "deployment.deploys.create", deployment));
        authority.directory().update(call, deployment, "renamed by its key", null, null, null);
        ResourcePath sibling = authority.deployment(owner, workspace);
        assertFalse(may(verifier, access, "deployment.get", sibling));
        refused(Code.PERMISSION_DENIED, () -> authority.directory().update(call, sibling, "x", null, null, null));
        refused(Code.PERMISSION_DENIED, () -> authority.deployment(call, workspace));
        refused(Code.PERMISSION_DENIED, () -> authority.people().invite(call, org, "a@b", "ORGANIZATION_MEMBER"));
        refused(Code.PERMISSION_DENIED, () -> authority.people().list(call, org, null, "", 10));
        refused(Code.PERMISSION_DENIED, () -> make(call));
        refused(Code.PERMISSION_DENIED, () -> authority.issue(call, deployment, null));
        refused(
                Code.PERMISSION_DENIED,
                () -> keys.delete(call, deployment, key.key().id()));
    }

    @Test
    void whatPipelinesDoWithAKeyAndWhatTheyCannot() {
        String access = access(make(owner));
        for (String permission : List.of(
                "deployment.deploys.create",
                "deployment.envObjects.create",
                "deployment.envObjects.update",
                "deployment.update",
                "deployment.airflow.dagRun.create",
                "deployment.airflow.variable.update")) {
            assertTrue(may(verifier, access, permission, deployment), permission);
        }
        for (String permission : List.of(
                "workspace.get",
                "workspace.deployments.create",
                "workspace.users.get",
                "workspace.users.invite",
                "workspace.users.update",
                "workspace.alerts.create")) {
            assertFalse(may(verifier, access, permission, workspace), permission);
        }
        assertFalse(may(verifier, access, "deployment.users.delete", deployment));
        assertFalse(may(verifier, access, "organization.users.invite", organization));
    }

    @Test
    void anIdAndItsSecretAreGoodForEver() {
        ApiKeys.WithSecret key = make(owner);
        authority
                .directory()
                .update(owner, organization, null, null, new PolicyChange(OptionalInt.of(1), true, null), null);
        for (int years = 0; years < 30; years += 10) {
            assertTrue(may(verifier, access(key), "deployment.deploys.create", deployment), years + " years later");
            authority.clock().advance(Duration.ofDays(3_653));
        }
        assertTrue(isGood(verifier, access(key)));
    }

    @Test
    void keysAreGovernedLikeTheTokensOfTheirDeployment() {
        ApiKey key = make(owner).key();
        String governs = authority
                .customRoles()
                .create(
                        owner,
                        org,
                        "governs keys",
                        "",
                        new CustomRole(
                                Set.of(
                                        "deployment.apiTokens.get",
                                        "deployment.apiTokens.create",
                                        "deployment.apiTokens.update",
                                        "deployment.apiTokens.delete"),
                                Set.of()))
                .value()
                .id();
        Call governor = authority.token(owner, deployment, governs);
        assertEquals(List.of(key), keys.list(governor, deployment, "", 10));
        assertEquals(
                "renamed",
                keys.update(governor, deployment, key.id(), "renamed", null, null)
                        .displayName());
        assertEquals(
                "ROLE_EXCEEDS_CALLER",
                refused(Code.PERMISSION_DENIED, () -> make(governor)).reason(),
                "a key may more than whoever governs it");
        keys.delete(governor, deployment, key.id());
        refused(Code.NOT_FOUND, () -> keys.get(owner, deployment, key.id()));
        Call operator = authority.token(owner, workspace, "WORKSPACE_OPERATOR");
        refused(Code.PERMISSION_DENIED, () -> make(operator));
        refused(Code.PERMISSION_DENIED, () -> keys.list(operator, deployment, "", 10));
    }

    @Test
    void deletingAKeyEndsEveryAccessTokenOfItAtOnce() {
        ApiKeys.WithSecret key = make(owner);
        ApiKeys.WithSecret other = make(owner);
        List<String> values = List.of(access(key), access(key), access(key));
        String spared = access(other);
        Call call = authority.verified(values.get(0));
        keys.delete(owner, deployment, key.key().id());
        values.forEach(value -> assertEquals(Reason.REVOKED, reason(verifier, value)));
        refused(Code.UNAUTHENTICATED, () -> authority.tokens().whoAmI(call));
        refused(Code.UNAUTHENTICATED, () -> access(key));
        assertTrue(isGood(verifier, spared));
    }

    @Test
    void deletingTheDeploymentEndsItsKeysAndTheirAccessTokens() {
        ApiKeys.WithSecret key = make(owner);
        String access = access(key);
        authority.directory().delete(authority.verified(access), deployment);
        assertEquals(Reason.REVOKED, reason(verifier, access));
        refused(Code.UNAUTHENTICATED, () -> access(key));
    }

    @Test
    void aKeyOutlivesTheTokenAndThePersonThatMadeIt() {
        Call maker = authority.token(owner, workspace, "WORKSPACE_OWNER");
        ApiKeys.WithSecret byToken = make(maker);
        Person person = authority.people().invite(owner, org, "maker@example.com", "ORGANIZATION_OWNER");
        Call user = authority.verified(authority
                .userTokens()
                .create(owner, org, person.id(), Duration.ofHours(1))
                .value());
        ApiKeys.WithSecret byPerson = make(user);
        String before = access(byPerson);
        authority.tokens().delete(owner, org, maker.subject());
        authority.people().remove(owner, org, person.id());
        assertTrue(isGood(verifier, access(byToken)));
        assertTrue(isGood(verifier, access(byPerson)));
        assertTrue(isGood(verifier, before));
        assertEquals(
                person.name(), keys.get(owner, deployment, byPerson.key().id()).createdBy());
    }

    @Test
    void aKeyIsNotAffectedByWhatItsMakerLoses() {
        Person maker = authority.people().invite(owner, org, "maker@example.com", "ORGANIZATION_MEMBER");
        authority.people().setGrant(owner, org, maker.id(), workspace, "WORKSPACE_OWNER");
        Call user = authority.verified(authority
                .userTokens()
                .create(owner, org, maker.id(), Duration.ofHours(1))
                .value());
        ApiKeys.WithSecret key = make(user);
        authority.people().setGrant(owner, org, maker.id(), workspace, "WORKSPACE_MEMBER");
        refused(Code.PERMISSION_DENIED, () -> make(user));
        assertTrue(may(verifier, access(key), "deployment.deploys.create", deployment), "its maker's roles changed");
        authority.people().removeGrant(owner, org, maker.id(), workspace);
        assertTrue(may(verifier, access(key), "deployment.deploys.create", deployment), "its maker left the workspace");
    }

    @Test
    void aSecretIsShownOnce() {
        Retry retry = new Retry("make-a-key", "the request");
        keys.create(owner, deployment, "a key", "", retry);
        assertEquals(
                "SECRET_ALREADY_SHOWN",
                refused(Code.FAILED_PRECONDITION, () -> keys.create(owner, deployment, "a key", "", retry))
                        .reason());
        assertEquals(1, keys.list(owner, deployment, "", 10).size());
        assertEquals(
                "request_id",
                invalid(() -> keys.create(owner, deployment, "b", "", new Retry("make-a-key", "another"))));
    }

    @Test
    void lastUseIsNotedForKeysAndTokensAtMostEveryFiveMinutes() {
        ApiKeys.WithSecret key = make(owner);
        assertTrue(isGood(verifier, access(key)));
        authority.lastUse().report(verifier.takeUses());
        authority.lastUse().write();
        var first = keys.get(owner, deployment, key.key().id()).lastUsedTime();
        assertEquals(authority.clock().instant().toEpochMilli(), first == null ? 0 : first.toEpochMilli());
        authority.clock().advance(Duration.ofMinutes(4));
        assertTrue(isGood(verifier, access(key)));
        authority.lastUse().report(verifier.takeUses());
        authority.lastUse().write();
        assertEquals(first, keys.get(owner, deployment, key.key().id()).lastUsedTime());
        authority.clock().advance(Duration.ofMinutes(2));
        assertTrue(isGood(verifier, access(key)));
        authority.lastUse().report(verifier.takeUses());
        authority.lastUse().write();
        assertNotEquals(first, keys.get(owner, deployment, key.key().id()).lastUsedTime());
    }
}
