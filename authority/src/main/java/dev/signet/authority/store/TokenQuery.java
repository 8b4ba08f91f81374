package dev.signet.authority.store;

import dev.signet.verifier.token.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens, and in which order.
 *
 * @param resource only those with a role on it, by its bare id; null for all of the organization
 * @param scope only those of this kind; null for all
 * @param expiresBefore only those that expire before; null for all
 * @param after where the page before ended; null for the first
 */
public record TokenQuery(
        String organization,
        @Nullable String resource,
        @Nullable Kind scope,
        @Nullable Instant expiresBefore,
        Order order,
        boolean descending,
        @Nullable After after,
        int limit) {

    /** What tokens can be sorted by; equal ones by id. */
    public enum Order {
        DISPLAY_NAME,
        CREATE_TIME,
        UPDATE_TIME,
        EXPIRE_TIME
    }

    /**
     * The last item of a page.
     *
     * @param key its sort key, as {@link #keyOf} tells it
     */
    public record After(String key, String id) {}

    /** A token's sort key, as text. */
    public String keyOf(ApiToken token) {
        return switch (order) {
            case DISPLAY_NAME -> token.displayName();
            case CREATE_TIME -> token.createTime().toString();
            case UPDATE_TIME -> token.updateTime().toString();
            case EXPIRE_TIME -> {
                Instant expireTime = token.value().expireTime();
                yield (expireTime == null ? NEVER : expireTime).toString();
            }
        };
    }

    /** Where tokens that never expire stand among those that do. */
    static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    /** The same query, from another place on. */
    public TokenQuery from(@Nullable After after, int limit) {
        return new TokenQuery(organization, resource, scope, expiresBefore, order, descending, after, limit);
    }
}
