package dev.signet.authority.rest;

import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.Authorization;
import dev.signet.authority.http.BadForm;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door before every resource: takes the caller's token, names the request, and is the one by which errors leave.
 *
 * @param fields what the fields of the service's request are called in the client's
 */
record RestDoor(LocalServer services, Map<String, String> fields, Resource resource) implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(RestDoor.class);
    private static final String REQUEST_ID = "X-Request-Id";

    /** What is done for a caller. */
    interface Resource {
        HttpReply answer(RestRequest request);
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        String id = UUID.randomUUID().toString();
        return answer(request, id).with(REQUEST_ID, id);
    }

    private HttpReply answer(HttpRequest request, String id) {
        try {
            return resource.answer(new RestRequest(request, services.from(request.address(), token(request))));
        } catch (RestError e) {
            return e.reply(id);
        } catch (BadForm e) {
            return RestError.invalid(e.field(), e.problem()).reply(id);
        } catch (StatusRuntimeException e) {
            return StatusErrors.of(e, fields).reply(id);
        } catch (RuntimeException e) {
            LOG.error("request {} failed: {}", id, request, e);
            return RestError.of(500, "internal error").reply(id);
        }
    }

    private static String token(HttpRequest request) {
        Authorization authorization;
        try {
            authorization = Authorization.of(request);
        } catch (BadForm e) {
            throw RestError.unauthenticated(true, e.field() + " " + e.problem());
        }
        if (authorization == null) {
            throw RestError.unauthenticated(false, "send a token as Bearer");
        }
        if (!authorization.scheme().equals(Authorization.BEARER)) {
            throw RestError.unauthenticated(false, "send a token as Bearer, and nothing else");
        }
        return authorization.value();
    }

    /** For what no route leads to. */
    static HttpReply nowhere(HttpRequest request) {
        String id = UUID.randomUUID().toString();
        return RestError.of(404, "there is no such path").reply(id).with(REQUEST_ID, id);
    }
}
