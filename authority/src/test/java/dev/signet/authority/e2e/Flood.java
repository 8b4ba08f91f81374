package dev.signet.authority.e2e;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A client that asks at its own rate, whatever is answered: it neither waits nor stops. What it could not send, as it has as
 * many calls without an answer as it can hold, is counted.
 *
 * @param <A> what it is answered
 */
final class Flood<A> implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int MOST_UNANSWERED = 8_192;
    private static final long TICK_NANOS = 1_000_000;

    /** Its own, as others of this process are to have no more to do with it than the processor. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final ManagedChannel[] channels = new ManagedChannel[CONNECTIONS];
    private final Function<Channel, ListenableFuture<A>> call;
    private final double perSecond;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final Map<Status.Code, LongAdder> ends = new ConcurrentHashMap<>();
    private final Queue<A> answers = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "flood");
    private volatile boolean stopped;

    /** Begins at once. */
    Flood(int port, double perSecond, Function<Channel, ListenableFuture<A>> call) {
        this.perSecond = perSecond;
        this.call = call;
        for (int each = 0; each < CONNECTIONS; each++) {
            channels[each] = NettyChannelBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .usePlaintext()
                    .eventLoopGroup(loops)
                    .channelType(NioSocketChannel.class)
                    .directExecutor()
                    .build();
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long began = System.nanoTime();
        long planned = 0;
        while (!stopped) {
            long due = (long) ((System.nanoTime() - began) / 1e9 * perSecond);
            for (; planned < due && !stopped; planned++) {
                if (unanswered.get() < MOST_UNANSWERED) {
                    send((int) (planned % CONNECTIONS));
                } else {
                    unsent.increment();
                }
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void send(int channel) {
        sent.increment();
        unanswered.incrementAndGet();
        Futures.addCallback(
                call.apply(channels[channel]),
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(A answer) {
                        answers.add(answer);
                        end(Status.Code.OK);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        end(Status.fromThrowable(failure).getCode());
                    }
                },
                MoreExecutors.directExecutor());
    }

    private void end(Status.Code code) {
        ends.computeIfAbsent(code, unknown -> new LongAdder()).increment();
        unanswered.decrementAndGet();
    }

    /** What was done and acknowledged. */
    Queue<A> answers() {
        return answers;
    }

    long sent() {
        return sent.sum();
    }

    long ended(Status.Code code) {
        LongAdder count = ends.get(code);
        return count == null ? 0 : count.sum();
    }

    /** Sends no more. */
    void stopSending() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    /** Sends no more, and waits for what is under way. */
    Flood<A> stop() throws InterruptedException {
        stopSending();
        for (int wait = 0; wait < 400 && unanswered.get() > 0; wait++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return this;
    }

    @Override
    public String toString() {
        return "%d sent, %d that it could not send, ended as %s, %d unanswered"
                .formatted(sent.sum(), unsent.sum(), ends, unanswered.get());
    }

    @Override
    public void close() {
        stopped = true;
        for (ManagedChannel channel : channels) {
            channel.shutdownNow();
        }
        var unused = loops.shutdownGracefully();
    }
}
