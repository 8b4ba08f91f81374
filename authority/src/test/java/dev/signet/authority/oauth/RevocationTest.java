package dev.signet.authority.oauth;

import static dev.signet.authority.oauth.OAuthHouse.basic;
import static dev.signet.authority.oauth.OAuthHouse.bearer;
import static dev.signet.authority.oauth.OAuthHouse.error;
import static dev.signet.authority.oauth.OAuthHouse.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.Verdicts;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.verify.Verdict;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a token by its value. */
final class RevocationTest {
    @TempDir
    private Path data;

    private OAuthHouse house;
    private Tokens.WithValue token;

    @BeforeEach
    void open() {
        house = new OAuthHouse(data);
        token = house.authority.issue(house.owner, house.deployment, "DEPLOYMENT_ADMIN");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private HttpResponse<String> revoke(String value, String authorization) {
        return house.face.post("/oauth2/revoke", Map.of("token", value), "Authorization", authorization);
    }

    private boolean isGood(String value) {
        return Verdicts.isGood(house.authority.verifier(), value);
    }

    @Test
    void theTokenEndsAndTheAnswerSaysWhenThatIsCertain() {
        HttpResponse<String> response = revoke(token.value(), bearer(house.owner));
        assertEquals(200, response.statusCode(), response::body);
        assertEquals(
                FakeClock.START.plusSeconds(60).toString().substring(0, 19),
                header(response, "Signet-Certain-By").substring(0, 19));
        assertEquals(Verdict.Reason.REVOKED, Verdicts.reason(house.authority.verifier(), token.value()));
        assertEquals(200, revoke(token.value(), bearer(house.owner)).statusCode());
        assertEquals(200, revoke("never was one", bearer(house.owner)).statusCode());
    }

    @Test
    void aTokenMayEndItself() {
        assertEquals(200, revoke(token.value(), "Bearer " + token.value()).statusCode());
        assertEquals(Verdict.Reason.REVOKED, Verdicts.reason(house.authority.verifier(), token.value()));
    }

    @Test
    void whoMayNotDeleteItMayNotRevokeIt() {
        String member = house.authority
                .issue(house.owner, house.organization, "ORGANIZATION_MEMBER")
                .value();
        assertEquals("400 unauthorized_client", error(revoke(token.value(), "Bearer " + member)));
        String stranger = house.authority
                .issue(house.authority.platform(), house.authority.organization(), "ORGANIZATION_OWNER")
                .value();
        assertEquals("400 unauthorized_client", error(revoke(token.value(), "Bearer " + stranger)));
        assertEquals("401 invalid_client", error(house.face.post("/oauth2/revoke", Map.of("token", token.value()))));
        assertTrue(isGood(token.value()));
    }

    /** Who operates the installation manages no tokens; told that one has ended, nobody would end it. */
    @Test
    void theOperatorIsNotToldThatWhatGoesOnHasEnded() {
        HttpResponse<String> response = revoke(token.value(), bearer(house.authority.platform()));
        assertTrue(isGood(token.value()));
        assertEquals("400 unauthorized_client", error(response));
        assertEquals(
                200, revoke("never was one", bearer(house.authority.platform())).statusCode());
    }

    @Test
    void anAccessTokenEndsWithItsKeyOnly() {
        ApiKeys.WithSecret key = house.key();
        String access = house.authority
                .apiKeys()
                .exchange(key.key().id(), key.secret(), "")
                .value();
        assertEquals("400 unsupported_token_type", error(revoke(access, basic(key))));
        assertTrue(isGood(access));
    }

    @Test
    void aValueInItsGraceDoesNotTakeTheNewOneAlong() {
        Tokens.WithValue rotated = house.authority
                .tokens()
                .rotate(
                        house.owner,
                        house.organization.organization(),
                        token.token().id(),
                        Duration.ofMinutes(10),
                        Retry.NEVER)
                .value();
        assertEquals("400 unsupported_token_type", error(revoke(token.value(), bearer(house.owner))));
        assertTrue(isGood(token.value()));
        assertTrue(isGood(rotated.value()));
        house.authority.clock().advance(Duration.ofMinutes(11));
        assertEquals(200, revoke(token.value(), bearer(house.owner)).statusCode());
        assertTrue(isGood(rotated.value()));
    }

    /** A token that may manage none, as its holder's is: what was rotated away must not end what took its place. */
    @Test
    void aValueInItsGraceDoesNotEndItsToken() {
        Tokens.WithValue weak = house.authority.issue(house.owner, house.organization, "ORGANIZATION_MEMBER");
        Tokens.WithValue rotated = house.authority
                .tokens()
                .rotate(
                        house.owner,
                        house.organization.organization(),
                        weak.token().id(),
                        Duration.ofMinutes(10),
                        Retry.NEVER)
                .value();
        assertTrue(isGood(weak.value()));
        assertEquals("400 unauthorized_client", error(revoke(rotated.value(), "Bearer " + weak.value())));
        assertTrue(isGood(rotated.value()));
        assertEquals(200, revoke(rotated.value(), "Bearer " + rotated.value()).statusCode());
        assertEquals("401 invalid_client", error(revoke(rotated.value(), "Bearer " + rotated.value())));
    }

    /** As where another authority deleted it and this one has not heard of that yet. */
    @Test
    void whatIsGoneFromTheStoreIsRevoked() {
        house.authority.unpublished().write(tx -> {
            tx.tokens().delete(token.token().id());
            return token;
        });
        assertTrue(isGood(token.value()), "as far as is known here");
        assertEquals(200, revoke(token.value(), bearer(house.owner)).statusCode());
    }

    /** Who it is for may accept it all the same. */
    @Test
    void whatIsForAnAudienceThatIsConfiguredNoMoreIsNotTakenForRevoked(@TempDir Path another) {
        try (OAuthHouse fewer =
                new OAuthHouse(another, new TokensConfig(TestAuthority.ISSUER, List.of(TestAuthority.AUDIENCE)))) {
            Tokens.WithValue others = fewer.authority
                    .tokens()
                    .create(
                            fewer.owner,
                            new Tokens.NewToken(
                                    fewer.deployment,
                                    "for another",
                                    "",
                                    Map.of(),
                                    null,
                                    TestAuthority.OTHER_AUDIENCE,
                                    Retry.NEVER));
            assertEquals(
                    "400 unsupported_token_type",
                    error(fewer.face.post(
                            "/oauth2/revoke", Map.of("token", others.value()), "Authorization", bearer(fewer.owner))));
        }
    }

    /** By the clock of another authority it may be good a moment later. */
    @Test
    void whatIsNotGoodYetIsNotTakenForRevoked() {
        house.authority.clock().advance(Duration.ofMinutes(2));
        Tokens.WithValue late = house.authority.issue(house.owner, house.deployment, null);
        house.authority.clock().advance(Duration.ofMinutes(-2));
        assertEquals("503 temporarily_unavailable", error(revoke(late.value(), bearer(house.owner))));
        house.authority.clock().advance(Duration.ofMinutes(2));
        assertTrue(isGood(late.value()));
    }
}
