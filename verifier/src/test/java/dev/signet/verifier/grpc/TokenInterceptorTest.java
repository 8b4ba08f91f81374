package dev.signet.verifier.grpc;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_WORKSPACE;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.grpc.GuardedServer.Answers;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what the others are told. */
class TokenInterceptorTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final ResourcePath HERE = ResourcePath.deployment(ORGANIZATION, WORKSPACE, DEPLOYMENT);
    private static final TestTokens TOKEN = TestTokens.of(Kind.WORKSPACE);
    private static final TestTokens EXPIRED = TOKEN.with("iat", 1_000_000_000).with("exp", 1_000_000_100);

    private GuardedServer server = new GuardedServer(MethodPermissions.builder()
            .require(Deploys.CREATE, DEPLOY, HERE)
            .openServices(HealthGrpc.SERVICE_NAME)
            .build());

    @AfterEach
    void close() {
        server.close();
    }

    private void with(MethodPermissions permissions) {
        server.close();
        server = new GuardedServer(permissions);
    }

    private static String bearer(TestTokens token) {
        return "Bearer " + token.sign();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER  "})
    void theHandlerKnowsWhoCalls(String scheme) {
        assertEquals(TOKEN.subject(), server.create(scheme + TOKEN.sign()));
        assertEquals(List.of("image"), server.handled);
    }

    @Test
    void exactlyOneBearerTokenIsNeeded() {
        String good = bearer(TOKEN);
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED));
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED, good, good));
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED, "Basic " + TOKEN.sign()));
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED, TOKEN.sign()));
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED, "Bearer"));
        assertEquals("MALFORMED", reason(Code.UNAUTHENTICATED, "Bearer "));
        assertEquals("MALFORMED", reason(Code.UNAUTHENTICATED, good + ", " + good));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void aTokenThatIsNoGoodIsRefusedWithItsReason() {
        assertEquals("MALFORMED", reason(Code.UNAUTHENTICATED, "Bearer nonsense"));
        assertEquals("EXPIRED", reason(Code.UNAUTHENTICATED, bearer(EXPIRED)));
        assertEquals("WRONG_AUDIENCE", reason(Code.UNAUTHENTICATED, bearer(TOKEN.with("aud", "another"))));
        String unknown = bearer(TOKEN.signedBy(TestKey.fresh("another", Algorithm.ES256)));
        assertEquals("UNKNOWN_KEY", reason(Code.UNAUTHENTICATED, unknown));
        server.trust.apply(ORGANIZATION, new TrustChange.Revoked(Indexes.of(List.of(TestTokens.STATUS_INDEX))), 6, 5);
        assertEquals("REVOKED", reason(Code.UNAUTHENTICATED, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void aGoodTokenWithoutThePermissionIsDenied() {
        String elsewhere = bearer(TOKEN.grants(Map.of(OTHER_WORKSPACE, List.of("WORKSPACE_OPERATOR"))));
        assertEquals("PERMISSION_DENIED", reason(Code.PERMISSION_DENIED, elsewhere));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void whereNothingIsKnownOfTheTokenTheCallMayBeRetried() {
        String stranger = bearer(TOKEN.with("org", OTHER_ORGANIZATION));
        assertEquals("NOT_LOADED", reason(Code.UNAVAILABLE, stranger));
        server.trust.clear();
        server.trust.replace(TestTrust.installation(5, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
        server.trust.replace(TestTrust.organization(5, Freshness.NEVER));
        assertEquals("STALE_TRUST", reason(Code.UNAVAILABLE, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void aFaultIsNeitherAnAnswerNorTold() {
        server.close();
        Clocks broken = new Clocks(server.clocks.clocks().elapsed(), () -> {
            throw new IllegalStateException("secret detail");
        });
        server = new GuardedServer(
                MethodPermissions.builder().otherwiseAnyAcceptedToken().build(), broken);
        assertEquals("INTERNAL", reason(Code.INTERNAL, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void nothingOfATokenIsEverTold() {
        for (TestTokens token : List.of(EXPIRED, TOKEN.with("aud", "x"), TOKEN.grants(Map.of()))) {
            String text = token.sign();
            StatusRuntimeException refusal =
                    assertThrows(StatusRuntimeException.class, () -> server.create("Bearer " + text));
            String told = refusal + " " + refusal.getTrailers();
            for (String part : text.split("\\.", -1)) {
                assertFalse(told.contains(part), told);
            }
        }
    }

    @Test
    void aMethodThatIsNotListedIsRefusedToEverybody() {
        with(MethodPermissions.builder().openServices(HealthGrpc.SERVICE_NAME).build());
        assertEquals("PERMISSION_DENIED", reason(Code.PERMISSION_DENIED, bearer(TOKEN)));
        assertEquals("EXPIRED", reason(Code.UNAUTHENTICATED, bearer(EXPIRED)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void unlessAnyAcceptedTokenIsChosen() {
        with(MethodPermissions.builder().otherwiseAnyAcceptedToken().build());
        assertEquals(TOKEN.subject(), server.create(bearer(TOKEN.grants(Map.of()))));
        assertEquals("CREDENTIALS_MISSING", reason(Code.UNAUTHENTICATED));
    }

    @Test
    void anOpenMethodNeedsNoToken() {
        server.checkHealth();
        with(MethodPermissions.builder()
                .open(Deploys.CREATE.getFullMethodName())
                .build());
        // There is no verdict, so the handler cannot go on; but it was called.
        assertThrows(StatusRuntimeException.class, server::create);
        assertEquals(List.of("image"), server.handled);
        assertThrows(StatusRuntimeException.class, server::checkHealth);
    }

    @Test
    void theRequestSaysWhichResourceItIsAbout() {
        with(MethodPermissions.builder()
                .require(Deploys.CREATE, DEPLOY, image -> Optional.of(HERE))
                .build());
        assertEquals(TOKEN.subject(), server.create(bearer(TOKEN)));

        with(MethodPermissions.builder()
                .require(
                        Deploys.CREATE,
                        DEPLOY,
                        image -> Optional.of(ResourcePath.workspace(ORGANIZATION, OTHER_WORKSPACE)))
                .build());
        assertEquals("PERMISSION_DENIED", reason(Code.PERMISSION_DENIED, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty(), "the handler never saw it");

        with(MethodPermissions.builder()
                .require(Deploys.CREATE, DEPLOY, image -> Optional.empty())
                .build());
        assertEquals("PERMISSION_DENIED", reason(Code.PERMISSION_DENIED, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void whoCannotFindTheResourceRefuses() {
        with(MethodPermissions.builder()
                .require(Deploys.CREATE, DEPLOY, image -> {
                    throw Status.NOT_FOUND.asRuntimeException();
                })
                .build());
        assertEquals(
                Code.NOT_FOUND,
                assertThrows(StatusRuntimeException.class, () -> server.create(bearer(TOKEN)))
                        .getStatus()
                        .getCode());
        with(MethodPermissions.builder()
                .require(Deploys.CREATE, DEPLOY, image -> {
                    throw new IllegalStateException(image);
                })
                .build());
        assertEquals("INTERNAL", reason(Code.INTERNAL, bearer(TOKEN)));
        assertTrue(server.handled.isEmpty());
    }

    @Test
    void eachMessageOfAStreamIsChecked() {
        with(MethodPermissions.builder()
                .require(
                        GuardedServer.MANY,
                        DEPLOY,
                        message -> Optional.of(ResourcePath.workspace(
                                ORGANIZATION, message.equals("here") ? WORKSPACE : OTHER_WORKSPACE)))
                .build());
        Answers answers = server.createMany(TOKEN.sign());
        answers.requests.onNext("here");
        answers.requests.onNext("here");
        assertTrue(answers.isOpen());
        answers.requests.onNext("elsewhere");
        assertEquals(
                "PERMISSION_DENIED",
                GuardedServer.error(Code.PERMISSION_DENIED, answers.error).getReason());
        assertEquals(List.of("here", "here", "cancelled"), server.handled);
    }

    @Test
    void aStreamThatNeverSaidWhatItIsAboutIsRefusedInTheEnd() {
        with(MethodPermissions.builder()
                .require(GuardedServer.MANY, DEPLOY, message -> Optional.of(HERE))
                .build());
        Answers answers = server.createMany(TOKEN.sign());
        answers.requests.onCompleted();
        assertEquals(
                "PERMISSION_DENIED",
                GuardedServer.error(Code.PERMISSION_DENIED, answers.error).getReason());
        assertEquals(List.of("cancelled"), server.handled);
    }

    private String reason(Code code, String... authorization) {
        return server.refused(code, authorization).getReason();
    }
}
