package dev.signet.authority.grpc;

import dev.signet.authority.limits.Lanes;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ports.Connections;
import dev.signet.verifier.tls.NettyTls;
import dev.signet.verifier.tls.TlsContext;
import dev.signet.verifier.trust.Clocks;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The gRPC port: the guarded services, and without a guard health and reflection. */
public final class GrpcServer implements AutoCloseable {
    /** A quarter of the connections may be such on which nobody has shown a good credential yet, or so many. */
    private static final int FEWEST_STRANGERS = 1_000;

    /** Of one connection; what more a client has to ask waits there. */
    private static final int CALLS_PER_CONNECTION = 256;

    private static final int LARGEST_REQUEST = 1 << 20;
    /** Twice what the longest credential takes. */
    private static final int LARGEST_HEADERS = 16 << 10;

    private static final int WINDOW_BYTES = 1 << 20;
    private static final int HANDSHAKE_SECONDS = 10;
    /** A connection without a call is closed. */
    private static final int IDLE_MINUTES = 15;

    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 20;
    /** How often clients may ask whether we are there. */
    private static final int OFTENEST_PING_SECONDS = 20;

    /** Calls that a client takes back: what it began and took back at once has cost us, and not it. */
    private static final int MOST_RESETS = 1_000;

    private static final int RESETS_SECONDS = 10;

    private final GrpcConfig config;
    private final HealthStatusManager health = new HealthStatusManager();
    private final Lanes lanes;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            0, new DefaultThreadFactory("grpc-connections", true), NioIoHandler.newFactory());
    private final ScheduledExecutorService overdue = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "grpc-overdue");
        thread.setDaemon(true);
        return thread;
    });
    private final Server server;

    /** As below, with limits that nobody reaches. */
    public GrpcServer(GrpcConfig config, GuardedServices services) {
        this(
                config,
                LimitsConfig.UNLIMITED,
                services,
                null,
                () -> Clocks.SYSTEM.now().nanos());
    }

    /**
     * Builds the server; it answers once {@link #start} is called.
     *
     * @param tls null for plaintext
     * @param nanos monotonic time
     */
    public GrpcServer(
            GrpcConfig config,
            LimitsConfig limits,
            GuardedServices services,
            @Nullable TlsContext tls,
            LongSupplier nanos) {
        this.config = config;
        this.lanes = new Lanes("grpc", nanos);
        Connections connections =
                Connections.ofCallers(limits.connections(), Math.max(FEWEST_STRANGERS, limits.connections() / 4));
        Arrivals arrivals = new Arrivals(lanes, services.callers().rates(), connections, limits.longestCall(), nanos);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        config.exposure().admit("listen", config.listen()))
                .channelFactory(connections.tcp())
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                // What waits for anything has its lane; health answers on the connection's own thread, whatever else
                // goes on.
                .directExecutor()
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .maxInboundMessageSize(LARGEST_REQUEST)
                .maxInboundMetadataSize(LARGEST_HEADERS)
                .flowControlWindow(WINDOW_BYTES)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(OFTENEST_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
                .addService(health.getHealthService());
        services.arriving(arrivals).forEach(builder::addService);
        if (config.reflection()) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        if (tls != null) {
            builder.sslContext(NettyTls.ofGrpcServer(tls));
        }
        this.server = builder.build();
        services.names().forEach(name -> health.setStatus(name, ServingStatus.SERVING));
        var unused = overdue.scheduleWithFixedDelay(arrivals::endOverdue, 1, 1, TimeUnit.SECONDS);
    }

    /** How many calls wait in each lane. */
    public Map<String, Double> waiting() {
        return lanes.waiting();
    }

    /**
     * Starts answering.
     *
     * @throws InvalidConfiguration where the port is in use
     */
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            closeLanes();
            throw new InvalidConfiguration(
                    "listen", "cannot listen on " + config.listen() + ": is it in use by another process?");
        }
    }

    public int port() {
        return server.getPort();
    }

    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                server.shutdownNow();
                server.awaitTermination(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        closeLanes();
    }

    private void closeLanes() {
        overdue.shutdown();
        lanes.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
