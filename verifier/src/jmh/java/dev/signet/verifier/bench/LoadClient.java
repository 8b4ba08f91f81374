package dev.signet.verifier.bench;

import dev.signet.v1.VerifierServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One client on one connection and one thread. */
final class LoadClient implements AutoCloseable {
    static final MethodDescriptor<byte[], byte[]> VERIFY = Bytes.method(VerifierServiceGrpc.getVerifyMethod());
    private static final MethodDescriptor<byte[], byte[]> STREAM =
            Bytes.method(VerifierServiceGrpc.getVerifyStreamMethod());

    /**
     * What came of a run.
     *
     * @param odd answers that were not as long as they should be
     * @param failed calls that ended with an error
     */
    record Result(double perSecond, double p50Micros, double p99Micros, long answers, long odd, long failed) {}

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;
    private final MethodDescriptor<byte[], byte[]> method;

    /** Calls {@code Verify}. */
    LoadClient(SocketAddress address) {
        this(address, VERIFY);
    }

    LoadClient(SocketAddress address, MethodDescriptor<byte[], byte[]> method) {
        this.method = method;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address);
        channel = (address instanceof UnixDomainSocketAddress
                        ? builder.channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        : builder.channelType(NioSocketChannel.class, InetSocketAddress.class))
                .eventLoopGroup(loop)
                .directExecutor()
                .flowControlWindow(1 << 20)
                .usePlaintext()
                .build();
    }

    /** One call, for which it waits. */
    byte[] ask(byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), request);
    }

    /** Has so many calls open at any time, for so long. */
    Result unary(Supplier<byte[]> requests, int inFlight, int answerLength, long millis) throws InterruptedException {
        Run run = new Run(answerLength, inFlight);
        for (int i = 0; i < inFlight; i++) {
            run.call(requests);
        }
        return run.end(millis);
    }

    /** Has so many requests on one stream without an answer, for so long. */
    Result stream(Supplier<byte[]> requests, int inFlight, int answerLength, long millis) throws InterruptedException {
        Run run = new Run(answerLength, 1);
        run.stream(requests, inFlight);
        return run.end(millis);
    }

    /** Calls at a fixed rate, whether answers come or not; the time counts from when a call should have begun. */
    Result atRate(Supplier<byte[]> requests, int perSecond, int answerLength, long millis) throws InterruptedException {
        int calls = (int) (perSecond * millis / 1000);
        Run run = new Run(answerLength, calls);
        long begin = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            long due = begin + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            run.callOnce(requests.get(), due);
        }
        return run.end(0);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Run {
        private final Histogram nanos = new ConcurrentHistogram(3);
        private final int answerLength;
        private final CountDownLatch ended;
        private final long begin = System.nanoTime();
        private volatile boolean ending;
        private long answers;
        private long odd;
        private long failed;

        Run(int answerLength, int calls) {
            this.answerLength = answerLength;
            ended = new CountDownLatch(calls);
        }

        Result end(long millis) throws InterruptedException {
            Thread.sleep(millis);
            ending = true;
            if (!ended.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("calls without an end: " + ended.getCount());
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Result(
                    answers / seconds,
                    nanos.getValueAtPercentile(50) / 1e3,
                    nanos.getValueAtPercentile(99) / 1e3,
                    answers,
                    odd,
                    failed);
        }

        /** One call after the other. */
        void call(Supplier<byte[]> requests) {
            one(requests.get(), System.nanoTime(), requests);
        }

        void callOnce(byte[] request, long due) {
            one(request, due, null);
        }

        private void one(byte[] request, long begun, @Nullable Supplier<byte[]> next) {
            ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(byte[] answer) {
                            note(answer, begun);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (!status.isOk()) {
                                failed++;
                            }
                            if (next == null || ending) {
                                ended.countDown();
                            } else {
                                call(next);
                            }
                        }
                    },
                    new Metadata());
            call.sendMessage(request);
            call.halfClose();
            call.request(2);
        }

        void stream(Supplier<byte[]> requests, int inFlight) {
            ClientCall<byte[], byte[]> call = channel.newCall(STREAM, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        private boolean halfClosed;

                        @Override
                        public void onMessage(byte[] answer) {
                            note(answer, System.nanoTime());
                            if (!ending) {
                                call.sendMessage(requests.get());
                            } else if (!halfClosed) {
                                halfClosed = true;
                                call.halfClose();
                            }
                            call.request(1);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (!status.isOk()) {
                                failed++;
                            }
                            ended.countDown();
                        }
                    },
                    new Metadata());
            for (int i = 0; i < inFlight; i++) {
                call.sendMessage(requests.get());
            }
            call.request(inFlight);
        }

        private void note(byte[] answer, long begun) {
            nanos.recordValue(System.nanoTime() - begun);
            answers++;
            if (answer.length != answerLength) {
                odd++;
            }
        }
    }
}
