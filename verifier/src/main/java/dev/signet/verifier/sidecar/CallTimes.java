package dev.signet.verifier.sidecar;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How many calls of one method came, and how long those took that were answered. */
final class CallTimes {
    /** As grpc's own for latencies (gRFC A66). */
    private static final double[] SECONDS = {
        0.00001,
        0.00005,
        0.0001,
        0.0003,
        0.0006,
        0.0008,
        0.001,
        0.002,
        0.003,
        0.004,
        0.005,
        0.006,
        0.008,
        0.01,
        0.013,
        0.016,
        0.02,
        0.025,
        0.03,
        0.04,
        0.05,
        0.065,
        0.08,
        0.1,
        0.13,
        0.16,
        0.2,
        0.25,
        0.3,
        0.4,
        0.5,
        0.65,
        0.8,
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        Double.POSITIVE_INFINITY
    };

    private static final long[] NANOS = new long[SECONDS.length];

    static {
        Arrays.setAll(NANOS, index -> (long) (SECONDS[index] * 1e9));
    }

    private final String method;
    private final LongAdder started = new LongAdder();
    private final ConcurrentMap<Status.Code, Times> byStatus = new ConcurrentHashMap<>();

    CallTimes(MethodDescriptor<?, ?> method) {
        this.method = method.getFullMethodName();
    }

    String method() {
        return method;
    }

    long started() {
        return started.sum();
    }

    Map<Status.Code, Times> byStatus() {
        return byStatus;
    }

    /** Counts a call, and times it when it is closed. */
    <Q, R> ServerCall<Q, R> timed(ServerCall<Q, R> call) {
        started.increment();
        long began = System.nanoTime();
        return new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                byStatus.computeIfAbsent(status.getCode(), code -> new Times()).add(System.nanoTime() - began);
                super.close(status, trailers);
            }
        };
    }

    /** How often a call took how long. */
    static final class Times {
        private final LongAdder[] buckets = new LongAdder[NANOS.length];
        private final LongAdder nanos = new LongAdder();

        private Times() {
            Arrays.setAll(buckets, index -> new LongAdder());
        }

        private void add(long took) {
            int at = Arrays.binarySearch(NANOS, took);
            buckets[at < 0 ? -at - 1 : at].increment();
            nanos.add(took);
        }

        double[] bounds() {
            return SECONDS.clone();
        }

        long[] counts() {
            long[] counts = new long[buckets.length];
            Arrays.setAll(counts, index -> buckets[index].sum());
            return counts;
        }

        double seconds() {
            return nanos.sum() / 1e9;
        }
    }
}
