package dev.signet.verifier.sidecar;

import org.jspecify.annotations.Nullable;

/**
 * Which gateway asks for what, as it stands in the target of its requests,
 * {@code /forward-auth/nginx?permission=…&resource=…}. Nothing else of a request has a say in it: headers are the
 * client's, as most gateways pass them on. Where a client gets at the query (Caddy adds the client's own where its
 * configuration names none), it can make the requirement stricter, and never laxer: all that can be said here asks for
 * more, and what is said twice or not understood is refused.
 */
record ForwardAuthTarget(GatewayProfile profile, Requirement requirement) {
    static final String PATH = "/forward-auth/";

    /** Null where the path is no profile's. */
    static @Nullable ForwardAuthTarget parse(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        GatewayProfile profile = path.startsWith(PATH) ? GatewayProfile.of(path.substring(PATH.length())) : null;
        if (profile == null) {
            return null;
        }
        return new ForwardAuthTarget(
                profile,
                query < 0 || query + 1 == target.length() ? Requirement.NONE : required(target.substring(query + 1)));
    }

    private static Requirement required(String query) {
        String permission = null;
        String resource = null;
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (name.equals(Requirement.PERMISSION)) {
                if (permission != null) {
                    return Requirement.mistaken(Denial.PARAMETER_REPEATED);
                }
                permission = value;
            } else if (name.equals(Requirement.RESOURCE)) {
                if (resource != null) {
                    return Requirement.mistaken(Denial.PARAMETER_REPEATED);
                }
                resource = withSlashes(value);
            } else {
                return Requirement.mistaken(Denial.PARAMETER_UNKNOWN);
            }
        }
        return Requirement.of(permission, resource);
    }

    /** A slash needs no escape in a query, and some write one all the same. Nothing else here could have one. */
    private static String withSlashes(String value) {
        return value.indexOf('%') < 0 ? value : value.replace("%2F", "/").replace("%2f", "/");
    }
}
