package dev.signet.authority.grpc;

import dev.signet.verifier.ListenAddress;

/**
 * The gRPC port.
 *
 * @param listen the address; loopback only, as there is no TLS yet
 * @param reflection whether server reflection is offered
 */
public record GrpcConfig(ListenAddress listen, boolean reflection) {

    public GrpcConfig {
        listen.loopback("listen");
    }
}
