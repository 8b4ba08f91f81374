package dev.signet.authority.grpc;

import dev.signet.verifier.feed.BearerToken;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The services for the other edges of this process: what comes by HTTP is one more client of them, behind the same
 * guards. A call runs on the thread that makes it. Thread-safe.
 */
public final class LocalServer implements AutoCloseable {
    /** Where a call came from in truth; believed within the process only. */
    static final Metadata.Key<String> PEER = Metadata.Key.of("signet-peer", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final ManagedChannel channel;

    /** Starts at once, as there is no port that others could reach. */
    public LocalServer(GuardedServices services) {
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
        services.all().forEach(builder::addService);
        try {
            this.server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    /**
     * The services as somebody reaches them.
     *
     * @param address where the caller is, for the audit log
     * @param token the caller's credential, null for none
     */
    public Channel from(String address, @Nullable String token) {
        Metadata headers = new Metadata();
        headers.put(PEER, address);
        if (token != null) {
            headers.put(BearerToken.AUTHORIZATION, "Bearer " + token);
        }
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** The services, with nothing said of who calls. */
    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
