package dev.signet.authority.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/** Reads a list to its end, or to a limit, into one answer. */
final class Pages {
    private static final int LARGEST = 1000;

    @FunctionalInterface
    interface Page<R extends Message> {
        R read(int pageSize, String pageToken);
    }

    private Pages() {}

    /** @param limit the most to read, or null for all */
    @SuppressWarnings("unchecked") // a builder builds what it was made from
    static <R extends Message> R read(@Nullable Integer limit, Page<R> pages) {
        if (limit != null && limit < 1) {
            throw Failure.usage("--limit must be at least 1, got " + limit);
        }
        Message.@Nullable Builder all = null;
        String token = "";
        int left = limit == null ? Integer.MAX_VALUE : limit;
        while (true) {
            R page = pages.read(Math.min(left, LARGEST), token);
            FieldDescriptor items = page.getDescriptorForType().findFieldByNumber(1);
            FieldDescriptor next = page.getDescriptorForType().findFieldByName("next_page_token");
            all = all == null ? page.toBuilder() : all.mergeFrom(page);
            token = (String) page.getField(next);
            left -= page.getRepeatedFieldCount(items);
            if (token.isEmpty() || left <= 0) {
                return (R) all.setField(next, token).build();
            }
        }
    }
}
