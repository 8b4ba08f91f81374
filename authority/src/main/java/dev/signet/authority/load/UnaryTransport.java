package dev.signet.authority.load;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One gRPC call each, over the connections in turn; answers are taken where they arrive, on the event loop. */
final class UnaryTransport implements Transport {
    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

    private final List<? extends Channel> channels;
    private final MethodDescriptor<byte[], Integer> method;
    private final Metadata headers;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private int turn;

    /** @param headers sent with every call */
    UnaryTransport(List<? extends Channel> channels, MethodDescriptor<byte[], Integer> method, Metadata headers) {
        this.channels = List.copyOf(channels);
        this.method = method;
        this.headers = headers;
    }

    @Override
    public void send(PlannedCall call, long intended, Recording recording) {
        turn = turn + 1 < channels.size() ? turn + 1 : 0;
        ClientCall<byte[], Integer> sent = channels.get(turn).newCall(method, OPTIONS);
        Metadata own = new Metadata();
        own.merge(headers);
        sent.start(new Answer(call, intended, recording), own);
        sent.request(2);
        sent.sendMessage(call.message());
        sent.halfClose();
    }

    @Override
    public Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    private final class Answer extends ClientCall.Listener<Integer> {
        private final PlannedCall call;
        private final long intended;
        private final Recording recording;
        private @Nullable Integer verdict;

        Answer(PlannedCall call, long intended, Recording recording) {
            this.call = call;
            this.intended = intended;
            this.recording = recording;
        }

        @Override
        public void onMessage(Integer message) {
            verdict = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            threads.add(Thread.currentThread());
            if (!status.isOk()) {
                recording.failed(call, status.getCode());
            } else if (verdict == null) {
                recording.failed(call, Status.Code.INTERNAL);
            } else {
                recording.answered(call, intended, verdict);
            }
        }
    }
}
