package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.Question.Mistake;
import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code BatchCheck}: what is known is decided at once, and the rest in turns of one signature check each. */
final class BatchCall extends ServerCall.Listener<List<Question>> implements SignaturePool.Work {
    static final int MAXIMUM = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(BatchCall.class);

    private final ServerCall<List<Question>, byte[]> call;
    private final Decisions decisions;
    private final Lane lane;
    private @Nullable List<Question> questions;

    private byte[][] answers = {};
    private long textBytes;
    private final Deque<Integer> firstSeen = new ArrayDeque<>();
    /** Which ones lack an organization, and which one. */
    private final Map<Integer, String> missing = new HashMap<>();

    BatchCall(ServerCall<List<Question>, byte[]> call, Decisions decisions, Lane lane) {
        this.call = call;
        this.decisions = decisions;
        this.lane = lane;
        call.request(2);
    }

    @Override
    public void onMessage(List<Question> asked) {
        questions = asked;
    }

    @Override
    public void onHalfClose() {
        if (questions == null) {
            call.close(Status.INTERNAL.withDescription("a request without a message"), new Metadata());
            return;
        }
        Mistake mistake = mistake(questions);
        if (mistake != null) {
            Refusal.of(mistake).close(call);
            return;
        }
        answers = new byte[questions.size()][];
        for (int at = 0; at < answers.length; at++) {
            Verdict known = decisions.known(questions.get(at));
            if (known == null) {
                firstSeen.add(at);
            } else {
                note(at, known);
            }
            textBytes += questions.get(at).token().length();
        }
        if (firstSeen.isEmpty()) {
            conclude();
        } else {
            lane.add(this);
        }
    }

    private static @Nullable Mistake mistake(List<Question> questions) {
        if (questions.size() > MAXIMUM) {
            return new Mistake("checks", "must be 1,000 at most");
        }
        for (int at = 0; at < questions.size(); at++) {
            Mistake mistake = questions.get(at).mistake();
            if (mistake != null) {
                return mistake.in("checks[" + at + "]");
            }
        }
        return null;
    }

    @Override
    public long textBytes() {
        return textBytes;
    }

    @Override
    public boolean checkOne() {
        if (call.isCancelled()) {
            return false;
        }
        decide(firstSeen.remove());
        if (!firstSeen.isEmpty()) {
            return true;
        }
        conclude();
        return false;
    }

    @Override
    public void refuse(Refusal refusal) {
        decisions.refused(refusal);
        refusal.close(call);
    }

    private void decide(int at) {
        note(at, decisions.decided(Objects.requireNonNull(questions).get(at)));
    }

    private void note(int at, Verdict verdict) {
        answers[at] = Answers.of(verdict);
        String organization = Decisions.missing(verdict);
        if (organization != null) {
            missing.put(at, organization);
        }
    }

    private void conclude() {
        if (missing.isEmpty() || !decisions.whenLoaded(Map.copyOf(missing).values(), this::decideMissing)) {
            UnaryCall.answer(call, Answers.batch(answers));
        }
    }

    private void decideMissing() {
        try {
            missing.keySet().forEach(this::decide);
            UnaryCall.answer(call, Answers.batch(answers));
        } catch (RuntimeException e) {
            LOG.error("no verdict", e);
            refuse(Refusal.FAULT);
        }
    }
}
