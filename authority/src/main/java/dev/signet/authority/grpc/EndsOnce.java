package dev.signet.authority.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call that others than its handler may end as well: the first who does has the last word. */
final class EndsOnce<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean ended;

    EndsOnce(ServerCall<Q, R> call) {
        super(call);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!ended) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(R message) {
        if (!ended) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!ended) {
            ended = true;
            super.close(status, trailers);
        }
    }
}
