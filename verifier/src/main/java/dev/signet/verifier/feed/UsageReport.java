package dev.signet.verifier.feed;

import com.google.protobuf.Duration;
import dev.signet.v1.SubjectUse;
import dev.signet.v1.Usage;
import dev.signet.verifier.token.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the authority is told of the use of credentials. */
final class UsageReport {
    private static final int USES_PER_MESSAGE = 1_000;

    private UsageReport() {}

    /** The uses as messages, each of them small; ages instead of times, as nobody's clocks need to agree. */
    static List<Usage> of(List<Use> uses, long nowMillis) {
        List<Usage> messages = new ArrayList<>();
        for (int from = 0; from < uses.size(); from += USES_PER_MESSAGE) {
            Usage.Builder message = Usage.newBuilder();
            for (Use use : uses.subList(from, Math.min(uses.size(), from + USES_PER_MESSAGE))) {
                long age = Math.max(0, TimeUnit.MILLISECONDS.toSeconds(nowMillis - use.millis()));
                message.addUses(SubjectUse.newBuilder()
                        .setOrganization(use.organization())
                        .setSubject(use.subject())
                        .setAge(Duration.newBuilder().setSeconds(age)));
            }
            messages.add(message.build());
        }
        return messages;
    }
}
