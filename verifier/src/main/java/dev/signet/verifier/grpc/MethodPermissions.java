package dev.signet.verifier.grpc;

import dev.signet.verifier.token.ResourcePath;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which permission each method of a server needs. Immutable.
 *
 * <p>A method that is not listed is refused to everybody, so that one added later is closed until somebody decides on
 * it; {@link Builder#otherwiseAnyAcceptedToken()} chooses otherwise.
 */
public final class MethodPermissions {
    private static final MethodRule OPEN = new MethodRule.Open();
    private static final MethodRule ANY_TOKEN = new MethodRule.AnyToken();
    private static final MethodRule REFUSED = new MethodRule.Refused();

    private final Map<String, MethodRule> methods;
    private final Set<String> openServices;
    private final MethodRule unlisted;

    private MethodPermissions(Builder builder) {
        this.methods = Map.copyOf(builder.methods);
        this.openServices = Set.copyOf(builder.openServices);
        this.unlisted = builder.unlisted;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes sure that everything listed is really served, as a misspelt line protects nothing. For the start of a
     * server: {@code permissions.requireServedBy(server.getServices())}.
     *
     * @throws IllegalArgumentException naming what is listed and not served
     */
    public void requireServedBy(Collection<ServerServiceDefinition> services) {
        Set<String> unknown = new TreeSet<>(methods.keySet());
        unknown.addAll(openServices);
        for (ServerServiceDefinition service : services) {
            unknown.remove(service.getServiceDescriptor().getName());
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                unknown.remove(method.getMethodDescriptor().getFullMethodName());
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("listed, but not served: " + String.join(", ", unknown));
        }
    }

    MethodRule rule(MethodDescriptor<?, ?> method) {
        MethodRule listed = methods.get(method.getFullMethodName());
        if (listed != null) {
            return listed;
        }
        String service = method.getServiceName();
        return service != null && openServices.contains(service) ? OPEN : unlisted;
    }

    /** Puts the table together. Methods are named in full, as in {@code acme.v1.Deploys/Create}. */
    public static final class Builder {
        private final Map<String, MethodRule> methods = new HashMap<>();
        private final Set<String> openServices = new HashSet<>();
        private MethodRule unlisted = REFUSED;

        private Builder() {}

        /** A method about one resource, always the same. */
        public Builder require(String method, String permission, ResourcePath resource) {
            return list(method, new MethodRule.OnResource(permission(method, permission), resource));
        }

        /** A method about one resource, always the same. */
        public Builder require(MethodDescriptor<?, ?> method, String permission, ResourcePath resource) {
            return require(method.getFullMethodName(), permission, resource);
        }

        /**
         * A method about the resource that its request names. Each request message is checked before the handler sees
         * it.
         *
         * @param resource finds the resource with its <em>true</em> parents, for which it vouches: it looks them up, and
         *     never believes a path that the client sent. Empty where there is no such resource, which is refused as
         *     if the permission were missing. It runs on the thread of the call, and a {@link
         *     io.grpc.StatusRuntimeException} of it ends the call with that status
         */
        public <Q> Builder require(
                MethodDescriptor<Q, ?> method,
                String permission,
                Function<? super Q, Optional<ResourcePath>> resource) {
            String name = method.getFullMethodName();
            // Only messages of this very method are handed to it.
            @SuppressWarnings("unchecked")
            Function<Object, Optional<ResourcePath>> ofAny =
                    (Function<Object, Optional<ResourcePath>>) (Function<?, Optional<ResourcePath>>) resource;
            return list(name, new MethodRule.OnMessage(permission(name, permission), ofAny));
        }

        /** Methods for whoever has a token that is accepted; what it may do there is for the handler to say. */
        public Builder anyAcceptedToken(String... names) {
            for (String method : names) {
                list(method, ANY_TOKEN);
            }
            return this;
        }

        /** Every method that is not listed is for whoever has a token that is accepted, instead of for nobody. */
        public Builder otherwiseAnyAcceptedToken() {
            unlisted = ANY_TOKEN;
            return this;
        }

        /** Methods that need no token; a token that is sent all the same is not looked at. */
        public Builder open(String... names) {
            for (String method : names) {
                list(method, OPEN);
            }
            return this;
        }

        /**
         * Services whose methods, apart from those listed, need no token, such as {@code grpc.health.v1.Health} and
         * {@code grpc.reflection.v1.ServerReflection}.
         */
        public Builder openServices(String... names) {
            for (String service : names) {
                if (service.isBlank() || service.indexOf('/') >= 0) {
                    throw new IllegalArgumentException("not the full name of a service: " + service);
                }
                openServices.add(service);
            }
            return this;
        }

        public MethodPermissions build() {
            return new MethodPermissions(this);
        }

        private Builder list(String method, MethodRule rule) {
            int slash = method.indexOf('/');
            if (slash <= 0 || slash == method.length() - 1 || method.indexOf('/', slash + 1) >= 0) {
                throw new IllegalArgumentException("not the full name of a method, package.Service/Method: " + method);
            }
            if (methods.put(method, rule) != null) {
                throw new IllegalArgumentException("listed twice: " + method);
            }
            return this;
        }

        private static String permission(String method, String permission) {
            if (permission.isBlank()) {
                throw new IllegalArgumentException("the permission is empty: " + method);
            }
            return permission;
        }
    }
}
