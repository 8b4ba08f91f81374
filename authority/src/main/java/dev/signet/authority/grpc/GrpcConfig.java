package dev.signet.authority.grpc;

import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.tls.Exposure;

/**
 * The gRPC port.
 *
 * @param listen the address
 * @param reflection whether server reflection is offered
 * @param exposure how others may reach it
 */
public record GrpcConfig(ListenAddress listen, boolean reflection, Exposure exposure) {

    public GrpcConfig {
        exposure.admit("listen", listen);
    }

    /** In plaintext on loopback. */
    public GrpcConfig(ListenAddress listen, boolean reflection) {
        this(listen, reflection, Exposure.LOCAL);
    }
}
