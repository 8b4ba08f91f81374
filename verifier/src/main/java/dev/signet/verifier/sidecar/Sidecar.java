package dev.signet.verifier.sidecar;

import dev.signet.envoy.v3.AuthorizationGrpc;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.ports.Connections;
import dev.signet.verifier.token.CryptoProvider;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.BootClock;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verifier as a process: builds its parts, starts them in order, closes them in reverse. Health is NOT_SERVING
 * until the whole trust state has been confirmed once.
 */
public final class Sidecar implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
    private static final List<String> SERVICES = List.of(
            HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            VerifierServiceGrpc.SERVICE_NAME,
            AuthorizationGrpc.SERVICE_NAME);

    /** On each address. Services keep a few each, and the heap is small. */
    private static final int MOST_CONNECTIONS = 512;

    private static final int CALLS_PER_CONNECTION = 512;
    private static final int WINDOW_BYTES = 1 << 20;
    /** A thousand usual tokens with what is asked about them. */
    private static final int LARGEST_REQUEST = 1 << 20;
    /** What a call says beside its request, which is next to nothing. */
    private static final int LARGEST_HEADERS = 16 << 10;

    private static final int HANDSHAKE_SECONDS = 10;
    private static final int OFTENEST_PING_SECONDS = 10;
    /** Calls taken back, on one connection: what is begun and taken back at once has cost us, and not its caller. */
    private static final int MOST_RESETS = 2_000;

    private static final int RESETS_SECONDS = 10;

    private final List<Server> servers = new ArrayList<>();
    /** Few, and the same ones for all ports: each connection costs memory, not a thread. */
    private final EventLoopGroup loops = loops("calls", 0);

    /** By itself, so that the feed waits for no calls. */
    private final EventLoopGroup feedLoop = loops("feed-connection", 1);

    private final SignaturePool signatures = new SignaturePool();
    private final HttpServer http;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ScheduledExecutorService feedThread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "feed");
        thread.setDaemon(true);
        return thread;
    });
    private final ManagedChannel channel;
    private final TrustFeed feed;
    private final SidecarTls tls;
    private volatile boolean serving;
    private int httpPort;

    private Sidecar(
            SidecarConfig config, SidecarTls tls, TrustState trust, TokenVerifier verifier, VerificationKeys keys) {
        this.tls = tls;
        tls.follow(feedThread);
        channel = tls.secure(NettyChannelBuilder.forAddress(
                                config.authority().host(), config.authority().port())
                        .eventLoopGroup(feedLoop)
                        .channelType(NioSocketChannel.class)
                        // What comes is handed to the feed's thread at once, and the feed itself begins again.
                        .directExecutor()
                        .disableRetry()
                        .keepAliveTime(30, TimeUnit.SECONDS)
                        .keepAliveTimeout(10, TimeUnit.SECONDS))
                .build();
        // Connects beside what follows.
        feedThread.execute(() -> channel.getState(true));
        feed = new TrustFeed(
                link(config.credential()),
                FeedKeys.of(config.feedKey(), config.data()),
                kept(config.data()),
                new Subscription(
                        config.organizations(),
                        config.allOrganizations(),
                        config.verifier().maximumStaleness(),
                        hostName(),
                        version()),
                trust,
                new TrustCodec(keys),
                Clocks.SYSTEM,
                feedThread,
                new SecureRandom(),
                verifier::takeUses,
                this::serving);
        SERVICES.forEach(service -> health.setStatus(service, ServingStatus.NOT_SERVING));
        Decisions decisions = new Decisions(verifier, feed::whenLoaded);
        BooleanSupplier ready = () -> serving && verifier.isCurrent();
        VerifierGrpc service = new VerifierGrpc(decisions, signatures);
        SidecarMetrics metrics = new SidecarMetrics(decisions.tally(), service.times(), trust, Clocks.SYSTEM, ready);
        Map<String, Supplier<HttpPage>> pages = new HashMap<>(Map.of(
                "/healthz",
                HttpPage.whether(() -> true, "alive", ""),
                "/readyz",
                HttpPage.whether(ready, "ready", "the trust state is not current")));
        if (config.exposure().showsMetricsOn(config.httpListen())) {
            pages.put("/metrics", metrics::page);
        }
        http = new HttpServer(loops, decisions, signatures, pages);
        servers.add(server(
                tls.secure(NettyServerBuilder.forAddress(config.exposure().admit("listen", config.listen()))
                        .channelFactory(Connections.ofAnybody(MOST_CONNECTIONS).tcp())),
                service,
                config.listen().isLoopback()));
        Path socket = config.socket();
        if (socket != null) {
            servers.add(server(
                    NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                            .channelFactory(
                                    Connections.ofAnybody(MOST_CONNECTIONS).unix()),
                    service,
                    true));
        }
    }

    /**
     * Starts answering, and following the feed; does not wait for the authority.
     *
     * @throws InvalidConfiguration where an address cannot be listened on, the data folder or a file of TLS cannot be used,
     *     or the heap is too small for the tokens to be remembered
     */
    public static Sidecar start(SidecarConfig config) {
        config.requireHeap(Runtime.getRuntime().maxMemory());
        // What takes nothing of the server's, while that is loaded.
        TrustState trust = new TrustState();
        TokenVerifier verifier = new TokenVerifier(config.verifier(), trust, Clocks.SYSTEM);
        VerificationKeys keys = new VerificationKeys();
        EarlyStart.awaitServer();
        Sidecar sidecar = new Sidecar(config, SidecarTls.of(config), trust, verifier, keys);
        try {
            sidecar.listen(config);
        } catch (InvalidConfiguration e) {
            sidecar.close();
            throw e;
        }
        sidecar.feed.start();
        CryptoProvider crypto = CryptoProvider.chosen();
        if (crypto.isFast()) {
            LOG.info("signatures are checked by {}", crypto);
        } else {
            LOG.warn("signatures are checked by {}", crypto);
        }
        LOG.info(
                "answering on {}, over HTTP on {}, following the authority at {}",
                new ListenAddress(config.listen().host(), sidecar.port()),
                new ListenAddress(config.httpListen().host(), sidecar.httpPort()),
                config.authority());
        return sidecar;
    }

    /** The TCP port that it answers gRPC on. */
    public int port() {
        return servers.get(0).getPort();
    }

    /** The TCP port that it answers HTTP on. */
    public int httpPort() {
        return httpPort;
    }

    public void awaitTermination() throws InterruptedException {
        for (Server server : servers) {
            server.awaitTermination();
        }
    }

    @Override
    public void close() {
        health.enterTerminalState();
        serving = false;
        http.close();
        servers.forEach(Server::shutdown);
        feed.close();
        feedThread.shutdown();
        channel.shutdownNow();
        try {
            for (Server server : servers) {
                if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                    server.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        signatures.close();
        for (EventLoopGroup loop : List.of(feedLoop, loops)) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static EventLoopGroup loops(String name, int count) {
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private AuthorityLink link(@Nullable String credential) {
        return credential == null
                ? AuthorityLink.over(channel)
                : AuthorityLink.over(channel, new BearerToken(credential));
    }

    private void serving() {
        if (!serving) {
            serving = true;
            SERVICES.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
            LOG.info("the trust state is loaded and current: serving");
        }
    }

    /**
     * Answers come from memory, so they are given on the event loop itself. What one connection can make us hold is
     * bounded: by the calls that are open, and by the window of what was sent and not read yet.
     */
    private Server server(NettyServerBuilder builder, VerifierGrpc service, boolean reflection) {
        if (reflection) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        return builder.bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(LARGEST_REQUEST)
                .maxInboundMetadataSize(LARGEST_HEADERS)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(OFTENEST_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
                .addTransportFilter(service)
                .addService(service)
                .addService(service.extAuthz())
                .addService(health.getHealthService())
                .build();
    }

    /** A second sidecar is found out by its TCP port, before it takes a socket from the first. */
    private void listen(SidecarConfig config) {
        startServer(0, "listen", config.listen().toString());
        try {
            httpPort = http.listen(config.exposure().admit("http-listen", config.httpListen()), tls.http());
        } catch (IOException e) {
            throw inUse("http-listen", config.httpListen().toString());
        }
        Path socket = config.socket();
        if (socket != null) {
            SocketFile.makeRoom("socket", socket);
            startServer(1, "socket", socket.toString());
            SocketFile.restrict("socket", socket);
        }
        Path httpSocket = config.httpSocket();
        if (httpSocket != null) {
            SocketFile.makeRoom("http-socket", httpSocket);
            try {
                http.listen(UnixDomainSocketAddress.of(httpSocket));
            } catch (IOException e) {
                throw inUse("http-socket", httpSocket.toString());
            }
            SocketFile.restrict("http-socket", httpSocket);
        }
    }

    private void startServer(int index, String key, String where) {
        try {
            servers.get(index).start();
        } catch (IOException e) {
            throw inUse(key, where);
        }
    }

    private static InvalidConfiguration inUse(String key, String where) {
        return new InvalidConfiguration(key, "cannot listen on " + where + ": is it in use by another process?");
    }

    private static KeptTrust kept(@Nullable Path folder) {
        return folder == null ? KeptTrust.nowhere() : KeptTrust.in(folder, BootClock.SYSTEM);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }

    private static String version() {
        String version = Sidecar.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
