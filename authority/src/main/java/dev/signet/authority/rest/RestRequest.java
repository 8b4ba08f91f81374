package dev.signet.authority.rest;

import dev.signet.authority.http.HttpRequest;
import io.grpc.Channel;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request with its caller.
 *
 * @param services as the caller reaches them
 */
record RestRequest(HttpRequest http, Channel services) {
    private static final Pattern STRONG_ETAG = Pattern.compile("\"([\\x21\\x23-\\x7e]*)\"");

    Body body() {
        return Body.of(http);
    }

    String organizationId() {
        return http.variable("organizationId");
    }

    /** Resource name of the organization in the path. */
    String organization() {
        return "organizations/" + organizationId();
    }

    /** Resource name of something of that organization, which stands in the path by its id. */
    String inOrganization(String collection, String variable) {
        return organization() + "/" + collection + "/" + http.variable(variable);
    }

    /** Resource name of the deployment in the path, whose workspace nobody needs to know. */
    String deployment() {
        return organization() + "/workspaces/-/deployments/" + http.variable("deploymentId");
    }

    /** By which a request that comes again is known; empty where it is not to be. */
    String idempotencyKey() {
        return Objects.requireNonNullElse(http.header("Idempotency-Key"), "");
    }

    /** The version that a change is for; empty for any. */
    String expectedEtag() {
        String text = Objects.requireNonNullElse(http.header("If-Match"), "*").strip();
        if (text.equals("*")) {
            return "";
        }
        Matcher etag = STRONG_ETAG.matcher(text);
        if (!etag.matches() || etag.group(1).isEmpty()) {
            throw RestError.invalid("If-Match", "must be one ETag in quotes, or *");
        }
        return etag.group(1);
    }
}
