package dev.signet.authority.grpc;

import dev.signet.authority.errors.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * A request for a page (AIP-158). A page token names the last item of the page before, by its id.
 *
 * @param after the id above which the page begins, empty for the first
 * @param size the most items
 */
record Paging(String after, int size) {
    private static final int DEFAULT = 100;
    private static final int LARGEST = 1_000;

    static Paging of(int pageSize, String pageToken) {
        String after = decode(pageToken);
        if (!after.isEmpty() && !isId(after)) {
            throw foreignToken();
        }
        return new Paging(after, size(pageSize));
    }

    static boolean isId(String text) {
        return text.matches("[a-z]{3}_[0-9a-z]{26}");
    }

    /** How many items a page may hold. */
    static int size(int pageSize) {
        if (pageSize < 0 || pageSize > LARGEST) {
            throw Refusal.invalid("page_size", "must be from 0 to 1000, is " + pageSize);
        }
        return pageSize == 0 ? DEFAULT : pageSize;
    }

    /** One more than the page holds, to know whether another follows. */
    int lookAhead() {
        return size + 1;
    }

    <T> List<T> page(List<T> found) {
        return found.size() > size ? found.subList(0, size) : found;
    }

    /** The token of the page that follows, empty at the end. */
    <T> String next(List<T> found, Function<T, String> id) {
        return found.size() > size ? encode(id.apply(found.get(size - 1))) : "";
    }

    /** An opaque page token for what is not paged by ids alone. */
    static String encode(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #encode} made into a page token. */
    static String decode(String pageToken) {
        try {
            return new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw foreignToken();
        }
    }

    static Refusal foreignToken() {
        return Refusal.invalid("page_token", "must be a next_page_token of this list");
    }
}
