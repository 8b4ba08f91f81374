package dev.signet.authority.http;

import dev.signet.authority.http.Route.Turn;
import dev.signet.authority.trace.TraceContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which endpoint answers a request, and what is said where none does. */
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /**
     * The route of a request; where there is none, one that says so.
     *
     * @param request has no variables yet
     */
    Found find(HttpRequest request) {
        List<String> path = Route.split(request.path());
        // What is asked of the head of an answer alone is cut off where it is sent.
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        TreeSet<String> allowed = new TreeSet<>();
        Endpoint otherwise = unknown -> HttpReply.text(404, "not found\n");
        for (Route route : routes) {
            Map<String, String> variables = route.match(path);
            if (variables == null) {
                continue;
            }
            if (route.method().equals(method)) {
                return new Found(route.endpoint(), request.along(variables), route.turn());
            }
            if (route.isOtherwise()) {
                otherwise = route.endpoint();
            } else {
                allowed.add(route.method());
            }
        }
        return new Found(allowed.isEmpty() ? otherwise : wrong -> refusal(allowed), request, Turn.FROM_MEMORY);
    }

    /** A request with who answers it. */
    record Found(Endpoint endpoint, HttpRequest request, Turn turn) {
        HttpReply answer() {
            TraceContext trace = request.trace();
            return trace == null ? answered(endpoint, request) : trace.logged(() -> answered(endpoint, request));
        }
    }

    private static HttpReply refusal(Set<String> allowed) {
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return HttpReply.text(405, "method not allowed\n").with("Allow", String.join(", ", allowed));
    }

    private static HttpReply answered(Endpoint endpoint, HttpRequest request) {
        try {
            return endpoint.answer(request);
        } catch (BadForm e) {
            return HttpReply.text(400, e.getMessage() + "\n");
        } catch (RuntimeException e) {
            LOG.error("a request failed: {}", request, e);
            return HttpReply.text(500, "internal error\n");
        }
    }
}
