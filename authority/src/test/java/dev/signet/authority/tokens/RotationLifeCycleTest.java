package dev.signet.authority.tokens;

import static dev.signet.authority.Verdicts.invalid;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.directory.PolicyChange;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotation with and without grace, requests that come twice, expiry, and whom a token is for. */
final class RotationLifeCycleTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private String org;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        verifier = authority.verifier();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        deployment = authority.deployment(owner, authority.workspace(owner, organization));
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private Tokens.NewToken request(@Nullable Integer days, String audience, Retry retry) {
        return new Tokens.NewToken(deployment, "a token", "", Map.of(), days, audience, retry);
    }

    private Tokens.WithValue rotate(String id, Duration grace) {
        return tokens.rotate(owner, org, id, grace, Retry.NEVER).value();
    }

    private void refusedAsCaller(Call call) {
        refused(Code.UNAUTHENTICATED, () -> tokens.whoAmI(call));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -86_400_000, 86_400_001, Long.MAX_VALUE / 2})
    void aGraceIsNotNegativeAndADayAtMost(long millis) {
        String id = authority.issue(owner, deployment, null).token().id();
        assertEquals("grace", invalid(() -> rotate(id, Duration.ofMillis(millis))));
        assertNull(tokens.get(owner, org, id).lastRotatedTime());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 1_800_000, 86_400_000})
    void bothValuesAreGoodWithinTheGraceAndTheClockAloneEndsTheOld(long millis) {
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        Call old = authority.verified(made.value());
        String fresh = rotate(made.token().id(), Duration.ofMillis(millis)).value();
        assertTrue(isGood(verifier, made.value()));
        assertTrue(isGood(verifier, fresh));
        authority.clock().advance(Duration.ofMillis(millis));
        assertTrue(isGood(verifier, made.value()), "to its last moment");
        assertEquals(made.token().id(), tokens.whoAmI(old).claims().subject());
        authority.clock().advance(Duration.ofMillis(1));
        assertEquals(Reason.REVOKED, reason(verifier, made.value()));
        refusedAsCaller(old);
        assertTrue(isGood(verifier, fresh));
    }

    @Test
    void withoutAGraceTheOldValueEndsBeforeTheAnswer() {
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        Call old = authority.verified(made.value());
        Tokens.WithValue fresh = rotate(made.token().id(), Duration.ZERO);
        assertEquals(Reason.REVOKED, reason(verifier, made.value()));
        refusedAsCaller(old);
        assertTrue(isGood(verifier, fresh.value()));
        assertEquals(made.token().id(), fresh.token().id());
        assertNotEquals(made.token().value().valueId(), fresh.token().value().valueId());
    }

    @Test
    void asecondRotationEndsTheFirstOldValueAtOnceWhateverItsGraceWas() {
        Tokens.WithValue first = authority.issue(owner, deployment, null);
        Tokens.WithValue second = rotate(first.token().id(), Duration.ofHours(24));
        Tokens.WithValue third = rotate(first.token().id(), Duration.ofMinutes(1));
        assertEquals(Reason.REVOKED, reason(verifier, first.value()));
        assertTrue(isGood(verifier, second.value()));
        assertTrue(isGood(verifier, third.value()));
        rotate(first.token().id(), Duration.ZERO);
        for (Tokens.WithValue each : List.of(first, second, third)) {
            assertEquals(Reason.REVOKED, reason(verifier, each.value()));
        }
    }

    /** Else a value that was rotated away, as it may have leaked, would outlive its grace. */
    @Test
    void aValueInItsGraceDoesNotMakeItselfAnother() {
        Call before = authority.owner(organization);
        Retry retry = new Retry("again", "same");
        String fresh = tokens.rotate(before, org, before.subject(), Duration.ofHours(1), retry)
                .value()
                .value();
        refused(Code.PERMISSION_DENIED, () -> tokens.rotate(before, org, before.subject(), Duration.ZERO, Retry.NEVER));
        assertTrue(isGood(verifier, fresh));
        Call present = authority.verified(fresh);
        assertEquals(
                present.claims().valueId(),
                tokens.rotate(before, org, before.subject(), Duration.ofHours(1), retry)
                        .value()
                        .token()
                        .value()
                        .valueId(),
                "whoever rotated it and got no answer");
        String next = tokens.rotate(present, org, present.subject(), Duration.ZERO, Retry.NEVER)
                .value()
                .value();
        assertTrue(isGood(verifier, next));
    }

    @Test
    void deletingEndsTheValueAndTheOneInItsGrace() {
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        String fresh = rotate(made.token().id(), Duration.ofHours(1)).value();
        tokens.delete(owner, org, made.token().id());
        assertEquals(Reason.REVOKED, reason(verifier, made.value()));
        assertEquals(Reason.REVOKED, reason(verifier, fresh));
        refused(Code.NOT_FOUND, () -> tokens.get(owner, org, made.token().id()));
    }

    @Test
    void deletingTheDeploymentEndsAValueInItsGraceToo() {
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        rotate(made.token().id(), Duration.ofHours(1));
        authority.directory().delete(owner, deployment);
        assertEquals(Reason.REVOKED, reason(verifier, made.value()));
    }

    @Test
    void aGraceLengthensNoLife() {
        Tokens.WithValue made = tokens.create(owner, request(1, "", Retry.NEVER));
        Call old = authority.verified(made.value());
        authority.clock().advance(Duration.ofHours(23));
        Call presented = authority.verified(made.value());
        rotate(made.token().id(), Duration.ofHours(24));
        authority.clock().advance(Duration.ofHours(2));
        assertEquals(Reason.EXPIRED, reason(verifier, made.value()));
        refusedAsCaller(old);
        refusedAsCaller(presented);
    }

    @Test
    void rotationStartsTheExpirationPeriodAgain() {
        Tokens.WithValue made = tokens.create(owner, request(1, "", Retry.NEVER));
        authority.clock().advance(Duration.ofHours(23));
        String fresh = rotate(made.token().id(), Duration.ZERO).value();
        authority.clock().advance(Duration.ofHours(23));
        assertTrue(isGood(verifier, fresh));
        authority.clock().advance(Duration.ofHours(2));
        assertEquals(Reason.EXPIRED, reason(verifier, fresh));
    }

    @Test
    void aCreateThatComesTwiceMakesOneTokenAndTheSameValue() {
        Retry retry = new Retry("a-request", "what was asked");
        Tokens.WithValue first = tokens.create(owner, request(30, "", retry));
        authority.clock().advance(Duration.ofMinutes(5));
        Tokens.WithValue again = tokens.create(owner, request(30, "", retry));
        assertEquals(first.token(), again.token());
        assertEquals(
                authority.verified(first.value()).claims(),
                authority.verified(again.value()).claims());
        assertEquals(
                "request_id", invalid(() -> tokens.create(owner, request(31, "", new Retry("a-request", "other")))));
        Call another = authority.owner(organization);
        assertNotEquals(
                first.token().id(),
                tokens.create(another, request(30, "", retry)).token().id(),
                "request ids are each caller's own");
    }

    @Test
    void aCreateIsNotRepeatedOnceItsValueEnded() {
        Retry rotated = new Retry("one", "x");
        String id = tokens.create(owner, request(null, "", rotated)).token().id();
        rotate(id, Duration.ofHours(1));
        assertEquals(
                "VALUE_ENDED",
                refused(Code.FAILED_PRECONDITION, () -> tokens.create(owner, request(null, "", rotated)))
                        .reason());
        Retry deleted = new Retry("two", "x");
        tokens.delete(
                owner,
                org,
                tokens.create(owner, request(null, "", deleted)).token().id());
        refused(Code.FAILED_PRECONDITION, () -> tokens.create(owner, request(null, "", deleted)));
    }

    @Test
    void aRotationThatComesTwiceRotatesOnce() {
        Tokens.WithValue made = authority.issue(owner, deployment, null);
        String id = made.token().id();
        Retry retry = new Retry("a-rotation", "rotate");
        Tokens.WithValue first =
                tokens.rotate(owner, org, id, Duration.ofHours(1), retry).value();
        Tokens.WithValue again =
                tokens.rotate(owner, org, id, Duration.ofHours(1), retry).value();
        assertEquals(
                first.token().value().valueId(),
                authority.verified(again.value()).claims().valueId());
        assertTrue(isGood(verifier, made.value()), "still in the grace of the one rotation");
        assertEquals(
                "request_id",
                invalid(() -> tokens.rotate(owner, org, id, Duration.ZERO, new Retry("a-rotation", "otherwise"))));
        rotate(id, Duration.ZERO);
        refused(Code.FAILED_PRECONDITION, () -> tokens.rotate(owner, org, id, Duration.ofHours(1), retry));
        tokens.delete(owner, org, id);
        refused(Code.NOT_FOUND, () -> tokens.rotate(owner, org, id, Duration.ofHours(1), retry));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "tab\t", "é", "65"})
    void requestIdsArePrintableAndShort(String text) {
        String id = text.equals("65") ? "x".repeat(65) : text;
        assertEquals("request_id", invalid(() -> new Retry(id, "")));
    }

    @Test
    void anOrganizationLimitsHowLongItsTokensLive() {
        String forever = authority.issue(owner, deployment, null).token().id();
        String year =
                tokens.create(owner, request(365, "", Retry.NEVER)).token().id();
        authority
                .directory()
                .update(owner, organization, null, null, new PolicyChange(OptionalInt.of(90), true, null), null);
        assertEquals("token.expiry_period_days", invalid(() -> tokens.create(owner, request(null, "", Retry.NEVER))));
        assertEquals("token.expiry_period_days", invalid(() -> tokens.create(owner, request(91, "", Retry.NEVER))));
        assertEquals("token.expiry_period_days", invalid(() -> rotate(forever, Duration.ZERO)));
        assertEquals("token.expiry_period_days", invalid(() -> rotate(year, Duration.ZERO)));
        tokens.create(owner, request(90, "", Retry.NEVER));
        authority
                .directory()
                .update(owner, organization, null, null, new PolicyChange(OptionalInt.empty(), false, null), null);
        rotate(forever, Duration.ZERO);
        rotate(year, Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3651})
    void policiesAreFrom1To3650Days(int days) {
        assertEquals(
                "organization.maximum_expiry_period_days",
                invalid(() -> new PolicyChange(OptionalInt.of(days), null, null)));
        assertEquals(
                "organization.audit_retention_days", invalid(() -> new PolicyChange(null, null, OptionalInt.of(days))));
    }

    @Test
    void aTokenIsForTheAudienceThatWasAskedForAlsoAfterARotation() {
        TokenVerifier billing = new TokenVerifier(
                VerifierConfig.of(TestAuthority.ISSUER, TestAuthority.OTHER_AUDIENCE),
                authority.publisher().state(),
                new Clocks(() -> 0, authority.clock()));
        Tokens.WithValue made = tokens.create(owner, request(null, TestAuthority.OTHER_AUDIENCE, Retry.NEVER));
        assertEquals(Reason.WRONG_AUDIENCE, reason(verifier, made.value()));
        assertTrue(isGood(billing, made.value()));
        String rotated = rotate(made.token().id(), Duration.ZERO).value();
        assertTrue(isGood(billing, rotated));
        assertEquals(Reason.WRONG_AUDIENCE, reason(verifier, rotated));
        assertEquals("audience", invalid(() -> tokens.create(owner, request(null, "nobody", Retry.NEVER))));
    }
}
