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
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.KeyState;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
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
    private VerifiedToken owner;

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

    private Caller identify(VerifiedToken presented) {
        return authority.unpublished().read(tx -> authority.access().identify(tx, presented));
    }

    private void assertUnknown(String reason, VerifiedToken presented) {
        Refusal refusal = assertThrows(Refusal.class, () -> identify(presented));
        assertEquals(Refusal.Code.UNAUTHENTICATED, refusal.code());
        assertEquals(reason, refusal.reason());
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
                .rotate(owner, organization.id(), owner.claims().subject());
        assertUnknown("REVOKED", owner);
        assertEquals(
                owner.claims().subject(),
                identify(authority.verified(second.value())).claims().subject());
    }

    @Test
    void aDeletedTokenIsNobody() {
        authority.tokens().delete(owner, organization.id(), owner.claims().subject());
        assertUnknown("REVOKED", owner);
    }

    @Test
    void anExpiredTokenIsNobodyToTheSecond() {
        VerifiedToken daily = authority.verified(authority
                .tokens()
                .create(owner, new Tokens.NewToken(organization, "daily", "", "ORGANIZATION_MEMBER", 1))
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
        VerifiedToken before = authority.platform();
        authority.unpublished().write(tx -> {
            new PlatformTokens(authority.minter(), authority.ids(), authority.clock(), data.resolve("platform-token"))
                    .reset(tx, 900);
            return tx;
        });
        assertUnknown("REVOKED", before);
        assertDoesNotThrow(() -> identify(authority.platform()));
    }

    @ParameterizedTest
    @EnumSource(KeyState.class)
    void onlyKeysThatVerifyVouchForACaller(KeyState state) throws JOSEException, ParseException {
        ECKey pair = new ECKeyGenerator(Curve.P_256).keyID("another").generate();
        VerifiedToken signedAnew = resigned(owner, pair);
        assertUnknown("REVOKED_KEY", signedAnew);
        authority.unpublished().write(tx -> {
            tx.keys().insert(new StoredKey("another", Algorithm.ES256, state, "sealed", FakeClock.START));
            return tx;
        });
        if (state.verifies()) {
            assertDoesNotThrow(() -> identify(signedAnew));
        } else {
            assertUnknown("REVOKED_KEY", signedAnew);
        }
    }

    /** The same claims under another key. */
    private static VerifiedToken resigned(VerifiedToken token, ECKey pair) throws JOSEException, ParseException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(pair.getKeyID())
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                SignedJWT.parse(token.text()).getJWTClaimsSet());
        jwt.sign(new ECDSASigner(pair));
        return TokenCodec.read(jwt.serialize())
                .verifiedWith(new VerificationKeys()
                        .get(
                                pair.getKeyID(),
                                Algorithm.ES256,
                                pair.toECPublicKey().getEncoded()));
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
                assertDoesNotThrow(() -> authority.access().requireRoleFits("role", role, resource));
            } else {
                Refusal refusal =
                        assertThrows(Refusal.class, () -> authority.access().requireRoleFits("role", role, resource));
                assertEquals("role", refusal.problem().field());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ORGANIZATION_", "organization_owner", "ORGANIZATION_KING", "ORGANIZATION_OWNER "})
    void noOtherRoleIsTaken(String role) {
        Refusal refusal = assertThrows(
                Refusal.class, () -> authority.access().requireRoleFits("role", role, Callers.ORGANIZATION));
        assertEquals(Refusal.Code.INVALID_ARGUMENT, refusal.code());
    }
}
