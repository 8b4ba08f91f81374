package dev.signet.authority.grpc;

import dev.signet.authority.audit.AuditLog;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.verify.TokenVerifier;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The gRPC port. Calls go through {@link ErrorDoor}, {@link CallerGate} and {@link DenialRecorder}; the open services
 * only through the first, health and reflection through none.
 */
public final class GrpcServer implements AutoCloseable {
    /** Requests wait for the store, which a few connections serve; more threads would only queue there. */
    private static final int THREADS = 32;

    private final GrpcConfig config;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService executor;
    private final Server server;

    /**
     * Builds the server; it answers once {@link #start} is called.
     *
     * @param services those that need a credential
     * @param open those that need none
     */
    public GrpcServer(
            GrpcConfig config,
            TokenVerifier verifier,
            AuditLog log,
            List<BindableService> services,
            List<BindableService> open) {
        this.config = config;
        AtomicInteger count = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "grpc-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        config.listen().loopback("listen"))
                .executor(executor)
                .maxInboundMessageSize(1 << 20)
                .permitKeepAliveTime(20, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(health.getHealthService());
        // The last one named is asked first.
        services.forEach(service -> builder.addService(ServerInterceptors.intercept(
                service, new TextGate(), new DenialRecorder(log), new CallerGate(verifier), new ErrorDoor())));
        open.forEach(
                service -> builder.addService(ServerInterceptors.intercept(service, new TextGate(), new ErrorDoor())));
        if (config.reflection()) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        this.server = builder.build();
        services.forEach(service ->
                health.setStatus(service.bindService().getServiceDescriptor().getName(), ServingStatus.SERVING));
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
