package dev.signet.verifier.grpc;

import dev.signet.verifier.token.ResourcePath;
import java.util.Optional;
import java.util.function.Function;

/** What a caller needs to be let into a method. */
sealed interface MethodRule {
    /** Nothing, not even a token. */
    record Open() implements MethodRule {}

    /** A token that is accepted. */
    record AnyToken() implements MethodRule {}

    /** A permission on one resource. */
    record OnResource(String permission, ResourcePath resource) implements MethodRule {}

    /** A permission on the resource that each request message is about. */
    record OnMessage(String permission, Function<Object, Optional<ResourcePath>> resource) implements MethodRule {}

    /** Nothing helps. */
    record Refused() implements MethodRule {}
}
