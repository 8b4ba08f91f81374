package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.signet.authority.http.HttpReply;
import org.jspecify.annotations.Nullable;

/** A request that is refused, in the one form that errors have here. Holds no secret. */
final class RestError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String field;
    private final String code;
    private final String problem;
    private final @Nullable String header;
    private final String headerValue;

    private RestError(
            int status,
            @Nullable String field,
            String code,
            String problem,
            @Nullable String header,
            String headerValue) {
        super(field == null ? problem : field + " " + problem, null, false, false);
        this.status = status;
        this.field = field;
        this.code = code;
        this.problem = problem;
        this.header = header;
        this.headerValue = headerValue;
    }

    static RestError of(int status, String message) {
        return new RestError(status, null, "", message, null, "");
    }

    /** {@code problem} reads on from the field's name, as in "must not be empty". */
    static RestError invalid(String field, String problem) {
        return new RestError(400, field, "INVALID", problem, null, "");
    }

    static RestError required(String field) {
        return new RestError(400, field, "REQUIRED", "is missing", null, "");
    }

    /** What was sent would be left undone, if it were passed over. */
    static RestError unknown(String field) {
        return new RestError(400, field, "UNKNOWN", "is not known here", null, "");
    }

    static RestError notFound(String what) {
        return of(404, "not found: " + what);
    }

    /** @param sent whether there was a credential, which is no good then */
    static RestError unauthenticated(boolean sent, String message) {
        return new RestError(
                401,
                null,
                "",
                message,
                "WWW-Authenticate",
                sent ? "Bearer realm=\"signet\", error=\"invalid_token\"" : "Bearer realm=\"signet\"");
    }

    /** Nothing was done, and the same may work in a second. */
    static RestError later(int status, String message) {
        return later(status, message, 1);
    }

    static RestError later(int status, String message, long seconds) {
        return new RestError(status, null, "", message, "Retry-After", Long.toString(seconds));
    }

    HttpReply reply(String requestId) {
        JsonObject body = new JsonObject();
        body.addProperty("message", getMessage());
        body.addProperty("requestId", requestId);
        body.addProperty("statusCode", status);
        if (field != null) {
            JsonObject error = new JsonObject();
            error.addProperty("field", field);
            error.addProperty("code", code);
            error.addProperty("message", problem);
            JsonArray errors = new JsonArray();
            errors.add(error);
            body.add("fieldErrors", errors);
        }
        HttpReply reply = HttpReply.json(status, body);
        return header == null ? reply : reply.with(header, headerValue);
    }
}
