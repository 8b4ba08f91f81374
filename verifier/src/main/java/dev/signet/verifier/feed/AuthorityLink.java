package dev.signet.verifier.feed;

import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;

/** The way to the authorities: opens streams, one after the other. Used by one thread. */
public interface AuthorityLink {

    /** Opens a stream. What it brings may be told on any thread, also before this returns; in order, one at a time. */
    Requests watch(Responses responses);

    /** Leaves the connection that the last stream used, as it may be lost with nobody saying so. */
    void leaveConnection();

    /** What the verifier says on a stream. */
    interface Requests {
        void send(WatchRequest message);

        /** A message is dealt with, so one more may come; where a link reads no more than that ahead. */
        default void more() {}

        /** Ends the stream; what it still brings may be told or not. */
        void cancel(String why);
    }

    /** What a stream brings. To be taken at once: who tells it may be the thread that reads the network. */
    interface Responses {
        /** The authority can be reached; told at least once before the first message. */
        void ready();

        void message(WatchResponse message);

        /** The last word, however the stream ended. */
        void ended(Status status);
    }

    /**
     * In bytes. A pong has a line for each organization that is watched: by a channel's usual bound, some ten thousand
     * would be too many to watch.
     */
    int LARGEST_RESPONSE = 64 << 20;

    /**
     * Over gRPC.
     *
     * @param channel to the authority; not closed here
     */
    static AuthorityLink over(ManagedChannel channel, CallCredentials credentials) {
        return new GrpcLink(
                channel,
                TrustServiceGrpc.newStub(channel)
                        .withCallCredentials(credentials)
                        .withMaxInboundMessageSize(LARGEST_RESPONSE));
    }

    /**
     * Over gRPC, where the channel's own client certificate says who watches.
     *
     * @param channel to the authority, by TLS; not closed here
     */
    static AuthorityLink over(ManagedChannel channel) {
        return new GrpcLink(channel, TrustServiceGrpc.newStub(channel));
    }
}
