package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.tokens.ApiKeys.WithSecret;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.verify.Verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that was revoked, in whatever state: what it signed ends, and another signs before the answer. */
final class RevokedKeyLifeCycleTest {
    @TempDir
    private Path data;

    private KeyHouse house;
    private TestAuthority authority;
    private ResourcePath organization;

    @BeforeEach
    void open() {
        house = new KeyHouse(TestAuthority.config(data));
        authority = house.authority();
        organization = authority.organization();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private String ownerText() {
        return authority
                .issue(authority.platform(), organization, "ORGANIZATION_OWNER")
                .value();
    }

    private void assertEnded(String text, Call call) {
        assertEquals(Reason.REVOKED_KEY, reason(authority.verifier(), text));
        assertEquals(
                "REVOKED_KEY",
                refused(Code.UNAUTHENTICATED, () -> authority.tokens().whoAmI(call))
                        .reason());
    }

    @Test
    void theReserveSignsAtOnceHoweverYoungItIs() {
        StoredKey key = house.active();
        StoredKey reserve = house.reserve();
        String text = ownerText();
        Call call = authority.verified(text);
        Committed<SigningKeys.Listed> revoked = house.signingKeys().revoke(authority.platform(), key.id());
        assertEquals(KeyState.REVOKED, revoked.value().key().state());
        assertEquals(Map.of(organization.id(), 1L, "", 1L), revoked.value().liveTokens(), "what ended with it");
        assertEquals(reserve.id(), house.active().id());
        assertNotEquals(reserve.id(), house.reserve().id());
        assertEquals(3, house.keys().size());
        assertEnded(text, call);
        assertEquals(
                Map.of(),
                house.signingKeys().get(authority.platform(), key.id()).liveTokens(),
                "nothing of it can be good any more");
        String fresh = ownerText();
        assertEquals(reserve.id(), KeyHouse.signer(fresh));
        assertTrue(isGood(authority.verifier(), fresh));
    }

    @Test
    void everythingThatItSignedEndsAtTheVerifierAndAtTheAuthority() {
        house.rotate();
        Call owner = authority.owner(organization);
        ResourcePath deployment = authority.deployment(owner, authority.workspace(owner, organization));
        WithSecret apiKey = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        String access = authority
                .apiKeys()
                .exchange(apiKey.key().id(), apiKey.secret(), "")
                .value();
        String person = authority
                .people()
                .invite(owner, organization.id(), "a@example.org", "ORGANIZATION_MEMBER")
                .id();
        String user = authority
                .userTokens()
                .create(owner, organization.id(), person, Duration.ofHours(1))
                .value();
        Call asKey = authority.verified(access);
        Call asUser = authority.verified(user);
        String before = house.active().id();
        house.revoke(before);
        assertEnded(access, asKey);
        assertEnded(user, asUser);
        refused(Code.UNAUTHENTICATED, () -> authority.tokens().whoAmI(owner));
        refused(Code.UNAUTHENTICATED, () -> authority.userTokens().renew(asUser));

        // The API key itself was not signed by anything.
        String again = authority
                .apiKeys()
                .exchange(apiKey.key().id(), apiKey.secret(), "")
                .value();
        assertTrue(isGood(authority.verifier(), again));
        assertEquals(house.active().id(), KeyHouse.signer(again));
    }

    @Test
    void aPlatformTokenThatItSignedIsReplacedInItsFile() throws IOException {
        String before = authority.platformText();
        Call asBefore = authority.platform();
        house.revoke(house.active().id());
        String after = authority.platformText();
        assertNotEquals(before, after);
        assertEnded(before, asBefore);
        assertEquals(house.active().id(), KeyHouse.signer(after));
        assertEquals(3, house.signingKeys().list(authority.platform()).size());
        Path file = data.resolve("platform-token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(Files.notExists(data.resolve("platform-token.next")));

        // One that another key signed stays.
        house.revoke(house.reserve().id());
        assertEquals(after, authority.platformText());
    }

    /** A full disk must not keep a key trusted that somebody else has. */
    @Test
    void aPlatformTokenThatCannotBeWrittenIsNoObstacle() throws IOException {
        Call platform = authority.platform();
        String before = authority.platformText();
        String id = house.active().id();
        Path inTheWay = data.resolve("platform-token.next");
        Files.createDirectories(inTheWay.resolve("something"));
        SigningKeys.Listed revoked = house.signingKeys().revoke(platform, id).value();
        assertEquals(KeyState.REVOKED, revoked.key().state());
        assertEquals(KeyState.REVOKED, house.state(id));
        assertEnded(before, platform);
        assertEquals(List.of(), authority.unpublished().read(tx -> tx.tokens().platformTokens()));
        Files.delete(inTheWay.resolve("something"));
        Files.delete(inTheWay);
        house.restart(TestAuthority.config(data));
        authority = house.authority();
        assertTrue(isGood(authority.verifier(), authority.platformText()), "a start makes another");
    }

    @Test
    void aRevokedReserveIsReplaced() {
        StoredKey active = house.active();
        String reserve = house.reserve().id();
        house.advance(KeyHouse.KNOWN);
        house.revoke(reserve);
        assertEquals(active, house.active());
        assertEquals(KeyState.REVOKED, house.state(reserve));
        assertNotEquals(reserve, house.reserve().id());
        refused(Code.FAILED_PRECONDITION, () -> house.signingKeys().rotate(authority.platform()));
        assertEquals(house.reserve().id(), house.rotate().id());
    }

    @Test
    void aKeyThatSignsNoMoreIsRevokedWithoutTouchingTheOthers() {
        StoredKey retiring = house.active();
        String text = ownerText();
        Call call = authority.verified(text);
        StoredKey retired = house.rotate();
        StoredKey active = house.rotate();
        house.advance(Duration.ofHours(24).plusSeconds(41));
        house.signingKeys().maintain();
        assertEquals(KeyState.RETIRED, house.state(retired.id()));
        house.revoke(retired.id());
        house.revoke(retiring.id());
        assertEquals(KeyState.REVOKED, house.state(retired.id()));
        assertEquals(KeyState.REVOKED, house.state(retiring.id()));
        assertEnded(text, call);
        assertEquals(active, house.active());
        house.advance(Duration.ofDays(20));
        house.signingKeys().maintain();
        assertEquals(KeyState.REVOKED, house.state(retired.id()), "never forgotten");
    }

    @Test
    void whatIsRevokedTwiceIsRevokedOnce() {
        String id = house.reserve().id();
        house.revoke(id);
        List<StoredKey> once = house.keys();
        long head = authority.unpublished().read(tx -> tx.trust().head());
        house.advance(Duration.ofMinutes(1));
        Committed<SigningKeys.Listed> again = house.signingKeys().revoke(authority.platform(), id);
        assertEquals(house.key(id), again.value().key());
        assertEquals(0, again.revision());
        assertEquals(once, house.keys());
        assertEquals(
                List.of(head),
                authority.unpublished().read(tx -> List.of(tx.trust().head())));
    }

    @Test
    void whereNothingIsInReserveAFreshKeySignsAtOnce() {
        String reserve = house.reserve().id();
        authority.unpublished().write(tx -> {
            tx.keys().delete(reserve);
            return tx;
        });
        StoredKey key = house.active();
        house.revoke(key.id());
        assertNotEquals(key.id(), house.active().id());
        assertTrue(isGood(authority.verifier(), ownerText()));
        house.signingKeys().maintain();
        assertNotEquals(house.active().id(), house.reserve().id());
        // And once more, with the pair that was made for it.
        house.revoke(house.active().id());
        assertTrue(isGood(authority.verifier(), ownerText()));
        assertEquals(4, house.keys().size());
    }

    @Test
    void aRevocationHoldsAfterARestart() {
        String id = house.active().id();
        String text = ownerText();
        house.revoke(id);
        house.restart(TestAuthority.config(data));
        assertEquals(Reason.REVOKED_KEY, reason(house.authority().verifier(), text));
        assertEquals(KeyState.REVOKED, house.state(id));
        assertEquals(3, house.signingKeys().list(house.authority().platform()).size());
    }
}
