package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.e2e.Http2Attack.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every port of both processes, under each way to make a server work for nothing. Meanwhile a client that behaves is served:
 * not one of its calls fails. The heaps are small, so that what an attacker could have kept for it would end the process.
 */
final class FloodIT {
    private static final long ATTACK_MILLIS = 1_200;
    /** More than any port takes. */
    private static final int MANY = 2_500;

    private static final int CONNECT_MILLIS = 500;
    private static final long MOST_RESIDENT_KIB = 700 << 10;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final int AUTHORITY_HTTP = Processes.freePort();
    private static final int SIDECAR_HTTP = Processes.freePort();
    private static Cluster cluster;
    private static Cluster.Tenant tenant;
    private static Client client;

    @BeforeAll
    static void start() {
        cluster = new Cluster(
                PROCESSES,
                folder,
                Map.of(
                        "SIGNET_JAVA_OPTS",
                        "-Xmx192m -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError",
                        "SIGNET_HTTP_LISTEN",
                        "127.0.0.1:" + AUTHORITY_HTTP));
        cluster.startAuthority();
        cluster.startSidecar(cluster.authorityPort(), "--http-listen", "127.0.0.1:" + SIDECAR_HTTP);
        cluster.awaitSidecar();
        tenant = cluster.newTenant("Flooded");
        client = cluster.client(tenant.owner());
    }

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
        client.close();
        cluster.close();
    }

    /** All that a client is served by both processes, over every port. */
    private static void beServed() {
        var made = client.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "meanwhile");
        Await.until(
                "accepted",
                Duration.ofSeconds(10),
                () -> cluster.verdict(made.getValue()).equals(Verifier.ACCEPTED));
        client.deleteToken(made.getToken().getName());
        Await.until(
                "revoked",
                Duration.ofSeconds(10),
                () -> cluster.verdict(made.getValue()).equals("REVOKED"));
        assertEquals(
                200, RawHttp.ask(AUTHORITY_HTTP, RawHttp.head("GET /readyz")).status());
        assertEquals(
                200, RawHttp.ask(AUTHORITY_HTTP, RawHttp.head("GET /metrics")).status());
        assertEquals(200, RawHttp.ask(SIDECAR_HTTP, RawHttp.head("GET /readyz")).status());
        assertEquals(
                200,
                RawHttp.ask(
                                SIDECAR_HTTP,
                                RawHttp.head("GET /forward-auth/nginx", "Authorization: Bearer " + tenant.owner()))
                        .status());
    }

    /** Some attackers at each of these ports for a while, and a client that behaves from their beginning to their end. */
    private static void meanwhile(List<Attacker> attackers) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ATTACK_MILLIS);
        BooleanSupplier isTimeUp = () -> System.nanoTime() - end > 0;
        List<CompletableFuture<Void>> attacks = new ArrayList<>();
        for (Attacker attacker : attackers) {
            attacks.add(CompletableFuture.runAsync(() -> attacker.attack(isTimeUp), THREADS));
        }
        int served = 0;
        while (!isTimeUp.getAsBoolean()) {
            beServed();
            served++;
        }
        for (CompletableFuture<Void> attack : attacks) {
            attack.get(20, TimeUnit.SECONDS);
        }
        beServed();
        assertTrue(served > 0);
        for (Running process : List.of(cluster.authority(), cluster.sidecar())) {
            assertTrue(process.isAlive(), process::text);
            assertTrue(residentKib(process) < MOST_RESIDENT_KIB, () -> process.name() + " has " + residentKib(process));
        }
    }

    private interface Attacker {
        void attack(BooleanSupplier isTimeUp);
    }

    private static long residentKib(Running process) {
        try {
            return Files.readString(
                            Path.of("/proc", String.valueOf(process.process().pid()), "status"))
                    .lines()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What is done, by what it is called in the report. */
    private record Named(String name, Step step) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Named> floods() {
        return Stream.of(
                new Named("rapid reset", Http2Attack::rapidReset),
                new Named("pings", Http2Attack::pings),
                new Named("settings", Http2Attack::settings),
                new Named("empty data", Http2Attack::emptyData),
                new Named("continuations", Http2Attack::continuations),
                new Named("large heads", Http2Attack::largeHead),
                new Named("large frames", Http2Attack::largeFrame),
                new Named("large messages", Http2Attack::largeMessage),
                new Named("calls", Http2Attack::calls));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void floodsOfFrames(Named flood) throws Exception {
        List<Attacker> attackers = new ArrayList<>();
        for (int port : new int[] {cluster.authorityPort(), cluster.sidecarPort()}) {
            attackers.add(isTimeUp -> Http2Attack.attack(port, flood.step(), isTimeUp));
        }
        meanwhile(attackers);
    }

    static Stream<Named> slowOnes() {
        return Stream.of(
                new Named("slow heads", Http2Attack::slowHead), new Named("slow bodies", Http2Attack::slowBody));
    }

    @ParameterizedTest
    @MethodSource("slowOnes")
    void slowFrames(Named slow) throws Exception {
        meanwhile(List.of(
                isTimeUp -> Http2Attack.dribble(cluster.authorityPort(), 300, slow.step(), isTimeUp),
                isTimeUp -> Http2Attack.dribble(cluster.sidecarPort(), 300, slow.step(), isTimeUp)));
    }

    @Test
    void slowRequests() throws Exception {
        List<Attacker> attackers = new ArrayList<>();
        for (int port : new int[] {AUTHORITY_HTTP, SIDECAR_HTTP}) {
            attackers.add(isTimeUp -> dribble(port, "GET /readyz HTTP/1.1\r\nX-", isTimeUp));
            attackers.add(isTimeUp -> dribble(
                    port,
                    RawHttp.head(
                            "POST /oauth2/token",
                            "Content-Type: application/x-www-form-urlencoded",
                            "Content-Length: 60000"),
                    isTimeUp));
        }
        meanwhile(attackers);
    }

    @Test
    void largeRequests() throws Exception {
        List<Attacker> attackers = new ArrayList<>();
        for (int port : new int[] {AUTHORITY_HTTP, SIDECAR_HTTP}) {
            attackers.add(isTimeUp -> {
                while (!isTimeUp.getAsBoolean()) {
                    RawHttp.ask(port, "GET / HTTP/1.1\r\nX: " + "y".repeat(1 << 20));
                    RawHttp.ask(
                            port,
                            RawHttp.head("POST /oauth2/token", "Content-Length: 2000000000") + "y".repeat(1 << 20));
                }
            });
        }
        meanwhile(attackers);
    }

    /** More than fit, on all ports at once. */
    @Test
    void manyConnectionsThatStaySilent() throws Exception {
        List<CompletableFuture<List<Socket>>> opening = new ArrayList<>();
        for (int port : new int[] {cluster.authorityPort(), cluster.sidecarPort(), AUTHORITY_HTTP, SIDECAR_HTTP}) {
            opening.add(CompletableFuture.supplyAsync(() -> open(port, MANY), THREADS));
        }
        List<Socket> open = new ArrayList<>();
        try {
            beServed();
            for (CompletableFuture<List<Socket>> some : opening) {
                open.addAll(some.get(60, TimeUnit.SECONDS));
            }
            meanwhile(List.of());
        } finally {
            open.forEach(FloodIT::close);
        }
    }

    private static List<Socket> open(int port, int count) {
        List<Socket> open = new ArrayList<>();
        for (int attempt = 0; attempt < count; attempt++) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                open.add(socket);
            } catch (IOException e) {
                close(socket);
            }
        }
        return open;
    }

    /** Many connections, each with a byte more now and then. */
    private static void dribble(int port, String begin, BooleanSupplier isTimeUp) {
        List<Socket> open = new ArrayList<>();
        while (!isTimeUp.getAsBoolean()) {
            try {
                if (open.size() < 300) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    open.add(socket);
                    socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
                }
                for (Socket socket : List.copyOf(open)) {
                    open.remove(socket);
                    socket.getOutputStream().write('x');
                    open.add(socket);
                }
            } catch (IOException e) {
                // That one was ended.
            }
        }
        open.forEach(FloodIT::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is over all the same.
        }
    }
}
