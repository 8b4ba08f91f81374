package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** One {@code Verify} or {@code Check}. */
final class UnaryCall extends ServerCall.Listener<Question> implements Decisions.Asker {
    private final ServerCall<Question, byte[]> call;
    private final Decisions decisions;
    private final Lane lane;
    private @Nullable Question question;

    UnaryCall(ServerCall<Question, byte[]> call, Decisions decisions, Lane lane) {
        this.call = call;
        this.decisions = decisions;
        this.lane = lane;
        // One more than there may be: its absence is told by the half-close.
        call.request(2);
    }

    @Override
    public void onMessage(Question asked) {
        question = asked;
    }

    @Override
    public void onHalfClose() {
        Question asked = question;
        if (asked == null) {
            call.close(Status.INTERNAL.withDescription("a request without a message"), new Metadata());
        } else if (asked.mistake() != null) {
            Refusal.of(asked.mistake()).close(call);
        } else {
            decisions.decide(asked, lane, this);
        }
    }

    @Override
    public void decided(Question question, Verdict verdict) {
        answer(call, Answers.of(verdict));
    }

    @Override
    public void refused(Question question, Refusal refusal) {
        refusal.close(call);
    }

    @Override
    public boolean isGone() {
        return call.isCancelled();
    }

    /** The one message of a call, and its end. */
    static void answer(ServerCall<?, byte[]> call, byte[] answer) {
        call.sendHeaders(new Metadata());
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
    }
}
