package dev.signet.authority.e2e.history;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client wanted, and how often it had to ask.
 *
 * @param id also the request id, where it has one, and the display name of a token that it creates
 * @param token the resource name of the token that it is about; empty where it creates one
 * @param ends the id of the value that it ends; null where it creates one
 * @param attempts the last of them is the one that was answered
 * @param answer null where the client gave up
 */
public record Operation(
        String id,
        Kind kind,
        String token,
        @Nullable String ends,
        List<Attempt> attempts,
        @Nullable Answer answer) {

    public Operation {
        attempts = List.copyOf(attempts);
    }

    /** The kinds of operations, with how the audit log names them; it says nothing of those that change nothing. */
    public enum Kind {
        READ(""),
        CREATE("token.create"),
        ROTATE("token.rotate"),
        DELETE("token.delete");

        private final String action;

        Kind(String action) {
            this.action = action;
        }

        public String action() {
            return action;
        }
    }

    /**
     * What it came to.
     *
     * @param value the id of the value that was given; null where none was
     * @param certainBy when the end of the former value is certain; null where there is none, or nobody was told, as
     *     when a deletion that came through before is asked for again
     */
    public record Answer(
            String token, @Nullable String value, @Nullable Instant certainBy) {}

    Instant begin() {
        return attempts.get(0).begin();
    }

    Instant end() {
        return attempts.get(attempts.size() - 1).end();
    }
}
