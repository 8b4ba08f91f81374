package dev.signet.authority.grpc;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.tls.NettyTls;
import dev.signet.verifier.tls.TlsContext;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The gRPC port: the guarded services, and without a guard health and reflection. */
public final class GrpcServer implements AutoCloseable {
    /** Requests wait for the store, which a few connections serve; more threads would only queue there. */
    private static final int THREADS = 32;

    private static final int HANDSHAKE_SECONDS = 10;

    private final GrpcConfig config;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService executor;
    private final Server server;

    /** Builds the server; it answers once {@link #start} is called. */
    public GrpcServer(GrpcConfig config, GuardedServices services) {
        this(config, services, null);
    }

    /** @param tls null for plaintext */
    public GrpcServer(GrpcConfig config, GuardedServices services, @Nullable TlsContext tls) {
        this.config = config;
        AtomicInteger count = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "grpc-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        config.exposure().admit("listen", config.listen()))
                .executor(executor)
                .maxInboundMessageSize(1 << 20)
                .permitKeepAliveTime(20, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(health.getHealthService());
        services.all().forEach(builder::addService);
        if (config.reflection()) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        if (tls != null) {
            builder.sslContext(NettyTls.ofGrpcServer(tls)).handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        }
        this.server = builder.build();
        services.names().forEach(name -> health.setStatus(name, ServingStatus.SERVING));
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
            executor.shutdown();
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
        executor.shutdown();
    }
}
