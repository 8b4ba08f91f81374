package dev.signet.verifier.bench;

import dev.signet.verifier.token.Algorithm;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sidecar that follows an authority, and an echo with the same flags. */
final class Rig implements AutoCloseable {
    /** A server on both transports. */
    record Subject(ServerProcess process, int port, Path socket) {
        SocketAddress tcp() {
            return ServerProcess.loopback(port);
        }

        SocketAddress unix() {
            return UnixDomainSocketAddress.of(socket);
        }
    }

    final SignedTokens signed = new SignedTokens(Algorithm.ES256);
    /** Tokens that the sidecar knows. */
    final String[] tokens = signed.next(1_000);

    final Subject sidecar;
    final Subject echo;
    /** Of {@code Verify}, and of {@code VerifyStream}. */
    final int answerLength;

    final int streamedLength;
    private final AnsweringAuthority authority = new AnsweringAuthority();

    Rig() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("signet-bench");
        int port = ServerProcess.freePort();
        Path socket = folder.resolve("sidecar.sock");
        sidecar = new Subject(
                ServerProcess.java(
                        SidecarServer.class, String.valueOf(port), socket.toString(), authority.address(), "0"),
                port,
                socket);
        answerLength = FirstAnswer.await(ServerProcess.loopback(port), tokens[0]).length;
        // The id of three bytes, and what says that it is one.
        streamedLength = answerLength + 4;
        int echoPort = ServerProcess.freePort();
        Path echoSocket = folder.resolve("echo.sock");
        echo = new Subject(
                ServerProcess.java(
                        EchoServer.class,
                        String.valueOf(echoPort),
                        echoSocket.toString(),
                        String.valueOf(answerLength),
                        String.valueOf(streamedLength)),
                echoPort,
                echoSocket);
        FirstAnswer.await(ServerProcess.loopback(echoPort), tokens[0]);
    }

    @Override
    public void close() throws InterruptedException {
        sidecar.process().close();
        echo.process().close();
        authority.close();
    }
}
