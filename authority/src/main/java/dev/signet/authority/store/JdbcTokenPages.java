package dev.signet.authority.store;

import dev.signet.authority.store.TokenQuery.After;
import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.verifier.token.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Lists tokens page by page. Each page is a stretch of the index that has its order, however many tokens come before it:
 * so the order names all of the index's columns, and where a page begins is told twice, as H2 sees nothing in a comparison
 * of rows, and a comparison of the first column alone would have PostgreSQL read all that are equal there.
 *
 * @param from the rows that it goes through
 */
record JdbcTokenPages(Handle handle, TokenQuery query, String from) {
    /** True of every time: H2 takes an index with the order only where more than its first column is asked for. */
    private static final String ANY_TIME = " >= TIMESTAMP WITH TIME ZONE '0001-01-01 00:00:00+00'";

    private static final String EXPIRING = " AND expire_time" + ANY_TIME;
    private static final String NEVER_EXPIRING = " AND expire_time IS NULL";

    /** Tokens without their grants. */
    static List<ApiToken> list(Handle handle, TokenQuery query) {
        String from = new JdbcGrants(handle).holders("api_token", query.resource());
        return new JdbcTokenPages(handle, query, from).list();
    }

    private List<ApiToken> list() {
        return switch (query.order()) {
            case DISPLAY_NAME -> stretch("display_name", " AND display_name >= ''", query.after(), query.limit());
            case CREATE_TIME -> stretch("create_time", " AND create_time" + ANY_TIME, query.after(), query.limit());
            case UPDATE_TIME -> stretch("update_time", " AND update_time" + ANY_TIME, query.after(), query.limit());
            case EXPIRE_TIME -> byExpiry();
        };
    }

    /** One stretch of those that expire and one of those that never do, as databases differ in where they put these. */
    private List<ApiToken> byExpiry() {
        After after = query.after();
        boolean inNever = after != null && after.key().equals(TokenQuery.NEVER.toString());
        boolean inExpiring = after != null && !inNever;
        List<ApiToken> found = new ArrayList<>();
        for (String which :
                query.descending() ? List.of(NEVER_EXPIRING, EXPIRING) : List.of(EXPIRING, NEVER_EXPIRING)) {
            boolean never = which.equals(NEVER_EXPIRING);
            boolean passed = query.descending() ? never && inExpiring : !never && inNever;
            boolean none = never && query.expiresBefore() != null;
            if (!passed && !none && found.size() < query.limit()) {
                boolean begins = never ? inNever : inExpiring;
                found.addAll(stretch("expire_time", which, begins ? after : null, query.limit() - found.size()));
            }
        }
        return found;
    }

    /** @param which says something of the column, which narrows down the stretch or is true of all */
    private List<ApiToken> stretch(String column, String which, @Nullable After after, int limit) {
        StringBuilder sql = new StringBuilder(JdbcTokenRecords.COLUMNS + from + which);
        if (query.scope() != null) {
            sql.append(condition(query.scope()));
        }
        if (query.expiresBefore() != null) {
            sql.append(" AND expire_time < :expiresBefore");
        }
        String direction = query.descending() ? " DESC" : "";
        boolean keyed = !which.equals(NEVER_EXPIRING);
        if (after != null) {
            String beyond = query.descending() ? " <" : " >";
            if (keyed) {
                sql.append(" AND ")
                        .append(column)
                        .append(beyond)
                        .append("= :key AND (")
                        .append(column);
                sql.append(", id)").append(beyond).append(" (:key, :id)");
            } else {
                sql.append(" AND id").append(beyond).append(" :id");
            }
        }
        sql.append(" ORDER BY organization_id")
                .append(direction)
                .append(", ")
                .append(column)
                .append(direction);
        sql.append(", id").append(direction).append(" FETCH FIRST :limit ROWS ONLY");
        Query statement = handle.createQuery(sql.toString())
                .bind("organization", query.organization())
                .bind("limit", limit);
        if (query.resource() != null) {
            statement.bind("resource", query.resource());
        }
        if (query.expiresBefore() != null) {
            statement.bind("expiresBefore", Columns.time(query.expiresBefore()));
        }
        if (after != null) {
            statement.bind("id", after.id());
            if (keyed) {
                bindKey(statement, query.order(), after.key());
            }
        }
        return statement.map((row, context) -> JdbcTokenRecords.token(row)).list();
    }

    private static void bindKey(Query statement, Order order, String key) {
        if (order == Order.DISPLAY_NAME) {
            statement.bind("key", key);
        } else {
            statement.bind("key", Columns.time(Instant.parse(key)));
        }
    }

    private static String condition(Kind scope) {
        return switch (scope) {
            case ORGANIZATION -> " AND workspace_id IS NULL";
            case WORKSPACE -> " AND workspace_id IS NOT NULL AND deployment_id IS NULL";
            default -> " AND deployment_id IS NOT NULL";
        };
    }
}
