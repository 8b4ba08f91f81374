package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import java.util.Objects;
import org.junit.jupiter.api.function.Executable;

/** What the verifier says of a value, and what the domain refuses. */
public final class Verdicts {
    private Verdicts() {}

    /** Whether a value is good and may do something. */
    public static boolean may(TokenVerifier verifier, String value, String permission, ResourcePath resource) {
        return verifier.check(value, permission, resource) instanceof Verdict.Accepted;
    }

    public static boolean isGood(TokenVerifier verifier, String value) {
        return verifier.verify(value) instanceof Verdict.Accepted;
    }

    /** Why a value is refused. */
    public static Verdict.Reason reason(TokenVerifier verifier, String value) {
        return assertInstanceOf(Verdict.Rejected.class, verifier.verify(value)).reason();
    }

    /** The roles that a good value holds now. */
    public static Grants grants(TokenVerifier verifier, String value) {
        return assertInstanceOf(Verdict.Accepted.class, verifier.verify(value)).grants();
    }

    public static Refusal refused(Code code, Executable operation) {
        Refusal refusal = assertThrows(Refusal.class, operation);
        assertEquals(code, refusal.code(), refusal::getMessage);
        return refusal;
    }

    /** The field that is wrong. */
    public static String invalid(Executable operation) {
        return Objects.requireNonNull(refused(Code.INVALID_ARGUMENT, operation).problem())
                .field();
    }
}
