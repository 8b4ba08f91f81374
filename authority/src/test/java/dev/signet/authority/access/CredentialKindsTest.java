package dev.signet.authority.access;

import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.tokens.ApiKeys.WithSecret;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.TrustPart;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that show something else than an API token, and what was issued before an epoch. */
final class CredentialKindsTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        organization = authority.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private Caller identify(Call presented) {
        return authority.unpublished().read(tx -> authority.access().identify(tx, presented));
    }

    private void assertUnknown(String reason, Call presented) {
        assertEquals(
                reason, refused(Code.UNAUTHENTICATED, () -> identify(presented)).reason());
    }

    private void assertGoodUntilItsExpiry(Call presented) {
        authority
                .clock()
                .advance(Duration.between(
                                authority.clock().instant(),
                                Objects.requireNonNull(presented.claims().expiry()))
                        .minusNanos(1));
        assertDoesNotThrow(() -> identify(presented));
        authority.clock().advance(Duration.ofNanos(1));
        assertUnknown("EXPIRED", presented);
    }

    private ResourcePath deployment() {
        return authority.deployment(owner, authority.workspace(owner, organization));
    }

    private Call exchanged(WithSecret key) {
        return authority.verified(
                authority.apiKeys().exchange(key.key().id(), key.secret(), "").value());
    }

    private Call loggedIn(Person person) {
        return authority.verified(authority
                .userTokens()
                .create(owner, organization.id(), person.id(), Duration.ofHours(1))
                .value());
    }

    private Person invited() {
        return authority.people().invite(owner, organization.id(), "a@example.org", "ORGANIZATION_MEMBER");
    }

    private void raiseEpoch(String part) {
        authority.ledger().write(tx -> {
            tx.raiseEpoch(part);
            return part;
        });
    }

    @Test
    void anApiKeyIsTheAdministratorOfItsDeploymentAndNothingElse() {
        ResourcePath deployment = deployment();
        Call access = exchanged(authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER));
        Caller caller = identify(access);
        assertEquals(Grants.of(deployment.id(), "DEPLOYMENT_ADMIN"), caller.grants());
        assertEquals(organization.organization(), caller.organization());
        assertFalse(caller.isPlatform());
        assertTrue(caller.name().endsWith("/apiKeys/" + access.subject()), caller.name());
        assertGoodUntilItsExpiry(access);
    }

    @Test
    void aDeletedApiKeyIsNobody() {
        ResourcePath deployment = deployment();
        WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        Call access = exchanged(key);
        authority.apiKeys().delete(owner, deployment, key.key().id());
        assertUnknown("REVOKED", access);
    }

    @Test
    void aPersonHoldsWhatTheStoreSaysNow() {
        Person person = invited();
        Call user = loggedIn(person);
        assertEquals(
                Grants.of(organization.id(), "ORGANIZATION_MEMBER"),
                identify(user).grants());
        authority.people().setGrant(owner, organization.id(), person.id(), organization, "ORGANIZATION_OWNER");
        assertEquals(
                Grants.of(organization.id(), "ORGANIZATION_OWNER"),
                identify(user).grants());
        assertGoodUntilItsExpiry(user);
    }

    @Test
    void aPersonWhoWasRemovedIsNobody() {
        Person person = invited();
        Call user = loggedIn(person);
        authority.people().remove(owner, organization.id(), person.id());
        assertUnknown("REVOKED", user);
    }

    @Test
    void aCustomRolePermitsItsHolderWhatTheStoreSaysNow() {
        ResourcePath deployment = deployment();
        String logs = "deployment.logs.get";
        String deploy = "deployment.deploys.create";
        String role = authority
                .customRoles()
                .create(owner, organization.id(), "a role", "", new CustomRole(Set.of(logs), Set.of()))
                .value()
                .id();
        Call holder = authority.token(owner, deployment, role);
        assertTrue(identify(holder).may(logs, deployment));
        assertFalse(identify(holder).may(deploy, deployment));
        authority.customRoles().update(owner, organization.id(), role, null, null, Set.of(deploy), null, null);
        assertFalse(identify(holder).may(logs, deployment));
        assertTrue(identify(holder).may(deploy, deployment));
    }

    @Test
    void theOperatorsTokenEndsToo() {
        assertGoodUntilItsExpiry(authority.platform());
    }

    /** Wherever it stands among those that the store holds. */
    @Test
    void theOperatorsTokenIsNotTakenForAnother() {
        Call platform = authority.platform();
        Instant now = authority.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        List<String> suffixes = List.of("0".repeat(26), "7" + "z".repeat(25));
        authority.unpublished().write(tx -> {
            for (String suffix : suffixes) {
                IssuedValue value = new IssuedValue(
                        suffix,
                        1_000 + suffixes.indexOf(suffix),
                        platform.credential().key().id(),
                        1,
                        TestAuthority.AUDIENCE,
                        now,
                        now.plusSeconds(60));
                tx.tokens().insert(new PlatformToken(IdType.PLATFORM.start() + suffix, value));
            }
            return tx;
        });
        assertEquals(
                3,
                authority.unpublished().read(tx -> tx.tokens().platformTokens()).size());
        assertDoesNotThrow(() -> identify(platform));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasIssuedBeforeAnEpochIsNobodyAndWhatIsIssuedAtItIsGood(boolean ofAll) {
        ResourcePath deployment = deployment();
        WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        Call before = exchanged(key);
        Call platform = authority.platform();
        raiseEpoch(ofAll ? TrustPart.INSTALLATION : organization.id());
        assertUnknown("EPOCH", owner);
        assertUnknown("EPOCH", before);
        Call after = exchanged(key);
        long epoch = authority.unpublished().read(tx -> tx.trust().epoch(ofAll ? "" : organization.id()));
        assertEquals(epoch, after.claims().grantsRevision());
        assertDoesNotThrow(() -> identify(after));
        if (ofAll) {
            assertUnknown("EPOCH", platform);
        } else {
            assertDoesNotThrow(() -> identify(platform));
        }
    }

    @Test
    void anEpochIsItsOrganizationsOwn() {
        raiseEpoch(authority.organization().id());
        assertDoesNotThrow(() -> identify(owner));
    }

    @Test
    void aValueIsBelowTheHigherOfBothEpochs() {
        long one = raised(organization.id());
        assertTrue(isBelowEpoch(one - 1));
        assertFalse(isBelowEpoch(one));
        long two = raised(TrustPart.INSTALLATION);
        assertTrue(isBelowEpoch(two - 1));
        assertFalse(isBelowEpoch(two));
    }

    private long raised(String part) {
        raiseEpoch(part);
        return authority.unpublished().read(tx -> tx.trust().epoch(part));
    }

    private boolean isBelowEpoch(long grantsRevision) {
        IssuedValue value = new IssuedValue(
                "value", 1, "kid", grantsRevision, "signet", authority.clock().instant(), null);
        return authority.unpublished().read(tx -> authority.access().isBelowEpoch(tx, organization.id(), value));
    }
}
