package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * One {@code VerifyStream}. As many requests as {@link #WINDOW} are read ahead of their answers, and no more while the
 * client does not take its answers: what it has not asked to read yet stays in its own hands.
 */
final class StreamCall extends ServerCall.Listener<Question> implements Decisions.Asker {
    static final int WINDOW = 256;

    private final ServerCall<Question, byte[]> call;
    private final Decisions decisions;
    private final Lane lane;
    /** Requests; counted by the event loop alone, and read by others after the last one only. */
    private long asked;

    private long answered;
    /** Answers for which no further request was asked for yet. */
    private int owed;

    private boolean halfClosed;
    private boolean closed;

    StreamCall(ServerCall<Question, byte[]> call, Decisions decisions, Lane lane) {
        this.call = call;
        this.decisions = decisions;
        this.lane = lane;
        call.sendHeaders(new Metadata());
        call.request(WINDOW);
    }

    @Override
    public void onMessage(Question question) {
        asked++;
        if (question.mistake() != null) {
            refused(question, Refusal.of(question.mistake()));
        } else {
            decisions.decide(question, lane, this);
        }
    }

    @Override
    public void decided(Question question, Verdict verdict) {
        answer(Answers.streamed(question.id(), verdict));
    }

    @Override
    public void refused(Question question, Refusal refusal) {
        answer(Answers.streamed(question.id(), refusal.reason(), refusal.field(), refusal.message()));
    }

    @Override
    public boolean isGone() {
        return call.isCancelled();
    }

    @Override
    public synchronized void onHalfClose() {
        halfClosed = true;
        closeIfDone();
    }

    @Override
    public synchronized void onCancel() {
        closed = true;
    }

    @Override
    public synchronized void onReady() {
        askForMore();
    }

    /** Answers come from the event loop and from the pool, and calls are not safe for that by themselves. */
    private synchronized void answer(byte[] answer) {
        if (closed) {
            return;
        }
        call.sendMessage(answer);
        answered++;
        owed++;
        if (halfClosed) {
            closeIfDone();
        } else if (owed >= WINDOW / 2) {
            askForMore();
        }
    }

    private void askForMore() {
        if (owed > 0 && !closed && call.isReady()) {
            call.request(owed);
            owed = 0;
        }
    }

    private void closeIfDone() {
        if (answered == asked && !closed) {
            closed = true;
            call.close(Status.OK, new Metadata());
        }
    }
}
