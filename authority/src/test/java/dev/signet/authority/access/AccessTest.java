package dev.signet.authority.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.tokens.PlatformTokens;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTest {
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
        Refusal refusal = assertThrows(Refusal.class, () -> identify(presented));
        assertEquals(Refusal.Code.UNAUTHENTICATED, refusal.code());
        assertEquals(reason, refusal.reason());
    }

    private Set<String> requireRole(String role, ResourcePath resource) {
        return authority
                .unpublished()
                .write(tx -> authority.access().requireRole(tx, "role", role, resource))
                .value();
    }

    @Test
    void aCallerIsWhoTheStoreSaysItIs() {
        Caller caller = identify(owner);
        assertEquals(Grants.of(organization.id(), "ORGANIZATION_OWNER"), caller.grants());
        assertEquals(organization.organization(), caller.organization());
        assertEquals(organization.name() + "/tokens/" + owner.claims().subject(), caller.name());
        Caller operator = identify(authority.platform());
        assertEquals(Grants.NONE, operator.grants());
        assertEquals("platformTokens/" + authority.platform().claims().subject(), operator.name());
    }

    @Test
    void aRotatedValueIsNobody() {
        Tokens.WithValue second = authority
                .tokens()
                .rotate(owner, organization.id(), owner.claims().subject(), Duration.ZERO, Retry.NEVER)
                .value();
        assertUnknown("REVOKED", owner);
        assertEquals(
                owner.claims().subject(),
                identify(authority.verified(second.value())).claims().subject());
    }

    @Test
    void aValueInItsGraceIsItsTokenUntilTheGraceIsOver() {
        String id = owner.claims().subject();
        authority.tokens().rotate(owner, organization.id(), id, Duration.ofHours(1), Retry.NEVER);
        // To the millisecond, as verifiers count: the clock stands at .123456, so this is the last moment of .123.
        authority.clock().advance(Duration.ofHours(1).plusNanos(543_999));
        assertEquals(
                Grants.of(organization.id(), "ORGANIZATION_OWNER"),
                identify(owner).grants());
        authority.clock().advance(Duration.ofNanos(1));
        assertUnknown("REVOKED", owner);
    }

    @Test
    void noGraceOutlivesTheValuesOwnExpiry() {
        Call daily = authority.verified(authority
                .tokens()
                .create(owner, TestAuthority.newToken(organization, "daily", "", "ORGANIZATION_MEMBER", 1))
                .value());
        authority.clock().advance(Duration.ofHours(23));
        authority
                .tokens()
                .rotate(owner, organization.id(), daily.claims().subject(), Duration.ofHours(24), Retry.NEVER);
        assertDoesNotThrow(() -> identify(daily));
        authority.clock().advance(Duration.ofHours(1));
        assertUnknown("EXPIRED", daily);
    }

    @Test
    void aDeletedTokenIsNobody() {
        authority.tokens().delete(owner, organization.id(), owner.claims().subject());
        assertUnknown("REVOKED", owner);
    }

    @Test
    void anExpiredTokenIsNobodyToTheSecond() {
        Call daily = authority.verified(authority
                .tokens()
                .create(owner, TestAuthority.newToken(organization, "daily", "", "ORGANIZATION_MEMBER", 1))
                .value());
        authority
                .clock()
                .advance(Duration.between(FakeClock.START, daily.claims().expiry())
                        .minusNanos(1));
        assertDoesNotThrow(() -> identify(daily));
        authority.clock().advance(Duration.ofNanos(1));
        assertUnknown("EXPIRED", daily);
    }

    @Test
    void aPlatformTokenThatWasResetIsNobody() {
        Call before = authority.platform();
        authority.unpublished().write(tx -> {
            PlatformTokens tokens = new PlatformTokens(
                    authority.minter(),
                    TestAuthority.AUDIENCE,
                    authority.ids(),
                    authority.clock(),
                    data.resolve("platform-token"));
            tokens.reset(tx);
            tokens.settle(tx);
            return tx;
        });
        assertUnknown("REVOKED", before);
        assertDoesNotThrow(() -> identify(authority.platform()));
    }

    @ParameterizedTest
    @EnumSource(KeyState.class)
    void onlyKeysThatVerifyVouchForACaller(KeyState state) throws JOSEException, ParseException {
        ECKey pair = new ECKeyGenerator(Curve.P_256).keyID("another").generate();
        Call signedAnew = resigned(owner, pair);
        assertUnknown("REVOKED_KEY", signedAnew);
        authority.unpublished().write(tx -> {
            tx.keys()
                    .insert(new StoredKey(
                            "another", Algorithm.ES256, state, "sealed", FakeClock.START, FakeClock.START));
            return tx;
        });
        if (state.verifies()) {
            assertDoesNotThrow(() -> identify(signedAnew));
        } else {
            assertUnknown("REVOKED_KEY", signedAnew);
        }
    }

    /** The same claims under another key. */
    private static Call resigned(Call token, ECKey pair) throws JOSEException, ParseException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(pair.getKeyID())
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                SignedJWT.parse(token.credential().text()).getJWTClaimsSet());
        jwt.sign(new ECDSASigner(pair));
        return new Call(
                TokenCodec.read(jwt.serialize())
                        .verifiedWith(new VerificationKeys()
                                .get(
                                        pair.getKeyID(),
                                        Algorithm.ES256,
                                        pair.toECPublicKey().getEncoded())),
                token.address());
    }

    @ParameterizedTest
    @CsvSource({
        "ORGANIZATION_OWNER, organization",
        "ORGANIZATION_MEMBER, organization",
        "WORKSPACE_OWNER, workspace",
        "WORKSPACE_ACCESSOR, workspace",
        "DEPLOYMENT_ADMIN, deployment",
    })
    void aRoleFitsWhatItsNameSays(String role, String scope) {
        for (ResourcePath resource : new ResourcePath[] {Callers.ORGANIZATION, Callers.WORKSPACE, Callers.DEPLOYMENT}) {
            boolean fits = resource.name().matches("(.*/)?" + scope + "s/[^/]+");
            if (fits) {
                assertDoesNotThrow(() -> requireRole(role, resource));
            } else {
                Refusal refusal = assertThrows(Refusal.class, () -> requireRole(role, resource));
                assertEquals("role", refusal.problem().field());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ORGANIZATION_", "organization_owner", "ORGANIZATION_KING", "ORGANIZATION_OWNER "})
    void noOtherRoleIsTaken(String role) {
        Refusal refusal = assertThrows(Refusal.class, () -> requireRole(role, Callers.ORGANIZATION));
        assertEquals(Refusal.Code.INVALID_ARGUMENT, refusal.code());
    }
}
