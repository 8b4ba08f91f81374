package dev.signet.authority.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.signet.v1.Propagation;

/** How far every change has come at once, in the answers that tell it. */
final class FakePropagation {
    static final Propagation PROPAGATION = Propagation.newBuilder()
            .setRevision(9_007_199_254_740_993L)
            .setConfirmed(2)
            .setCertainBy(Timestamp.newBuilder()
                    .setSeconds(Cli.NOW.getEpochSecond() + 59)
                    .setNanos(500_000_000))
            .setCertainIn(Duration.newBuilder().setSeconds(59).setNanos(500_000_000))
            .build();

    private FakePropagation() {}

    @SuppressWarnings("unchecked")
    static <T extends Message> T in(T answer) {
        FieldDescriptor field = answer.getDescriptorForType().findFieldByName("propagation");
        return field == null
                ? answer
                : (T) answer.toBuilder().setField(field, PROPAGATION).build();
    }
}
