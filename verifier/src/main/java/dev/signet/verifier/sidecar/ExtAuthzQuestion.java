package dev.signet.verifier.sidecar;

import dev.signet.envoy.v3.AttributeContext;
import dev.signet.envoy.v3.AttributeContext.HttpRequest;
import dev.signet.envoy.v3.CheckRequest;
import dev.signet.envoy.v3.HeaderValue;
import io.grpc.MethodDescriptor.Marshaller;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy asks about a request: the token from its headers, and the requirement from the route's
 * {@code context_extensions}, which no client can change.
 *
 * @param question null exactly where there is a denial
 * @param denial why nothing needs to be asked
 */
record ExtAuthzQuestion(
        @Nullable Question question, @Nullable Denial denial) {
    static final Marshaller<ExtAuthzQuestion> READER =
            Questions.reader(CheckRequest.getDefaultInstance(), ExtAuthzQuestion::of);

    private static final String AUTHORIZATION = "authorization";
    private static final Set<String> KNOWN = Set.of(Requirement.PERMISSION, Requirement.RESOURCE);

    private static ExtAuthzQuestion of(CheckRequest request) {
        AttributeContext attributes = request.getAttributes();
        Requirement required = required(attributes.getContextExtensionsMap());
        if (required.mistake() != null) {
            return new ExtAuthzQuestion(null, required.mistake());
        }
        PresentedToken presented =
                PresentedToken.in(credentials(attributes.getRequest().getHttp()).iterator());
        return presented.text() == null
                ? new ExtAuthzQuestion(null, presented.denial())
                : new ExtAuthzQuestion(required.about(presented.text()), null);
    }

    /** What is misspelt must not leave a route open. */
    private static Requirement required(Map<String, String> extensions) {
        if (extensions.isEmpty()) {
            return Requirement.NONE;
        }
        return KNOWN.containsAll(extensions.keySet())
                ? Requirement.of(extensions.get(Requirement.PERMISSION), extensions.get(Requirement.RESOURCE))
                : Requirement.mistaken(Denial.PARAMETER_UNKNOWN);
    }

    /** Envoy fills in one of the two. Several headers that it has joined are no token. */
    private static List<String> credentials(HttpRequest request) {
        String joined = request.getHeadersMap().get(AUTHORIZATION);
        if (joined != null) {
            return List.of(joined);
        }
        return request.getHeaderMap().getHeadersList().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(AUTHORIZATION))
                .map(ExtAuthzQuestion::value)
                .toList();
    }

    private static String value(HeaderValue header) {
        return header.getRawValue().isEmpty()
                ? header.getValue()
                : header.getRawValue().toStringUtf8();
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "ExtAuthzQuestion[denial=" + denial + "]";
    }
}
