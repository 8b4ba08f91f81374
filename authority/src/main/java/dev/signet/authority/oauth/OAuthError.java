package dev.signet.authority.oauth;

import com.google.gson.JsonObject;
import dev.signet.authority.grpc.RetryAfter;
import dev.signet.authority.http.HttpReply;

/** A request that is refused as RFC 6749 section 5.2 says. */
final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String CHALLENGE = "Basic realm=\"signet\"";
    private static final String TOKEN_REFUSED = "Bearer realm=\"signet\", error=\"invalid_token\"";

    private final int status;
    private final String code;
    private final long retrySeconds;

    private OAuthError(int status, String code, String description) {
        this(status, code, description, 1);
    }

    private OAuthError(int status, String code, String description, long retrySeconds) {
        super(description, null, false, false);
        this.status = status;
        this.code = code;
        this.retrySeconds = retrySeconds;
    }

    static OAuthError invalidRequest(String description) {
        return new OAuthError(400, "invalid_request", description);
    }

    static OAuthError invalidClient(String description) {
        return new OAuthError(401, "invalid_client", description);
    }

    static OAuthError unavailable(String description) {
        return new OAuthError(503, "temporarily_unavailable", description);
    }

    /** There is no code for who asks too often; the status says it. */
    static OAuthError exhausted(RetryAfter after, String description) {
        return new OAuthError(after.isOurs() ? 503 : 429, "temporarily_unavailable", description, after.seconds());
    }

    /** Any other of those that are answered with 400. */
    static OAuthError of(String code, String description) {
        return new OAuthError(400, code, description);
    }

    /** Where the caller has shown a token in place of an API key, the challenge is that of RFC 6750 section 3. */
    HttpReply replyToBearer() {
        return status == 401 ? reply().with("WWW-Authenticate", TOKEN_REFUSED) : reply();
    }

    HttpReply reply() {
        JsonObject body = new JsonObject();
        body.addProperty("error", code);
        body.addProperty("error_description", getMessage());
        HttpReply reply = HttpReply.json(status, body).with("Pragma", "no-cache");
        if (status == 401) {
            return reply.with("WWW-Authenticate", CHALLENGE);
        }
        return status == 503 || status == 429 ? reply.with("Retry-After", Long.toString(retrySeconds)) : reply;
    }
}
