package dev.signet.authority.load;

import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Presents every token once before anything is measured: so the verifier knows those that are to be known, and what it
 * would reject for another reason than it should is told at once and not after the run.
 */
final class Rehearsal {
    /** How long a verifier may take to learn what was just done at the authority. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private static final long AGAIN_AFTER = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long POLL = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int AT_A_TIME = 64;

    private final Timing timing;
    private final BooleanSupplier stopped;

    Rehearsal(Timing timing, BooleanSupplier stopped) {
        this.timing = timing;
        this.stopped = stopped;
    }

    /** @throws LoadFailure where the verifier does not answer, or not as it should */
    void present(List<PlannedCall> calls, Transport transport, Progress progress) {
        long deadline = timing.nanos() + PATIENCE;
        while (!stopped.getAsBoolean()) {
            Map<Kind, KindResult> results = once(calls, transport, deadline);
            String problem = problem(results);
            if (problem.isEmpty()) {
                progress.prepares("presenting every token once", calls.size(), calls.size());
                return;
            }
            if (timing.nanos() - deadline > 0 || isForGood(results)) {
                throw new LoadFailure(problem);
            }
            timing.pause(AGAIN_AFTER);
        }
    }

    private Map<Kind, KindResult> once(List<PlannedCall> calls, Transport transport, long deadline) {
        Set<Kind> kinds = calls.stream().map(PlannedCall::kind).collect(Collectors.toSet());
        Recording recording = new Recording(timing, kinds);
        for (PlannedCall call : calls) {
            await(recording, AT_A_TIME - 1, deadline);
            long now = timing.nanos();
            recording.started(call.kind(), now, now);
            transport.send(call, now, recording);
        }
        await(recording, 0, deadline);
        return recording.results();
    }

    private void await(Recording recording, int inFlight, long deadline) {
        while (recording.inFlight() > inFlight && timing.nanos() - deadline < 0 && !stopped.getAsBoolean()) {
            timing.pause(POLL);
        }
    }

    /** A sidecar may be starting, or about to learn something; it will not learn a method that it has not. */
    private static boolean isForGood(Map<Kind, KindResult> results) {
        return results.values().stream()
                .anyMatch(result -> result.errors().containsKey(Status.Code.UNIMPLEMENTED.name()));
    }

    private static String problem(Map<Kind, KindResult> results) {
        for (Map.Entry<Kind, KindResult> each : results.entrySet()) {
            KindResult result = each.getValue();
            if (!result.errors().isEmpty()) {
                return "the sidecar does not answer: " + result.errors();
            }
            if (result.wrong() > 0) {
                return "the sidecar has unexpected verdicts on " + each.getKey().label() + " tokens: "
                        + result.verdicts() + ". Does it follow this authority, and this organization?";
            }
        }
        return "";
    }
}
