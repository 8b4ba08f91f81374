package dev.signet.authority.errors;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused, and why. Messages are for people and carry no secret; reasons are stable and for programs.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of refusal, with the meaning of the gRPC status of the same name. */
    public enum Code {
        INVALID_ARGUMENT,
        UNAUTHENTICATED,
        PERMISSION_DENIED,
        NOT_FOUND,
        ALREADY_EXISTS,
        FAILED_PRECONDITION,
        ABORTED,
        RESOURCE_EXHAUSTED,
        UNAVAILABLE
    }

    private final Code code;
    private final String reason;
    private final @Nullable FieldProblem problem;
    private final transient Map<String, String> metadata;
    private final @Nullable Duration retryAfter;

    /**
     * A field of the request that is wrong.
     *
     * @param field its path in the request
     * @param description what is wrong with it
     */
    public record FieldProblem(String field, String description) implements Serializable {}

    private Refusal(
            Code code, String reason, String message, @Nullable FieldProblem problem, Map<String, String> metadata) {
        this(code, reason, message, problem, metadata, null);
    }

    private Refusal(
            Code code,
            String reason,
            String message,
            @Nullable FieldProblem problem,
            Map<String, String> metadata,
            @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.problem = problem;
        this.metadata = Map.copyOf(metadata);
        this.retryAfter = retryAfter;
    }

    /** A field of the request is wrong; {@code problem} reads on from its name, as in "must not be empty". */
    public static Refusal invalid(String field, String problem) {
        return new Refusal(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                field + " " + problem,
                new FieldProblem(field, problem),
                Map.of());
    }

    /** There is no such resource, or it is none of the caller's business. */
    public static Refusal notFound(String resourceName) {
        return new Refusal(
                Code.NOT_FOUND, "NOT_FOUND", "not found: " + resourceName, null, Map.of("resource", resourceName));
    }

    public static Refusal unauthenticated(String reason, String message) {
        return new Refusal(Code.UNAUTHENTICATED, reason, message, null, Map.of());
    }

    /** The caller lacks a permission on a resource. */
    public static Refusal permissionDenied(String permission, String resourceName) {
        return new Refusal(
                Code.PERMISSION_DENIED,
                "PERMISSION_DENIED",
                "needs " + permission + " on " + resourceName,
                null,
                Map.of("permission", permission, "resource", resourceName));
    }

    /** The caller would hand out more than it holds. */
    public static Refusal escalation(String role, String permission, String resourceName) {
        return new Refusal(
                Code.PERMISSION_DENIED,
                "ROLE_EXCEEDS_CALLER",
                "the role %s holds %s on %s, which the caller does not".formatted(role, permission, resourceName),
                null,
                Map.of("role", role, "permission", permission, "resource", resourceName));
    }

    public static Refusal failedPrecondition(String reason, String message) {
        return new Refusal(Code.FAILED_PRECONDITION, reason, message, null, Map.of());
    }

    public static Refusal alreadyExists(String reason, String message) {
        return new Refusal(Code.ALREADY_EXISTS, reason, message, null, Map.of());
    }

    /** The resource was changed since the caller read it. */
    public static Refusal etagMismatch(String resourceName) {
        return new Refusal(
                Code.ABORTED,
                "ETAG_MISMATCH",
                "changed meanwhile, read it again: " + resourceName,
                null,
                Map.of("resource", resourceName));
    }

    /** What is needed is not there now; trying again later may help. */
    public static Refusal unavailable(String reason, String message) {
        return new Refusal(Code.UNAVAILABLE, reason, message, null, Map.of());
    }

    /** More is asked for at once than can be given; trying again later helps. */
    public static Refusal resourceExhausted(String reason, String message) {
        return new Refusal(Code.RESOURCE_EXHAUSTED, reason, message, null, Map.of());
    }

    /** More is asked for than may be, or than can be done now. Nothing was; the same may go through after that time. */
    public static Refusal tooMuch(String reason, String message, Duration retryAfter) {
        return new Refusal(Code.RESOURCE_EXHAUSTED, reason, message, null, Map.of(), retryAfter);
    }

    /** It is done, but nobody could be told of it: neither verifiers nor, how far it has come, the caller. */
    public static Refusal notPublished() {
        return new Refusal(
                Code.UNAVAILABLE,
                "NOT_PUBLISHED",
                "it was done, but the store went away before verifiers could be told; look what became of it, or ask "
                        + "again with the same request_id",
                null,
                Map.of());
    }

    /** The store did not get to it; nothing was changed, and trying again may help. */
    public static Refusal busy() {
        return new Refusal(Code.UNAVAILABLE, "STORE_BUSY", "too many conflicting changes, try again", null, Map.of());
    }

    public Code code() {
        return code;
    }

    /** Stable, in upper snake case. */
    public String reason() {
        return reason;
    }

    /** What is wrong with the request, for {@link Code#INVALID_ARGUMENT}. */
    public @Nullable FieldProblem problem() {
        return problem;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /** How long to wait before trying again, where that is known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
