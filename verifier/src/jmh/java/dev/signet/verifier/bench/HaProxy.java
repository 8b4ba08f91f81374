package dev.signet.verifier.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;

/** A front end of HAProxy on two threads that checks the bearer token each time, and answers by itself. */
final class HaProxy implements AutoCloseable {
    private final int port = ServerProcess.freePort();
    private final ServerProcess process;

    static boolean isInstalled() {
        return ServerProcess.isInstalled("haproxy");
    }

    HaProxy(Path folder, PublicKey key) throws Exception {
        Path pem = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  nbthread 2
                defaults
                  mode http
                  timeout client 30s
                frontend tokens
                  bind 127.0.0.1:%d
                  http-request set-var(txn.token) http_auth_bearer
                  acl good var(txn.token),jwt_verify(ES256,"%s") 1
                  http-request return status 200 if good
                  http-request return status 401
                """.formatted(port, pem));
        process = ServerProcess.start(List.of("/usr/sbin/haproxy", "-db", "-q", "-f", configuration.toString()));
        FirstAnswer.awaitListening(ServerProcess.loopback(port));
    }

    ServerProcess process() {
        return process;
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
