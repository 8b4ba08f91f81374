package dev.signet.authority.cli;

import dev.signet.authority.trace.TraceContext;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One server, called with a deadline and a credential. */
final class Peer implements AutoCloseable {
    static final int DEADLINE_SECONDS = 10;

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of(TraceContext.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private final Metadata metadata = new Metadata();
    private final @Nullable PrintStream terminal;

    Peer(Server server, Endpoint endpoint, ManagedChannel channel, @Nullable String token) {
        this(server, endpoint, channel, token, null);
    }

    /** @param terminal where somebody sees what takes long, or null */
    Peer(
            Server server,
            Endpoint endpoint,
            ManagedChannel channel,
            @Nullable String token,
            @Nullable PrintStream terminal) {
        this.terminal = terminal;
        this.server = server;
        this.endpoint = endpoint;
        this.channel = channel;
        if (token != null) {
            metadata.put(AUTHORIZATION, "Bearer " + token);
        }
    }

    /**
     * Hands on the trace of whoever started this process, as pipelines do by {@code TRACEPARENT}.
     *
     * @param traceparent by W3C Trace Context; anything else is not sent
     */
    Peer tracedBy(@Nullable String traceparent) {
        if (traceparent != null && TraceContext.of(traceparent) != null) {
            metadata.put(TRACEPARENT, traceparent);
        }
        return this;
    }

    /** Makes one call; whatever goes wrong leaves as a {@link Failure}. */
    <S extends AbstractStub<S>, T> T call(Function<Channel, S> stub, Function<S, T> rpc) {
        return call(DEADLINE_SECONDS, stub, rpc);
    }

    /** As above, for what may take longer, as it waits for verifiers. */
    <S extends AbstractStub<S>, T> T call(int seconds, Function<Channel, S> stub, Function<S, T> rpc) {
        try (Waiting shown = terminal == null || seconds <= DEADLINE_SECONDS ? null : new Waiting(terminal)) {
            return rpc.apply(stub.apply(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                    .withDeadlineAfter(seconds, TimeUnit.SECONDS));
        } catch (StatusRuntimeException e) {
            throw Failure.answered(
                    StatusLine.of(e, server, endpoint, seconds), e.getStatus().getCode());
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
