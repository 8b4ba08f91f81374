package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.grpc.ErrorDoor;
import dev.signet.authority.http.HttpReply;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each refusal of the services with its status of HTTP. */
final class StatusErrorsTest {
    private static HttpReply reply(RuntimeException refusal) {
        return StatusErrors.of(ErrorDoor.toStatus(refusal), Map.of("token.display_name", "name"))
                .reply("id");
    }

    private static void assertReply(int status, RuntimeException refusal) {
        assertEquals(status, reply(refusal).status());
    }

    private static String retryAfter(RuntimeException refusal) {
        return Objects.requireNonNullElse(reply(refusal).headers().get("Retry-After"), "");
    }

    @Test
    void everyRefusalHasItsStatus() {
        assertReply(400, Refusal.invalid("token.display_name", "must not be blank"));
        assertReply(404, Refusal.invalid("name", "must be organizations/{org}/tokens/{tok}"));
        assertReply(401, Refusal.unauthenticated("EXPIRED", "the credential has expired"));
        assertReply(403, Refusal.permissionDenied("deployment.get", "organizations/o"));
        assertReply(403, Refusal.escalation("r", "p", "organizations/o"));
        assertReply(404, Refusal.notFound("organizations/o"));
        assertReply(409, Refusal.alreadyExists("ROLE_NAME_TAKEN", "taken"));
        assertReply(409, Refusal.failedPrecondition("ROLE_IN_USE", "in use"));
        assertReply(412, Refusal.etagMismatch("organizations/o"));
        assertReply(429, Refusal.resourceExhausted("BUSY", "too much"));
        assertReply(429, Refusal.tooMuch("RATE_LIMITED", "too often", Duration.ofMillis(100)));
        assertReply(503, Refusal.tooMuch("OVERLOADED", "too many call", Duration.ofMillis(100)));
        assertReply(503, Refusal.busy());
        assertReply(500, new IllegalStateException("sgk_secret"));
        assertReply(500, Status.UNIMPLEMENTED.asRuntimeException());
        assertReply(503, Status.CANCELLED.asRuntimeException());
    }

    @Test
    void tryingAgainIsOnlyProposedWhereNothingWasDone() {
        assertEquals("1", retryAfter(Refusal.busy()));
        assertEquals("1", retryAfter(Refusal.resourceExhausted("BUSY", "too much")));
        assertEquals("1", retryAfter(Refusal.tooMuch("RATE_LIMITED", "too often", Duration.ofMillis(1))));
        assertEquals("3", retryAfter(Refusal.tooMuch("RATE_LIMITED", "too often", Duration.ofMillis(2_001))));
        assertEquals("", retryAfter(Refusal.notPublished()));
        assertEquals("", retryAfter(Refusal.unavailable("OUTCOME_UNKNOWN", "perhaps")));
        assertEquals("", retryAfter(Status.CANCELLED.asRuntimeException()));
        assertEquals("", retryAfter(Refusal.notFound("organizations/o")));
    }

    /** Neither in the field nor in the message is there a name that the client never saw. */
    @Test
    void fieldsAreCalledAsTheClientCallsThem() {
        assertEquals(
                "{\"message\":\"name must not be blank\",\"requestId\":\"id\",\"statusCode\":400,\"fieldErrors\":"
                        + "[{\"field\":\"name\",\"code\":\"INVALID\",\"message\":\"must not be blank\"}]}",
                reply(Refusal.invalid("token.display_name", "must not be blank"))
                        .body());
    }
}
