package dev.signet.verifier.sidecar;

import static dev.signet.verifier.sidecar.FollowedAuthority.ANY_PORT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process over HTTP, on its port and its socket. */
@Timeout(60)
class SidecarHttpTest {
    @TempDir
    Path folder;

    private final FollowedAuthority authority = new FollowedAuthority();

    SidecarHttpTest() throws IOException {}

    @AfterEach
    void close() {
        authority.close();
    }

    @Test
    void itAnswersOverHttpOnPortAndSocketAndIsReadyOnceItServes() throws Exception {
        Path socket = folder.resolve("run").resolve("http.sock");
        try (Sidecar sidecar = Sidecar.start(authority.overHttp(ANY_PORT, socket))) {
            SocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), sidecar.httpPort());
            SocketAddress unix = UnixDomainSocketAddress.of(socket);
            String token = FollowedAuthority.token();
            assertEquals(List.of(503, 503), statuses("/forward-auth/caddy", token, tcp, unix));
            assertEquals(List.of(503, 503), statuses("/readyz", token, tcp, unix));
            assertEquals(List.of(200, 200), statuses("/healthz", token, tcp, unix));
            authority.serve();
            while (!statuses("/readyz", token, tcp).equals(List.of(200))) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(200, 200), statuses("/readyz", token, tcp, unix));
            assertEquals(List.of(200, 200), statuses("/forward-auth/caddy", token, tcp, unix));
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        }
    }

    @Test
    void anHttpPortOrSocketThatCannotBeUsedIsSaidByItsKey() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress same = new ListenAddress("127.0.0.1", taken.getLocalPort());
            assertEquals("http-listen", refusal(authority.overHttp(same, null)).key());
        }
        Path precious = Files.writeString(folder.resolve("precious"), "text");
        assertEquals(
                "http-socket", refusal(authority.overHttp(ANY_PORT, precious)).key());
        assertEquals("text", Files.readString(precious));
    }

    private static InvalidConfiguration refusal(SidecarConfig config) {
        return assertThrows(InvalidConfiguration.class, () -> Sidecar.start(config));
    }

    /** The status by each of the addresses. */
    private static List<Integer> statuses(String path, String token, SocketAddress... addresses) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        for (SocketAddress address : addresses) {
            try (SocketChannel channel = SocketChannel.open(address)) {
                String request = HttpHouse.asking(path, token).replace("Host", "Connection: close\r\nHost");
                channel.write(US_ASCII.encode(request));
                ByteBuffer answer = ByteBuffer.allocate(2_048);
                while (channel.read(answer) >= 0) {
                    assertTrue(answer.hasRemaining());
                }
                statuses.add(Integer.parseInt(
                        US_ASCII.decode(answer.flip()).subSequence(9, 12).toString()));
            }
        }
        return statuses;
    }
}
