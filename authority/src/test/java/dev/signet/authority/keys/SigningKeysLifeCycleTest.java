package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.Tokens.WithValue;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From PREPARED to forgotten, with the tokens that the keys signed. */
final class SigningKeysLifeCycleTest {
    private static final Duration UNRECORDED = Duration.ofHours(24).plusSeconds(10 + 30);
    private static final Duration SKEW = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    private KeyHouse house;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        start(TestAuthority.config(data));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void start(AuthorityConfig config) {
        house = new KeyHouse(config);
        organization = house.authority().organization();
        owner = house.authority().owner(organization);
    }

    private AuthorityConfig config(Algorithm algorithm, Duration period, Duration staleness) {
        return TestAuthority.config(data, new KeysConfig(null, null, algorithm, period, null), staleness);
    }

    private WithValue issue(@Nullable Integer days, Retry retry) {
        return house.authority()
                .tokens()
                .create(
                        owner,
                        new Tokens.NewToken(
                                organization,
                                "a token",
                                "",
                                Map.of(organization, "ORGANIZATION_MEMBER"),
                                days,
                                "",
                                retry));
    }

    private WithValue issue(@Nullable Integer days) {
        return issue(days, Retry.NEVER);
    }

    private boolean isGoodHere(String value) {
        return isGood(house.authority().verifier(), value);
    }

    private Reason reasonHere(String value) {
        return reason(house.authority().verifier(), value);
    }

    private Refusal rotateTooEarly() {
        Refusal refusal = refused(
                Code.FAILED_PRECONDITION,
                () -> house.signingKeys().rotate(house.authority().platform()));
        assertEquals("RESERVE_TOO_YOUNG", refusal.reason());
        return refusal;
    }

    /** Has a key sign that did not sign the platform token or the owner's, which would never let it retire. */
    private StoredKey freshActive() {
        return house.rotate();
    }

    private void maintainAt(Instant time) {
        house.advanceTo(time);
        house.signingKeys().maintain();
    }

    @Test
    void theFirstStartHasOneKeyThatSignsAndOneInReserve() {
        assertEquals(2, house.keys().size());
        assertEquals(house.active().id(), KeyHouse.signer(house.authority().platformText()));
        assertNotEquals(house.active().id(), house.reserve().id());
        house.signingKeys().maintain();
        house.restart(TestAuthority.config(data));
        assertEquals(2, house.keys().size());
    }

    @Test
    void aKeySignsOnlyOnceEveryVerifierKnowsIt() {
        StoredKey first = house.active();
        StoredKey next = house.reserve();
        house.advance(KeyHouse.KNOWN.minusMillis(1));
        Refusal refusal = rotateTooEarly();
        assertTrue(refusal.getMessage().contains("before 2026-03-01T12:01:06Z"), refusal.getMessage());
        assertEquals(List.of(first, next), house.keys());
        house.advance(Duration.ofMillis(1));
        WithValue before = issue(null);
        StoredKey active =
                house.signingKeys().rotate(house.authority().platform()).value();
        assertEquals(next.id(), active.id());
        assertEquals(active, house.active());
        assertEquals(KeyState.RETIRING, house.state(first.id()));
        assertEquals(3, house.keys().size());
        rotateTooEarly();

        WithValue after = issue(null);
        assertEquals(first.id(), KeyHouse.signer(before.value()));
        assertEquals(active.id(), KeyHouse.signer(after.value()));
        assertTrue(isGoodHere(before.value()));
        assertTrue(isGoodHere(after.value()));
        assertEquals(organization.id(), house.authority().tokens().whoAmI(owner).organization());
    }

    @Test
    void aKeySignsForThePeriodAndNoLonger() {
        StoredKey first = house.active();
        StoredKey next = house.reserve();
        Instant due = first.stateTime().plus(KeysConfig.DEFAULT_ROTATION_PERIOD);
        maintainAt(due.minusMillis(1));
        assertEquals(first, house.active());
        maintainAt(due);
        assertEquals(next.id(), house.active().id());
        assertEquals(KeyState.RETIRING, house.state(first.id()));
        StoredKey third = house.reserve();
        maintainAt(due.plus(KeysConfig.DEFAULT_ROTATION_PERIOD).minusMillis(1));
        assertEquals(next.id(), house.active().id());
        house.advance(Duration.ofMillis(1));
        house.signingKeys().maintain();
        assertEquals(third.id(), house.active().id());
    }

    @Test
    void aPeriodThatIsShorterThanTheStalenessWaitsForVerifiers() {
        house.restart(config(Algorithm.ES256, Duration.ofMinutes(1), Duration.ofSeconds(60)));
        house.advance(KeyHouse.KNOWN.minusMillis(1));
        StoredKey next = house.reserve();
        house.signingKeys().maintain();
        assertEquals(next, house.reserve());
        house.advance(Duration.ofMillis(1));
        house.signingKeys().maintain();
        assertEquals(next.id(), house.active().id());
    }

    @Test
    void aStartDoesWhatIsDue() {
        StoredKey next = house.reserve();
        house.advance(KeysConfig.DEFAULT_ROTATION_PERIOD);
        house.restart(TestAuthority.config(data));
        assertEquals(next.id(), house.active().id());
        assertEquals(3, house.keys().size());
    }

    @Test
    void aKeyWithoutTokensRetiresOnceWhatIsNotRecordedMustBeOverAndIsForgottenAWeekLater() {
        StoredKey key = freshActive();
        String text = issue(null).value();
        house.authority()
                .tokens()
                .delete(
                        owner,
                        organization.id(),
                        house.authority().verified(text).subject());
        house.rotate();
        Instant retiring = house.key(key.id()).stateTime();
        maintainAt(retiring.plus(UNRECORDED));
        assertEquals(KeyState.RETIRING, house.state(key.id()));
        assertEquals(Reason.REVOKED, reasonHere(text));
        maintainAt(retiring.plus(UNRECORDED).plusMillis(1));
        assertEquals(KeyState.RETIRED, house.state(key.id()));
        assertEquals(Reason.UNKNOWN_KEY, reasonHere(text));

        Instant retired = house.key(key.id()).stateTime();
        maintainAt(retired.plus(Duration.ofDays(7)));
        assertEquals(KeyState.RETIRED, house.state(key.id()));
        maintainAt(retired.plus(Duration.ofDays(7)).plusMillis(1));
        assertTrue(house.keys().stream().noneMatch(left -> left.id().equals(key.id())));
        assertNull(Objects.requireNonNull(house.authority().publisher().state().installation())
                .key(key.id()));
        assertEquals(Reason.UNKNOWN_KEY, reasonHere(text));
        refused(Code.NOT_FOUND, () -> house.signingKeys().get(house.authority().platform(), key.id()));
    }

    @Test
    void aKeyIsKeptForATokenUntilNoVerifierTakesIt() {
        StoredKey key = freshActive();
        WithValue token = issue(2);
        house.rotate();
        Instant expiry = Objects.requireNonNull(token.token().value().expireTime());
        maintainAt(expiry.plus(SKEW).minusMillis(1));
        assertEquals(KeyState.RETIRING, house.state(key.id()));
        assertTrue(isGoodHere(token.value()), "as clocks may differ");
        maintainAt(expiry.plus(SKEW));
        assertEquals(KeyState.RETIRED, house.state(key.id()));
    }

    @Test
    void aTokenThatNeverExpiresKeepsItsKeyUntilItIsDeleted() {
        StoredKey key = freshActive();
        WithValue token = issue(null);
        house.rotate();
        for (int year = 0; year < 3; year++) {
            house.advance(Duration.ofDays(365));
            house.signingKeys().maintain();
            assertTrue(isGoodHere(token.value()));
        }
        assertEquals(KeyState.RETIRING, house.state(key.id()));
        house.authority()
                .tokens()
                .delete(owner, organization.id(), token.token().id());
        house.signingKeys().maintain();
        assertEquals(KeyState.RETIRED, house.state(key.id()));
    }

    @Test
    void aValueInItsGraceKeepsItsKey() {
        StoredKey key = freshActive();
        WithValue token = issue(null);
        house.rotate();
        house.advance(UNRECORDED.minusHours(1));
        Duration grace = Duration.ofHours(24);
        Instant notAfter = house.authority().clock().instant().plus(grace).truncatedTo(ChronoUnit.MILLIS);
        house.authority()
                .tokens()
                .rotate(owner, organization.id(), token.token().id(), grace, Retry.NEVER);
        maintainAt(notAfter);
        assertEquals(KeyState.RETIRING, house.state(key.id()));
        assertTrue(isGoodHere(token.value()), "to its last moment");
        maintainAt(notAfter.plus(SKEW).minusMillis(1));
        assertEquals(KeyState.RETIRING, house.state(key.id()));
        assertEquals(Reason.REVOKED, reasonHere(token.value()));
        maintainAt(notAfter.plus(SKEW));
        assertEquals(KeyState.RETIRED, house.state(key.id()));
    }

    @Test
    void theSameRequestMakesTheSameValueAfterARotation() {
        StoredKey key = freshActive();
        Retry retry = new Retry("a-request", "what was asked");
        WithValue first = issue(30, retry);
        house.rotate();
        WithValue again = issue(30, retry);
        assertEquals(key.id(), KeyHouse.signer(again.value()));
        assertEquals(
                house.authority().verified(first.value()).claims(),
                house.authority().verified(again.value()).claims());
        house.revoke(key.id());
        Refusal refusal = refused(Code.FAILED_PRECONDITION, () -> issue(30, retry));
        assertEquals("VALUE_ENDED", refusal.reason());
    }

    @Test
    void onlyTheOperatorSeesAndChangesKeys() {
        List<StoredKey> before = house.keys();
        house.advance(KeyHouse.KNOWN);
        String id = before.get(0).id();
        SigningKeys keys = house.signingKeys();
        refused(Code.PERMISSION_DENIED, () -> keys.list(owner));
        refused(Code.PERMISSION_DENIED, () -> keys.get(owner, id));
        refused(Code.PERMISSION_DENIED, () -> keys.rotate(owner));
        refused(Code.PERMISSION_DENIED, () -> keys.revoke(owner, id));
        refused(Code.PERMISSION_DENIED, () -> keys.rekey(owner));
        assertEquals(before, house.keys());
        refused(Code.NOT_FOUND, () -> keys.revoke(house.authority().platform(), "unheard-of"));
    }

    @Test
    void liveTokensAreCountedByOrganization() {
        StoredKey first = house.active();
        ResourcePath other = house.authority().organization();
        house.authority().owner(other);
        issue(1);
        StoredKey second = house.rotate();
        issue(null);
        Call operator = house.authority().platform();
        SigningKeys.Listed listed = house.signingKeys().get(operator, first.id());
        assertEquals(Map.of(organization.id(), 2L, other.id(), 1L, "", 1L), listed.liveTokens());
        assertEquals(4, listed.liveTokenCount());
        assertEquals(
                Map.of(organization.id(), 1L),
                house.signingKeys().get(operator, second.id()).liveTokens());
        assertEquals(
                house.keys(),
                house.signingKeys().list(operator).stream()
                        .map(SigningKeys.Listed::key)
                        .toList());
        house.advance(Duration.ofDays(1));
        assertEquals(
                Map.of(organization.id(), 1L, other.id(), 1L, "", 1L),
                house.signingKeys().get(operator, first.id()).liveTokens());
    }

    @Test
    void eachAlgorithmFollowsTheOneBeforeAndOldTokensStayGood() {
        List<String> texts = new ArrayList<>();
        for (Algorithm algorithm : List.of(Algorithm.EDDSA, Algorithm.RS256, Algorithm.PS256, Algorithm.ES256)) {
            texts.add(issue(null).value());
            house.restart(config(algorithm, KeysConfig.DEFAULT_ROTATION_PERIOD, Duration.ofSeconds(60)));
            assertNotEquals(algorithm, house.active().algorithm());
            assertEquals(2, house.in(KeyState.PREPARED).size(), "the old reserve stays until the new one is known");
            house.advance(KeyHouse.KNOWN);
            house.signingKeys().maintain();
            assertEquals(algorithm, house.reserve().algorithm());
            assertNotEquals(algorithm, house.active().algorithm(), "the period is not over");
            house.signingKeys().rotate(house.authority().platform());
            assertEquals(algorithm, house.active().algorithm());
            String text = issue(null).value();
            assertEquals(house.active().id(), KeyHouse.signer(text));
            texts.add(text);
            for (String each : texts) {
                assertTrue(isGoodHere(each));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 600, 3600})
    void aStalenessThatWasLoweredStillBindsVerifiersThatDidNotHearOfIt(int before) {
        house.restart(config(Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, Duration.ofSeconds(before)));
        house.restart(TestAuthority.config(data));
        house.advance(Duration.ofSeconds(before + 5));
        house.signingKeys().rotate(house.authority().platform());
        house.advance(Duration.ofSeconds(before + 5).minusMillis(1));
        rotateTooEarly();
        house.advance(Duration.ofMillis(1));
        house.signingKeys().rotate(house.authority().platform());
    }

    @Test
    void aStalenessThatAnotherAuthorityRaisedBindsThisOneAtOnce() {
        try (TestAuthority other = TestAuthority.open(
                config(Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, Duration.ofMinutes(10)),
                new FakeClock(),
                99,
                (config, codec, ids) -> new ForwardingLedger(house.authority().unpublished()))) {
            assertEquals(house.keys(), other.unpublished().read(tx -> tx.keys().list()));
        }
        house.advance(Duration.ofSeconds(605).minusMillis(1));
        rotateTooEarly();
        house.advance(Duration.ofMillis(1));
        house.signingKeys().rotate(house.authority().platform());
    }
}
