package dev.signet.verifier.corpus;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict.Reason;
import org.jspecify.annotations.Nullable;

/** A place where tokens are presented. Asks about {@link #PERMISSION} on {@link #RESOURCE} where it can. */
public interface Door {
    String PERMISSION = "deployment.deploys.create";
    String RESOURCE = "organizations/" + TestTokens.ORGANIZATION + "/workspaces/" + TestTokens.WORKSPACE;

    /** What {@link #ask} says of a good token. */
    String ACCEPTED = "ACCEPTED";

    /** Presents a token, and tells what is said of it; a refusal with all that programs see of its reason. */
    String ask(String token) throws Exception;

    /** What it must say for a reason. */
    default String refusal(Reason reason) {
        return reason.name();
    }

    /** What it must say of a token that this corpus signed, and that nothing is wrong with. */
    default String acceptance() {
        return ACCEPTED;
    }

    /** Whether it asks for the permission, too. */
    boolean asksForPermission();

    /** Why this text cannot be presented as it is, so that nothing can be learnt of it; null where it can. */
    default @Nullable String cannotCarry(String token) {
        return null;
    }

    /** Where the transport refuses the text, what that looks like; null where it gets through. */
    default @Nullable String refusalOfTransport(String token) {
        return null;
    }

    /** How many bytes may be allocated beside those that follow from the token's length. */
    default long bytes() {
        return 128 << 10;
    }

    /** How many bytes may be allocated for each character of the token. */
    default long bytesPerCharacter() {
        return 16;
    }

    /** A token that it lets in. */
    default String good() {
        return TestTokens.of(Kind.WORKSPACE).sign();
    }
}
