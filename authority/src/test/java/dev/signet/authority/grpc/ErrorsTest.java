package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate and the door, with a service behind them that fails as it is told. */
final class ErrorsTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess server;
    private RuntimeException failure = Refusal.notFound("nothing");

    private final class Failing extends TokenServiceGrpc.TokenServiceImplBase {
        @Override
        public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> response) {
            throw failure;
        }
    }

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        server = new InProcess(authority, List.of(new Failing()));
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private TokenServiceGrpc.TokenServiceBlockingStub stub(String... authorizations) {
        Metadata headers = new Metadata();
        for (String authorization : authorizations) {
            headers.put(BearerToken.AUTHORIZATION, authorization);
        }
        return TokenServiceGrpc.newBlockingStub(server.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private WireError failed(String... authorizations) {
        StatusRuntimeException e = assertThrows(
                StatusRuntimeException.class, () -> stub(authorizations).whoAmI(WhoAmIRequest.getDefaultInstance()));
        return WireError.of(e);
    }

    private String good() {
        return "Bearer " + authority.platformText();
    }

    @Test
    void whoeverSendsNothingIsToldWhatToSend() {
        WireError error = failed();
        assertEquals(Status.Code.UNAUTHENTICATED, error.code());
        assertEquals("CREDENTIALS_MISSING", error.reason());
    }

    @Test
    void theHeaderMustBeOneBearerToken() {
        for (String[] headers : new String[][] {
            {""},
            {"Bearer"},
            {"Basic " + authority.platformText()},
            {authority.platformText()},
            {good(), good()},
            {good(), "Basic x"},
        }) {
            WireError error = failed(headers);
            assertEquals(Status.Code.UNAUTHENTICATED, error.code());
            assertEquals("MALFORMED", error.reason());
        }
    }

    @Test
    void theSchemeIsReadInAnyCase() {
        for (String scheme : List.of("Bearer ", "bearer ", "BEARER ", "Bearer   ")) {
            assertEquals("NOT_FOUND", failed(scheme + authority.platformText()).reason());
        }
    }

    @Test
    void aTokenThatIsNotGoodIsRefusedForItsReasonAndNotRepeated() {
        String text = authority.platformText();
        String payload = text.substring(text.indexOf('.') + 1, text.lastIndexOf('.'));
        String signature = text.substring(text.lastIndexOf('.') + 1);
        Map<String, String> bad = Map.of(
                "junk",
                "MALFORMED",
                "a.b.c",
                "MALFORMED",
                text + ".x",
                "MALFORMED",
                "x".repeat(9_000),
                "MALFORMED",
                text.substring(0, text.lastIndexOf('.') + 1) + "A".repeat(86),
                "BAD_SIGNATURE");
        bad.forEach((token, reason) -> {
            WireError error = failed("Bearer " + token);
            assertEquals(Status.Code.UNAUTHENTICATED, error.code());
            assertEquals(reason, error.reason());
            String everything = error.toString();
            assertFalse(everything.contains(payload) || everything.contains(signature), everything);
            assertFalse(token.length() > 5 && everything.contains(token), everything);
        });
    }

    @Test
    void everyRefusalBecomesTheStatusOfItsName() {
        for (Refusal.Code code : Refusal.Code.values()) {
            Refusal refusal = switch (code) {
                case INVALID_ARGUMENT -> Refusal.invalid("some.field", "must not be so");
                case UNAUTHENTICATED -> Refusal.unauthenticated("REVOKED", "gone");
                case PERMISSION_DENIED -> Refusal.permissionDenied("some.permission", "some/resource");
                case NOT_FOUND -> Refusal.notFound("some/resource");
                case ALREADY_EXISTS -> Refusal.alreadyExists("NAME_TAKEN", "the name is taken");
                case FAILED_PRECONDITION -> Refusal.failedPrecondition("NOT_EMPTY", "not empty");
                case ABORTED -> Refusal.etagMismatch("some/resource");
                case RESOURCE_EXHAUSTED -> Refusal.resourceExhausted("BUSY", "too many at once");
                case UNAVAILABLE -> Refusal.busy();
            };
            assertEquals(code, refusal.code());
            failure = refusal;
            WireError error = failed(good());
            assertEquals(Status.Code.valueOf(code.name()), error.code());
            assertEquals(refusal.reason(), error.reason());
            assertEquals("signet.dev", error.domain());
            assertEquals(refusal.metadata(), error.metadata());
            assertEquals(refusal.getMessage(), error.message());
            assertEquals(
                    code == Refusal.Code.INVALID_ARGUMENT ? List.of("some.field: must not be so") : List.of(),
                    error.violations());
        }
    }

    @Test
    void whatWasNotForeseenSaysNothing() {
        for (RuntimeException unforeseen : List.of(
                new IllegalStateException("SELECT secret FROM ledger"),
                new NullPointerException(),
                new IllegalArgumentException("sgk_something"))) {
            failure = unforeseen;
            WireError error = failed(good());
            assertEquals(Status.Code.INTERNAL, error.code());
            assertEquals("INTERNAL", error.reason());
            assertEquals("internal error", error.message());
            assertEquals(Map.of(), error.metadata());
        }
    }

    @Test
    void afterAFailureTheNextCallIsServed() {
        failure = new IllegalStateException();
        failed(good());
        failure = Refusal.busy();
        assertEquals("STORE_BUSY", failed(good()).reason());
    }

    @Test
    void aMethodThatIsNotThereIsUnimplemented() {
        StatusRuntimeException e = assertThrows(
                StatusRuntimeException.class, () -> stub(good()).getToken(GetTokenRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNIMPLEMENTED, e.getStatus().getCode());
    }

    @Test
    void outsideOfACallNobodyPresentsAnything() {
        assertTrue(assertThrows(IllegalStateException.class, CallerGate::call)
                .getMessage()
                .contains("gate"));
    }
}
