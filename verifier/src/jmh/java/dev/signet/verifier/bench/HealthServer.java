package dev.signet.verifier.bench;

import java.nio.file.Path;

/**
 * The floor of what a server takes: gRPC's own health service and nothing else. Has made one signature check by the fast
 * provider before it serves.
 */
final class HealthServer {
    private HealthServer() {}

    /** @param arguments the port, and the unix socket */
    public static void main(String[] arguments) throws Exception {
        EchoServer.checkOneSignature();
        EchoServer.serve(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
    }
}
