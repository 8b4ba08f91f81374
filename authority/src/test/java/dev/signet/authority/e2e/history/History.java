package dev.signet.authority.e2e.history;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * All that was asked and answered, and what is found when it is over.
 *
 * @param settled from when on nothing failed any more, and all verifiers had come to know everything
 * @param done what was done, as the audit log has it
 * @param standing the tokens that there are at the end
 */
public record History(
        List<Operation> operations,
        List<Verification> verifications,
        Instant settled,
        List<Done> done,
        Set<String> standing) {

    public History {
        operations = List.copyOf(operations);
        verifications = List.copyOf(verifications);
        done = List.copyOf(done);
        standing = Set.copyOf(standing);
    }

    /**
     * Something that was done to a token.
     *
     * @param action as the audit log names it
     * @param token its resource name
     */
    public record Done(String action, String token) {}
}
