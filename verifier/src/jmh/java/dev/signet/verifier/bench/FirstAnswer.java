package dev.signet.verifier.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.VerifyResponse;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until a server that is starting accepts a token. */
final class FirstAnswer {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Whatever is shorter is a rejection. */
    private static final int SHORTEST = 16;

    private FirstAnswer() {}

    /** The answer by which the token was accepted. */
    static byte[] await(InetSocketAddress address, String token) throws InterruptedException {
        long deadline = awaitListening(address);
        try (LoadClient client = new LoadClient(address)) {
            while (true) {
                byte[] answer = client.ask(Requests.verify(token));
                if (answer.length >= SHORTEST) {
                    return answer;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException(
                            "not accepted in time, at last " + VerifyResponse.parseFrom(answer));
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("no answer of VerifierService", e);
        } catch (StatusRuntimeException e) {
            throw new IllegalStateException("no answer from " + address, e);
        }
    }

    /** The first answer of a server that serves as soon as it listens. */
    static byte[] await(InetSocketAddress address, MethodDescriptor<byte[], byte[]> method, byte[] request) {
        awaitListening(address);
        try (LoadClient client = new LoadClient(address, method)) {
            return client.ask(request);
        }
    }

    /** Until when there is patience for what comes then. */
    static long awaitListening(InetSocketAddress address) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isListening(address)) {
            requireBefore(deadline);
            LockSupport.parkNanos(POLL_NANOS);
        }
        return deadline;
    }

    private static boolean isListening(InetSocketAddress address) {
        try (SocketChannel channel = SocketChannel.open()) {
            return channel.connect(address);
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireBefore(long deadline) {
        if (System.nanoTime() - deadline > 0) {
            throw new IllegalStateException("nothing listens in time");
        }
    }
}
