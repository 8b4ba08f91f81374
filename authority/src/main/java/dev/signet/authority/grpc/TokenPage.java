package dev.signet.authority.grpc;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.TokenQuery;
import dev.signet.authority.store.TokenQuery.After;
import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.Scope;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A page of tokens, in an order of the caller's choice. Its page token holds the last item's sort key and id, and the
 * order that they belong to.
 *
 * @param query asks for one more than the page holds, to know whether another follows
 */
record TokenPage(TokenQuery query, String orderBy, int size) {
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    static TokenPage of(ListTokensRequest request, String organization, @Nullable ResourcePath resource, Instant now) {
        String[] words = request.getOrderBy().strip().split(" +", -1);
        boolean descending = words.length == 2 && words[1].equals("desc");
        if (words.length > 2 || (words.length == 2 && !descending)) {
            throw foreignOrder();
        }
        Order order = words[0].isEmpty() ? Order.CREATE_TIME : order(words[0]);
        int size = Paging.size(request.getPageSize());
        Duration within = Wire.duration(request.hasExpiringWithin(), request.getExpiringWithin(), Duration.ZERO);
        if (within.isNegative() || within.compareTo(Duration.ofDays(36_500)) > 0) {
            throw Refusal.invalid("expiring_within", "must be from 0s to 100 years");
        }
        TokenQuery query = new TokenQuery(
                organization,
                resource == null ? null : resource.id(),
                scope(request.getScope()),
                request.hasExpiringWithin() ? now.plus(within) : null,
                order,
                descending,
                after(request.getPageToken(), request.getOrderBy(), order),
                size + 1);
        return new TokenPage(query, request.getOrderBy(), size);
    }

    List<ApiToken> items(List<ApiToken> found) {
        return found.size() > size ? found.subList(0, size) : found;
    }

    /** The token of the page that follows, empty at the end. */
    String next(List<ApiToken> found) {
        if (found.size() <= size) {
            return "";
        }
        ApiToken last = found.get(size - 1);
        return Paging.encode(orderBy + "\n" + last.id() + "\n" + query.keyOf(last));
    }

    private static @Nullable After after(String pageToken, String orderBy, Order order) {
        if (pageToken.isEmpty()) {
            return null;
        }
        String[] parts = Paging.decode(pageToken).split("\n", 3);
        if (parts.length != 3 || !parts[0].equals(orderBy) || !Paging.isId(parts[1]) || !isKey(order, parts[2])) {
            throw Paging.foreignToken();
        }
        return new After(parts[2], parts[1]);
    }

    /** Whether it is one that a store can compare with: anybody can make a page token. */
    private static boolean isKey(Order order, String text) {
        if (order == Order.DISPLAY_NAME) {
            return text.indexOf('\0') < 0;
        }
        try {
            Instant time = Instant.parse(text);
            return !time.isBefore(Instant.EPOCH) && !time.isAfter(LATEST);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Order order(String word) {
        for (Order order : Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(word)) {
                return order;
            }
        }
        throw foreignOrder();
    }

    private static Refusal foreignOrder() {
        return Refusal.invalid(
                "order_by",
                "must be display_name, create_time, update_time or expire_time, optionally followed by desc");
    }

    private static @Nullable Kind scope(Scope scope) {
        return switch (scope) {
            case SCOPE_UNSPECIFIED -> null;
            case SCOPE_ORGANIZATION -> Kind.ORGANIZATION;
            case SCOPE_WORKSPACE -> Kind.WORKSPACE;
            case SCOPE_DEPLOYMENT -> Kind.DEPLOYMENT;
            case UNRECOGNIZED -> throw Refusal.invalid("scope", "is not known");
        };
    }
}
