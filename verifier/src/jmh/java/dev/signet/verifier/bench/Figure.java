package dev.signet.verifier.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing measured beside another in the same run.
 *
 * @param name what was measured
 * @param value the median
 * @param unit of both values
 * @param against the floor or the peer
 * @param againstValue its median
 * @param bound what the ratio of the two may be; null where it is only looked at
 */
public record Figure(
        String name,
        double value,
        String unit,
        String against,
        double againstValue,
        @Nullable Bound bound) {

    /** A limit of a ratio. */
    public record Bound(Direction direction, double limit) {
        boolean holds(double ratio) {
            return direction == Direction.AT_MOST ? ratio <= limit : ratio >= limit;
        }

        @Override
        public String toString() {
            return (direction == Direction.AT_MOST ? "≤ " : "≥ ") + limit;
        }
    }

    /** On which side of the limit the ratio must be. */
    public enum Direction {
        AT_MOST,
        AT_LEAST
    }

    public static Bound atMost(double limit) {
        return new Bound(Direction.AT_MOST, limit);
    }

    public static Bound atLeast(double limit) {
        return new Bound(Direction.AT_LEAST, limit);
    }

    double ratio() {
        return value / againstValue;
    }

    @Nullable
    Boolean holds() {
        return bound == null ? null : bound.holds(ratio());
    }

    /** By the names of {@code summary.json}. */
    Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("value", value);
        members.put("unit", unit);
        members.put("against", against);
        members.put("againstValue", againstValue);
        members.put("ratio", ratio());
        members.put("bound", bound == null ? null : bound.toString());
        members.put("holds", holds());
        return members;
    }
}
