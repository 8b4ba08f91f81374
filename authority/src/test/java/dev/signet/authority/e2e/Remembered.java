package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Token;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One token as its user remembers it: what was acknowledged, and at most one request that never was. */
final class Remembered {
    private enum Unanswered {
        NOTHING,
        ROTATE,
        DELETE
    }

    private final List<String> ended = new ArrayList<>();
    private Token token;
    /** Null where nobody was told: it came of a request without an answer. */
    private @Nullable String value;

    private boolean deleted;
    private Unanswered unanswered = Unanswered.NOTHING;

    Remembered(Token token, @Nullable String value) {
        this.token = token;
        this.value = value;
    }

    String name() {
        return token.getName();
    }

    boolean isDeleted() {
        return deleted;
    }

    List<String> values() {
        List<String> values = new ArrayList<>(ended);
        if (value != null) {
            values.add(value);
        }
        return values;
    }

    void rotate(Client client) {
        unanswered = Unanswered.ROTATE;
        RotateTokenResponse rotated = client.rotateToken(name());
        unanswered = Unanswered.NOTHING;
        end();
        token = known(rotated.getToken());
        value = rotated.getValue();
    }

    void delete(Client client) {
        unanswered = Unanswered.DELETE;
        client.deleteToken(name());
        unanswered = Unanswered.NOTHING;
        end();
        deleted = true;
    }

    /** Compares with what the authority says, and settles what was unanswered by it: done, or not done. */
    void check(Client client, Verifier verifier) {
        Optional<Token> found = find(client);
        if (unanswered == Unanswered.DELETE && found.isEmpty()) {
            end();
            deleted = true;
        } else if (unanswered == Unanswered.ROTATE
                && found.isPresent()
                && !found.get().equals(token)) {
            assertTrue(found.get().hasLastRotatedTime(), name());
            end();
            token = found.get();
        }
        unanswered = Unanswered.NOTHING;
        assertEquals(deleted ? Optional.empty() : Optional.of(token), found);
        ended.forEach(old -> {
            assertEquals("REVOKED", verifier.verdict(old), name());
            StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> client.whoAmI(old));
            assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode(), name());
        });
        if (value != null) {
            assertEquals(Verifier.ACCEPTED, verifier.verdict(value), name());
            assertEquals(name(), verifier.verify(value).getPrincipal().getName());
            assertEquals(name(), client.whoAmI(value).getPrincipal().getName());
        }
    }

    /** When it was last used is left out: verifiers report that some time later. */
    private static Token known(Token token) {
        return token.toBuilder().clearLastUsedTime().build();
    }

    private Optional<Token> find(Client client) {
        try {
            return Optional.of(known(client.getToken(name())));
        } catch (StatusRuntimeException e) {
            assertEquals(Status.Code.NOT_FOUND, e.getStatus().getCode(), name());
            return Optional.empty();
        }
    }

    private void end() {
        if (value != null) {
            ended.add(value);
            value = null;
        }
    }
}
