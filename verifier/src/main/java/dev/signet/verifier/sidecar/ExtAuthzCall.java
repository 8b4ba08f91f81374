package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One check of Envoy's. Every denial is an answer, and none an error of the call, as Envoy can be told to let a request
 * pass where a call fails.
 */
final class ExtAuthzCall extends ServerCall.Listener<ExtAuthzQuestion> implements Decisions.Asker {
    private static final Logger LOG = LoggerFactory.getLogger(ExtAuthzCall.class);

    private final ServerCall<ExtAuthzQuestion, byte[]> call;
    private final Decisions decisions;
    private final Lane lane;
    private @Nullable ExtAuthzQuestion asked;

    ExtAuthzCall(ServerCall<ExtAuthzQuestion, byte[]> call, Decisions decisions, Lane lane) {
        this.call = call;
        this.decisions = decisions;
        this.lane = lane;
        call.request(2);
    }

    @Override
    public void onMessage(ExtAuthzQuestion message) {
        asked = message;
    }

    @Override
    public void onHalfClose() {
        ExtAuthzQuestion asked = this.asked;
        if (asked == null) {
            call.close(Status.INTERNAL.withDescription("a request without a message"), new Metadata());
        } else if (asked.question() == null) {
            UnaryCall.answer(call, ExtAuthzAnswers.of(Objects.requireNonNull(asked.denial())));
        } else {
            decide(asked.question());
        }
    }

    private void decide(Question question) {
        try {
            decisions.decide(question, lane, this);
        } catch (RuntimeException e) {
            LOG.error("no verdict", e);
            refused(question, Refusal.FAULT);
        }
    }

    @Override
    public void decided(Question question, Verdict verdict) {
        UnaryCall.answer(call, ExtAuthzAnswers.of(verdict));
    }

    @Override
    public void refused(Question question, Refusal refusal) {
        UnaryCall.answer(call, ExtAuthzAnswers.of(Denial.of(refusal)));
    }

    @Override
    public boolean isGone() {
        return call.isCancelled();
    }
}
