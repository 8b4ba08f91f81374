package dev.signet.verifier.trust;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each change makes of the installation and of an organization. */
class PartsTest {
    private static final TestKey KEY = TestKey.shared(Algorithm.ES256);
    private static final TestKey OTHER_KEY = TestKey.shared(Algorithm.EDDSA);
    private static final String SUBJECT = TestTokens.id(IdType.TOKEN);
    private static final Grants OWNER = Grants.of(WORKSPACE, "WORKSPACE_OWNER");

    private final InstallationTrust installation = TestTrust.installation(10, Freshness.AUTHORITATIVE, KEY);
    private final OrganizationTrust organization = TestTrust.organization(10, Freshness.AUTHORITATIVE);

    @Test
    void aChangeRaisesTheRevisionAndKeepsTheFreshness() {
        TrustPart after = installation.after(new TrustChange.EpochRaised(5), 11);
        assertEquals(11, after.revision());
        assertEquals(Freshness.AUTHORITATIVE, after.freshness());
        assertEquals(TrustPart.INSTALLATION, after.id());
        after = organization.after(new TrustChange.OrganizationDeleted(), 12);
        assertEquals(12, after.revision());
        assertEquals(Freshness.AUTHORITATIVE, after.freshness());
        assertEquals(ORGANIZATION, after.id());
    }

    @Test
    void confirmationChangesTheFreshnessOnly() {
        assertEquals(Freshness.NEVER, installation.confirmed(Freshness.NEVER).freshness());
        assertEquals(installation, installation.confirmed(Freshness.NEVER).confirmed(Freshness.AUTHORITATIVE));
        OrganizationTrust whole = organization
                .after(new TrustChange.Revoked(Indexes.of(1)), 11)
                .after(new TrustChange.GrantsOverridden(SUBJECT, OWNER), 12)
                .after(new TrustChange.EpochRaised(3), 13)
                .after(new TrustChange.OrganizationDeleted(), 14);
        assertEquals(whole, whole.confirmed(Freshness.NEVER).confirmed(Freshness.AUTHORITATIVE));
    }

    @Test
    void theInstallationLearnsKeys() {
        InstallationTrust after =
                installation.after(new TrustChange.KeyChanged(TestTrust.trusted(OTHER_KEY, KeyState.PREPARED)), 11);
        assertEquals(TestTrust.trusted(OTHER_KEY, KeyState.PREPARED), after.key(OTHER_KEY.id()));
        assertEquals(TestTrust.trusted(KEY, KeyState.ACTIVE), after.key(KEY.id()));
        assertNull(installation.key(OTHER_KEY.id()));
    }

    @Test
    void theInstallationForgetsKeys() {
        InstallationTrust both =
                installation.after(new TrustChange.KeyChanged(TestTrust.trusted(OTHER_KEY, KeyState.RETIRED)), 11);
        InstallationTrust after = both.after(new TrustChange.KeyRemoved(OTHER_KEY.id()), 12);
        assertNull(after.key(OTHER_KEY.id()));
        assertEquals(installation.keys(), after.keys());
        assertEquals(12, after.revision());
        assertEquals(
                after.keys(),
                after.after(new TrustChange.KeyRemoved("unheard of"), 13).keys());
    }

    @ParameterizedTest
    @EnumSource(KeyState.class)
    void theInstallationLearnsWhereAKeyIsInItsLife(KeyState state) {
        InstallationTrust after = installation.after(new TrustChange.KeyChanged(TestTrust.trusted(KEY, state)), 11);
        assertEquals(state, requireNonNull(after.key(KEY.id())).state());
        assertEquals(1, after.keys().size());
    }

    @Test
    void onlyKeysThatMaySignLiveTokensVerify() {
        assertEquals(
                List.of(KeyState.PREPARED, KeyState.ACTIVE, KeyState.RETIRING),
                Stream.of(KeyState.values()).filter(KeyState::verifies).toList());
    }

    @Test
    void theInstallationLearnsRolesAndPolicyWhole() {
        Roles roles = new Roles(Map.of("ONLY", Set.of("one")));
        assertEquals(
                roles,
                installation.after(new TrustChange.RolesReplaced(roles), 11).roles());
        TrustPolicy policy = new TrustPolicy(Duration.ofSeconds(5));
        assertEquals(
                policy,
                installation.after(new TrustChange.PolicyChanged(policy), 11).policy());
    }

    @Test
    void revocationsAddUpInBothParts() {
        InstallationTrust ended = installation
                .after(new TrustChange.Revoked(Indexes.of(1)), 11)
                .after(new TrustChange.Revoked(Indexes.of(2, 3)), 12);
        assertEquals(Indexes.of(1, 2, 3), ended.revoked());
        OrganizationTrust gone = organization
                .after(new TrustChange.Revoked(Indexes.of(4)), 11)
                .after(new TrustChange.Revoked(Indexes.of(4, 5)), 12);
        assertEquals(Indexes.of(4, 5), gone.revoked());
        assertEquals(Indexes.NONE, organization.revoked());
    }

    @Test
    void whatIsForgottenIsAsIfItHadNeverBeen() {
        assertEquals(
                Indexes.of(1, 3),
                installation
                        .after(new TrustChange.Revoked(Indexes.of(1, 2, 3)), 11)
                        .after(new TrustChange.Forgotten(Indexes.of(2, 7), Set.of()), 12)
                        .revoked());
        String other = TestTokens.id(IdType.TOKEN);
        OrganizationTrust whole = organization
                .after(new TrustChange.Revoked(Indexes.of(1, 2)), 11)
                .after(new TrustChange.Ending(3, 1_000), 12)
                .after(new TrustChange.Ending(4, 1_000), 13)
                .after(new TrustChange.GrantsOverridden(SUBJECT, OWNER), 14)
                .after(new TrustChange.GrantsOverridden(other, Grants.NONE), 15);
        assertEquals(
                organization
                        .after(new TrustChange.Revoked(Indexes.of(1)), 11)
                        .after(new TrustChange.Ending(4, 1_000), 13)
                        .after(new TrustChange.GrantsOverridden(other, Grants.NONE), 15),
                whole.after(new TrustChange.Forgotten(Indexes.of(2, 3, 9), Set.of(SUBJECT, "tok_unknown")), 15));
        assertEquals(whole, whole.after(new TrustChange.Forgotten(Indexes.NONE, Set.of()), 15));
    }

    @Test
    void anEpochIsNeverLowered() {
        assertEquals(
                9,
                installation
                        .after(new TrustChange.EpochRaised(9), 11)
                        .after(new TrustChange.EpochRaised(4), 12)
                        .epoch());
        assertEquals(
                9,
                organization
                        .after(new TrustChange.EpochRaised(9), 11)
                        .after(new TrustChange.EpochRaised(4), 12)
                        .epoch());
    }

    @Test
    void anOverrideBeatsOlderGrantsOnly() {
        OrganizationTrust after = organization.after(new TrustChange.GrantsOverridden(SUBJECT, OWNER), 50);
        Grants own = Grants.of(WORKSPACE, "WORKSPACE_OPERATOR");
        assertEquals(OWNER, after.grantsInForce(claims(SUBJECT, 49)));
        assertEquals(own, after.grantsInForce(claims(SUBJECT, 50)));
        assertEquals(own, after.grantsInForce(claims(SUBJECT, 51)));
        assertEquals(own, after.grantsInForce(claims(TestTokens.id(IdType.TOKEN), 49)));
        assertEquals(own, organization.grantsInForce(claims(SUBJECT, 1)));
    }

    @Test
    void theLatestOverrideOfASubjectCounts() {
        OrganizationTrust after = organization
                .after(new TrustChange.GrantsOverridden(SUBJECT, OWNER), 50)
                .after(new TrustChange.GrantsOverridden(SUBJECT, Grants.NONE), 60);
        assertEquals(Grants.NONE, after.grantsInForce(claims(SUBJECT, 10)));
        assertEquals(Grants.NONE, after.grantsInForce(claims(SUBJECT, 59)));
    }

    @Test
    void aDeletedOrganizationStaysDeleted() {
        OrganizationTrust after = organization
                .after(new TrustChange.OrganizationDeleted(), 11)
                .after(new TrustChange.Revoked(Indexes.of(1)), 12);
        assertTrue(after.deleted());
        assertFalse(organization.deleted());
    }

    @Test
    void beingCreatedChangesNothingElse() {
        TrustPart after = organization.after(new TrustChange.OrganizationCreated(), 11);
        assertEquals(TestTrust.organization(11, Freshness.AUTHORITATIVE), after);
    }

    static Stream<TrustChange> notOfAnOrganization() {
        return Stream.of(
                new TrustChange.KeyChanged(TestTrust.trusted(KEY, KeyState.ACTIVE)),
                new TrustChange.KeyRemoved(KEY.id()),
                new TrustChange.RolesReplaced(Roles.NONE),
                new TrustChange.PolicyChanged(TestTrust.POLICY));
    }

    @ParameterizedTest
    @MethodSource("notOfAnOrganization")
    void anOrganizationRefusesChangesOfTheInstallation(TrustChange change) {
        assertThrows(IllegalArgumentException.class, () -> organization.after(change, 11));
    }

    static Stream<TrustChange> notOfTheInstallation() {
        return Stream.of(
                new TrustChange.GrantsOverridden(SUBJECT, OWNER),
                new TrustChange.Forgotten(Indexes.of(1), Set.of(SUBJECT)),
                new TrustChange.OrganizationCreated(),
                new TrustChange.OrganizationDeleted());
    }

    @ParameterizedTest
    @MethodSource("notOfTheInstallation")
    void theInstallationRefusesChangesOfAnOrganization(TrustChange change) {
        assertThrows(IllegalArgumentException.class, () -> installation.after(change, 11));
    }

    @Test
    void aPolicyNeedsAPositiveStaleness() {
        assertThrows(IllegalArgumentException.class, () -> new TrustPolicy(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new TrustPolicy(Duration.ofSeconds(-1)));
    }

    @Test
    void anAudiencesStalenessIsLargerAndFinite() {
        Duration plain = Duration.ofSeconds(60);
        for (Duration bad : List.of(Duration.ZERO, plain.minusMillis(1), plain, Duration.ofDays(366))) {
            assertThrows(IllegalArgumentException.class, () -> new TrustPolicy(plain, Map.of("batch", bad)));
        }
        TrustPolicy policy = new TrustPolicy(plain, Map.of("batch", plain.plusMillis(1)));
        assertEquals(plain.plusMillis(1), policy.maximumStaleness("batch"));
        assertEquals(plain, policy.maximumStaleness("signet"));
    }

    private static Claims claims(String subject, long grantsRevision) {
        long now = TestTokens.NOW.getEpochSecond();
        return new Claims(
                TestTokens.ISSUER,
                List.of(TestTokens.AUDIENCE),
                subject,
                subject.substring(4),
                now,
                Claims.NEVER,
                ORGANIZATION,
                Kind.WORKSPACE,
                Grants.of(WORKSPACE, "WORKSPACE_OPERATOR"),
                grantsRevision,
                0,
                "https://signet.local/status");
    }
}
