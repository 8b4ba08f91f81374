package dev.signet.authority.load;

import com.google.common.util.concurrent.MoreExecutors;
import dev.signet.authority.load.Messages.StreamAnswer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Calls as messages on one stream a connection, over these in turn. A stream that ends takes what was not answered with
 * it; the next call opens another.
 */
final class StreamTransport implements Transport {
    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

    private final List<? extends Channel> channels;
    private final MethodDescriptor<byte[], StreamAnswer> method;
    private final int slots;
    private final Lane[] lanes;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private int turn;

    /** @param mostInFlight the most calls that there are at a time */
    StreamTransport(List<? extends Channel> channels, MethodDescriptor<byte[], StreamAnswer> method, int mostInFlight) {
        this.channels = List.copyOf(channels);
        this.method = method;
        // So many that a free one is near.
        this.slots = Integer.highestOneBit(mostInFlight) << 2;
        this.lanes = new Lane[channels.size()];
    }

    @Override
    public void send(PlannedCall call, long intended, Recording recording) {
        turn = turn + 1 < lanes.length ? turn + 1 : 0;
        Lane lane = lanes[turn];
        if (lane == null || lane.ended != null) {
            lane = new Lane(channels.get(turn).newCall(method, OPTIONS));
            lanes[turn] = lane;
        }
        lane.send(new Pending(call, intended, recording));
    }

    @Override
    public Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    private static final class Pending {
        private final PlannedCall call;
        private final long intended;
        private final Recording recording;
        private long id;

        Pending(PlannedCall call, long intended, Recording recording) {
            this.call = call;
            this.intended = intended;
            this.recording = recording;
        }
    }

    private final class Lane extends ClientCall.Listener<StreamAnswer> {
        private final ClientCall<byte[], StreamAnswer> stream;
        private final AtomicReferenceArray<@Nullable Pending> pending = new AtomicReferenceArray<>(slots);
        private long lastId;
        private volatile Status.@Nullable Code ended;

        Lane(ClientCall<byte[], StreamAnswer> stream) {
            this.stream = stream;
            stream.start(this, new Metadata());
            stream.request(Integer.MAX_VALUE);
        }

        void send(Pending call) {
            do {
                call.id = ++lastId;
            } while (pending.get(slot(call.id)) != null);
            pending.set(slot(call.id), call);
            stream.sendMessage(Messages.withId(call.id, call.call.message()));
            Status.Code end = ended;
            if (end != null) {
                fail(slot(call.id), end);
            }
        }

        private int slot(long id) {
            return (int) (id & (slots - 1));
        }

        @Override
        public void onMessage(StreamAnswer answer) {
            int slot = slot(answer.id());
            Pending call = pending.get(slot);
            // An answer that nobody asked for is none; whoever waits for it is counted in the end.
            if (call != null && call.id == answer.id() && pending.compareAndSet(slot, call, null)) {
                if (answer.error().isEmpty()) {
                    call.recording.answered(call.call, call.intended, answer.verdict());
                } else {
                    call.recording.failed(call.call, answer.error());
                }
            }
        }

        @Override
        public void onReady() {
            threads.add(Thread.currentThread());
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Status.Code code = status.isOk() ? Status.Code.UNAVAILABLE : status.getCode();
            ended = code;
            for (int slot = 0; slot < slots; slot++) {
                fail(slot, code);
            }
        }

        private void fail(int slot, Status.Code code) {
            Pending call = pending.getAndSet(slot, null);
            if (call != null) {
                call.recording.failed(call.call, code);
            }
        }
    }
}
