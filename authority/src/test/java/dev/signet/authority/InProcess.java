package dev.signet.authority;

import dev.signet.authority.feed.TrustGrpc;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.grpc.DirectoryGrpc;
import dev.signet.authority.grpc.ErrorDoor;
import dev.signet.authority.grpc.TokenGrpc;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.BindableService;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The services behind the gate and the door, without a port; calls run on the threads that make them. */
public final class InProcess implements AutoCloseable {
    private final Server server;
    private final ManagedChannel channel;

    public InProcess(TestAuthority authority) {
        this(
                authority,
                List.of(
                        new DirectoryGrpc(authority.directory()),
                        new TokenGrpc(authority.tokens(), authority.directory()),
                        new TrustGrpc(
                                authority.unpublished(),
                                authority.access(),
                                authority.verifier(),
                                authority.publisher(),
                                CallerGate::presented,
                                ErrorDoor::toStatus)));
    }

    public InProcess(TestAuthority authority, List<BindableService> services) {
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
        services.forEach(service -> builder.addService(
                ServerInterceptors.intercept(service, new CallerGate(authority.verifier()), new ErrorDoor())));
        try {
            this.server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    public static CallCredentials bearer(String token) {
        return new BearerToken(token);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
