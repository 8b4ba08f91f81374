package dev.signet.authority.cli;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A command ends here: what to say in one line, and the exit code. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int REFUSED = 1;
    static final int USAGE = 2;

    private final int exitCode;
    private final Status.@Nullable Code status;

    private Failure(int exitCode, String message, Status.@Nullable Code status) {
        super(message);
        this.exitCode = exitCode;
        this.status = status;
    }

    static Failure refused(String message) {
        return new Failure(REFUSED, message, null);
    }

    /** A server refused, or did not answer. */
    static Failure answered(String message, Status.Code status) {
        return new Failure(REFUSED, message, status);
    }

    static Failure usage(String message) {
        return new Failure(USAGE, message, null);
    }

    static Failure canceled() {
        return refused("canceled, nothing was changed");
    }

    int exitCode() {
        return exitCode;
    }

    /** Whether a server answered so. */
    boolean is(Status.Code code) {
        return status == code;
    }
}
