package dev.signet.authority.feed;

import dev.signet.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stream that takes what the test lets it take. */
final class FakeStream extends ServerCallStreamObserver<WatchResponse> {
    final List<WatchResponse> sent = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    volatile Runnable onMessage = () -> {};
    volatile Runnable onReady = () -> {};
    volatile boolean ready = true;
    volatile boolean cancelled;
    volatile boolean broken;
    /** How many messages the one that serves it has asked for; counts where it asks by itself. */
    volatile int requested;

    volatile boolean asksByItself;

    @Override
    public void onNext(WatchResponse message) {
        if (broken || ended.isDone()) {
            throw new IllegalStateException("call already closed");
        }
        sent.add(message);
        onMessage.run();
    }

    @Override
    public void onError(Throwable error) {
        end(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        end(Status.OK);
    }

    private void end(Status status) {
        if (broken || !ended.complete(status)) {
            throw new IllegalStateException("call already closed");
        }
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable onCancelHandler) {}

    @Override
    public void setOnCloseHandler(Runnable onCloseHandler) {}

    @Override
    public void setOnReadyHandler(Runnable onReadyHandler) {
        onReady = onReadyHandler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoRequest() {
        asksByItself = true;
    }

    @Override
    public synchronized void request(int count) {
        requested += count;
    }

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
}
