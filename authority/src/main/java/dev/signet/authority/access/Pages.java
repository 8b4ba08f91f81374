package dev.signet.authority.access;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Pages of what a caller may see, out of a list that holds more. */
public final class Pages {
    private static final int BATCH = 200;

    private Pages() {}

    /** Reads up to {@code count} items whose id is above {@code after}, in the order of ids. */
    @FunctionalInterface
    public interface Source<T> {
        List<T> read(String after, int count);
    }

    /** Up to {@code limit} visible items with an id above {@code after}. */
    public static <T> List<T> visible(
            String after, int limit, Source<T> source, Function<T, String> id, Predicate<T> isVisible) {
        List<T> page = new ArrayList<>();
        String from = after;
        while (true) {
            List<T> batch = source.read(from, Math.max(BATCH, limit));
            for (T item : batch) {
                if (page.size() == limit) {
                    return page;
                }
                if (isVisible.test(item)) {
                    page.add(item);
                }
                from = id.apply(item);
            }
            if (batch.size() < Math.max(BATCH, limit)) {
                return page;
            }
        }
    }
}
