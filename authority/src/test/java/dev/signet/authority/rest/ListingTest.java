package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading of a whole list, up to its bound. */
final class ListingTest {

    /** A list of so many, a thousand at a time. */
    private static List<Integer> read(int count) {
        return Listing.all(pageToken -> {
            int from = pageToken.isEmpty() ? 0 : Integer.parseInt(pageToken);
            int size = Math.min(Listing.PAGE_SIZE, count - from);
            assertTrue(from <= Listing.MOST, "reads on without end");
            return new Listing.Page<>(
                    Collections.nCopies(size, from), from + size < count ? Integer.toString(from + size) : "");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 1_001, Listing.MOST})
    void aListIsReadToItsEnd(int count) {
        assertEquals(count, read(count).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {Listing.MOST + 1, 1_000_000})
    void oneThatIsTooLongIsRefusedAndNotCountedWrong(int count) {
        RestError refused = assertThrows(RestError.class, () -> read(count));
        assertEquals(400, refused.reply("id").status());
        assertTrue(String.valueOf(refused.getMessage()).contains("10000"), refused::getMessage);
    }

    /** A service that passes items over may give pages that are not full. */
    @Test
    void aPageMayBeShort() {
        List<Integer> all = Listing.all(pageToken ->
                pageToken.isEmpty() ? new Listing.Page<>(List.of(), "next") : new Listing.Page<>(List.of(1), ""));
        assertEquals(List.of(1), all);
    }
}
