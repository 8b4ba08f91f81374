package dev.signet.authority.load;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes many calls, some of them at a time. */
final class Bulk {
    private static final int AT_A_TIME = 32;

    private Bulk() {}

    /**
     * @param answered is given the answers, in the order of the calls
     * @throws io.grpc.StatusRuntimeException where one fails; no more are made then
     */
    static <A> void run(int count, Supplier<ListenableFuture<A>> call, Consumer<A> answered) {
        Deque<ListenableFuture<A>> waiting = new ArrayDeque<>();
        for (int started = 0; started < count || !waiting.isEmpty(); ) {
            if (started < count && waiting.size() < AT_A_TIME) {
                waiting.add(call.get());
                started++;
            } else {
                answered.accept(answer(waiting.remove()));
            }
        }
    }

    private static <A> A answer(ListenableFuture<A> call) {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException(Status.trailersFromThrowable(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withCause(e).asRuntimeException();
        }
    }
}
