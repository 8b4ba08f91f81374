package dev.signet.authority.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PagesTest {
    private static final List<String> ALL =
            IntStream.range(0, 1_000).mapToObj("%04d"::formatted).toList();

    private final AtomicInteger reads = new AtomicInteger();

    private List<String> page(String after, int limit, Predicate<String> isVisible) {
        return Pages.visible(
                after,
                limit,
                (from, count) -> {
                    reads.incrementAndGet();
                    return ALL.stream()
                            .filter(id -> id.compareTo(from) > 0)
                            .limit(count)
                            .toList();
                },
                id -> id,
                isVisible);
    }

    @Test
    void aPageHoldsWhatIsVisibleUpToItsLimit() {
        assertEquals(ALL.subList(0, 3), page("", 3, id -> true));
        assertEquals(ALL.subList(4, 7), page("0003", 3, id -> true));
        assertEquals(ALL, page("", 1_000, id -> true));
        assertEquals(ALL, page("", 5_000, id -> true));
        assertEquals(List.of(), page("0999", 3, id -> true));
    }

    @Test
    void itReadsOnPastWhatIsHidden() {
        assertEquals(List.of("0000", "0500"), page("", 2, id -> id.endsWith("500") || id.equals("0000")));
        assertEquals(List.of("0999"), page("", 10, id -> id.equals("0999")));
        assertEquals(List.of(), page("", 10, id -> false));
    }

    @Test
    void whatIsThereIsNotReadTwice() {
        page("", 10, id -> true);
        assertEquals(1, reads.get());
        page("", 10, id -> false);
        assertTrue(reads.get() <= 1 + 6, "reads: " + reads);
    }
}
