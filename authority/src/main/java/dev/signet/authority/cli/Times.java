package dev.signet.authority.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Times as a table shows them: relative to now. */
record Times(Instant now) {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    String ago(Timestamp timestamp) {
        String amount = amount(Duration.between(instant(timestamp), now));
        return amount.isEmpty() ? "Just now" : amount + " ago";
    }

    /** As above; {@code never} where no time is set. */
    String lastUsed(boolean set, Timestamp timestamp) {
        return set ? ago(timestamp) : "never";
    }

    /** Until a token expires; {@code never} where no time is set. */
    String until(boolean set, Timestamp timestamp) {
        if (!set) {
            return "never";
        }
        Duration left = Duration.between(now, instant(timestamp));
        if (left.isNegative() || left.isZero()) {
            return "expired";
        }
        // A token made for 30 days has 30 days left, not 29 and some hours.
        Duration unit = left.compareTo(DAY) >= 0 ? DAY : left.compareTo(HOUR) >= 0 ? HOUR : Duration.ZERO;
        String amount = amount(left.plus(unit.dividedBy(2)));
        return amount.isEmpty() ? "within a minute" : "in " + amount;
    }

    private static String amount(Duration duration) {
        if (duration.toDays() > 0) {
            return count(duration.toDays(), "day");
        }
        if (duration.toHours() > 0) {
            return count(duration.toHours(), "hour");
        }
        return duration.toMinutes() > 0 ? count(duration.toMinutes(), "minute") : "";
    }

    private static String count(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
