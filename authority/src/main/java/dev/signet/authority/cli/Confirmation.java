package dev.signet.authority.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.signet.v1.AudienceCertainty;
import dev.signet.v1.Propagation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Option;

/** How a verb that verifiers must learn of is told to wait for them, and tells how far they are. */
final class Confirmation {
    /** The longest that the authority lets an answer wait. */
    private static final Duration LONGEST = Duration.ofHours(24);

    @Option(
            names = "--wait",
            description = "wait until every connected verifier has confirmed, or the change is certain anyway")
    private boolean wait;

    /** Has a request's answer wait, where that is wanted. */
    void ask(Message.Builder request) {
        if (wait) {
            request.setField(
                    request.getDescriptorForType().findFieldByName("wait"), Durations.fromSeconds(LONGEST.toSeconds()));
        }
    }

    /** How long the call may take. */
    int deadlineSeconds() {
        return Peer.DEADLINE_SECONDS + (wait ? (int) LONGEST.toSeconds() : 0);
    }

    /** Tells how far the change is that an answer is about, where verifiers must learn it. */
    void tell(Shell shell, Message answer) {
        FieldDescriptor field = answer.getDescriptorForType().findFieldByName("propagation");
        if (answer.hasField(field)) {
            Propagation propagation = (Propagation) answer.getField(field);
            shell.say(line(propagation));
            if (propagation.getPendingVerifiersCount() > 0) {
                shell.say(pending(propagation));
            }
            propagation.getAudiencesList().forEach(audience -> shell.say(line(audience)));
        }
    }

    private static String pending(Propagation propagation) {
        int more = propagation.getPending() - propagation.getPendingVerifiersCount();
        return "  Pending: " + String.join(", ", propagation.getPendingVerifiersList())
                + (more > 0 ? " and " + more + " more." : ".");
    }

    private static String line(AudienceCertainty audience) {
        return (audience.getAudience().isEmpty() ? "  Other tokens: " : "  Tokens for " + audience.getAudience() + ": ")
                + when(audience.getCertainBy(), audience.getCertainIn()) + ".";
    }

    private static String line(Propagation propagation) {
        return "Certain at every verifier " + when(propagation.getCertainBy(), propagation.getCertainIn())
                + "; " + propagation.getConfirmed() + (propagation.getConfirmed() == 1 ? " verifier" : " verifiers")
                + " confirmed, " + propagation.getPending() + " pending.";
    }

    /** Whole seconds, rounded up: nothing is promised too early. */
    private static String when(Timestamp by, com.google.protobuf.Duration in) {
        Instant certainBy = Times.instant(by).plusSeconds(1).minusNanos(1).truncatedTo(ChronoUnit.SECONDS);
        Duration left = Duration.ofSeconds(in.getSeconds(), in.getNanos());
        return left.isZero()
                ? "since " + certainBy
                : "by " + certainBy + " (in "
                        + left.plusSeconds(1).minusNanos(1).toSeconds() + " s)";
    }
}
