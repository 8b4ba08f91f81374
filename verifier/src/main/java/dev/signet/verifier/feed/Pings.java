package dev.signet.verifier.feed;

import com.google.protobuf.ByteString;
import dev.signet.v1.Ping;
import dev.signet.verifier.trust.BootClock;
import dev.signet.verifier.trust.Freshness;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The pings of one connection that nobody answered yet. Used by one thread. */
final class Pings {
    private static final int NONCE_BYTES = 16;

    private final RandomGenerator random;
    private final Map<ByteString, Sent> unanswered = new HashMap<>();
    private int sent;

    Pings(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A ping on its way.
     *
     * @param at when it left
     * @param boot when it left, by a clock that outlives the process; null where there is none
     * @param newestHeld the last revision that was held then
     * @param number which ping of the connection it is, from 1
     */
    record Sent(Freshness.Measured at, BootClock.@Nullable Reading boot, long newestHeld, int number) {}

    int unanswered() {
        return unanswered.size();
    }

    boolean areAnswered() {
        return unanswered.isEmpty();
    }

    /** How many were sent. */
    int sent() {
        return sent;
    }

    Ping next(Freshness.Measured at, BootClock.@Nullable Reading boot, long newestHeld) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        ByteString nonce = ByteString.copyFrom(bytes);
        unanswered.put(nonce, new Sent(at, boot, newestHeld, ++sent));
        return Ping.newBuilder().setNonce(nonce).build();
    }

    /** The ping that is answered; null where none with this nonce is on its way. */
    @Nullable
    Sent answered(ByteString nonce) {
        return unanswered.remove(nonce);
    }

    /** Pings before an answered one no longer count as missed. */
    void forgetBefore(Sent answered) {
        unanswered
                .values()
                .removeIf(earlier -> earlier.at().sentNanos() - answered.at().sentNanos() < 0);
    }

    /** Another history has begun: what was held of the old one cannot be compared with its head. */
    void startHistoryOver() {
        unanswered.replaceAll((nonce, sent) -> new Sent(sent.at(), sent.boot(), 0, sent.number()));
    }
}
