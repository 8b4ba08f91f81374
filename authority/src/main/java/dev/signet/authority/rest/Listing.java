package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.signet.authority.http.HttpReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list by offset and limit, with the count of all. The services page by the last item and count nothing, so
 * the whole list is read, up to a bound: past it there would be no true count.
 */
final class Listing {
    /** The most items that a list may have, to be listed here. */
    static final int MOST = 10_000;
    /** The most that the services give at once. */
    static final int PAGE_SIZE = 1_000;

    private Listing() {}

    /** A page as a service gives it. */
    record Page<T>(List<T> items, String nextPageToken) {}

    /**
     * Reads a whole list.
     *
     * @param pages by the page token
     * @throws RestError where it is too long
     */
    static <T> List<T> all(Function<String, Page<T>> pages) {
        List<T> all = new ArrayList<>();
        String pageToken = "";
        do {
            Page<T> page = pages.apply(pageToken);
            all.addAll(page.items());
            pageToken = page.nextPageToken();
            if (all.size() > MOST || (all.size() == MOST && !pageToken.isEmpty())) {
                throw RestError.of(
                        400,
                        "the list has more than " + MOST
                                + " items, which cannot be counted here: ask for a part of it, or by gRPC");
            }
        } while (!pageToken.isEmpty());
        return all;
    }

    /**
     * The part that a query asks for, in its order; where it asks for none, or for equal ones, in that of the service.
     *
     * @param name of the array in the answer
     * @param keys what can be sorted by
     */
    static <T> JsonObject part(
            String name, Query query, List<T> all, Map<String, Comparator<T>> keys, Function<T, JsonElement> json) {
        int offset = query.offset();
        int limit = query.limit();
        List<T> sorted = new ArrayList<>(all);
        Comparator<T> order = order(query.sorts(), keys);
        if (order != null) {
            sorted.sort(order);
        }
        JsonArray array = new JsonArray();
        sorted.stream().skip(offset).limit(limit).map(json).forEach(array::add);
        JsonObject part = new JsonObject();
        part.add(name, array);
        part.addProperty("limit", limit);
        part.addProperty("offset", offset);
        part.addProperty("totalCount", all.size());
        return part;
    }

    /** Answers a query for a list of which nothing else is to be told. */
    static <T> HttpReply reply(
            String name,
            Query query,
            Map<String, Comparator<T>> keys,
            Function<T, JsonElement> json,
            Function<String, Page<T>> pages) {
        return HttpReply.json(200, part(name, query, all(pages), keys, json));
    }

    private static <T> @Nullable Comparator<T> order(List<String> sorts, Map<String, Comparator<T>> keys) {
        Comparator<T> order = null;
        for (String sort : sorts) {
            int colon = sort.indexOf(':');
            Comparator<T> key = colon < 0 ? null : keys.get(sort.substring(0, colon));
            String direction = sort.substring(colon + 1);
            if (key == null || !(direction.equals("asc") || direction.equals("desc"))) {
                throw RestError.invalid(
                        "sorts",
                        "must be of " + String.join(", ", new TreeSet<>(keys.keySet())) + " with :asc or :desc");
            }
            Comparator<T> directed = direction.equals("desc") ? key.reversed() : key;
            order = order == null ? directed : order.thenComparing(directed);
        }
        return order;
    }
}
