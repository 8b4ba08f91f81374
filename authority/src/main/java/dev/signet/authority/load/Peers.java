package dev.signet.authority.load;

import io.grpc.ManagedChannel;
import java.util.function.Supplier;

/**
 * Where calls go to.
 *
 * @param verifier opens a connection to the sidecar
 * @param authority opens a connection to the authority
 * @param token the credential for the authority, a secret
 * @param workspace the full name of the workspace in which tokens are made
 * @param address of the one whose limit is looked for
 */
public record Peers(
        Supplier<ManagedChannel> verifier,
        Supplier<ManagedChannel> authority,
        String token,
        String workspace,
        String address) {
    @Override
    public String toString() {
        return "Peers[" + workspace + ", " + address + "]";
    }
}
