package dev.signet.authority.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL how it would go about a statement, without knowing what is bound, and tells where it would read more the
 * more there is.
 *
 * <p>The server is asked to do anything before it reads a whole table, as with few rows it may well prefer that. So where
 * it still does, it has no other way. That is not enough: without the right index it would read all of another one
 * instead. So of each index, the first column must be bound.
 */
final class Plans implements AutoCloseable {
    private final Connection connection;
    private final Set<String> growing;
    private final Map<String, String> firstColumns = new HashMap<>();

    /** @param small tables that do not grow, by their names */
    Plans(Connection connection, Set<String> small) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.growing = new TreeSet<>(
                strings("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"));
        growing.removeAll(small);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute("SET enable_seqscan = off");
            try (ResultSet row = statement.executeQuery("SELECT c.relname, pg_get_indexdef(i.indexrelid, 1, true) "
                    + "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid")) {
                while (row.next()) {
                    firstColumns.put(row.getString(1), row.getString(2));
                }
            }
        }
        connection.commit();
    }

    /** Indexes that only make reading quicker: no primary key, and nothing that must be unique. */
    List<String> secondaryIndexes() throws SQLException {
        return strings("SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                + "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
                + "WHERE NOT i.indisunique AND c.relname NOT LIKE 'flyway%' ORDER BY 1");
    }

    /** Foreign keys of which the referring columns begin no index, so that each delete would read the whole table. */
    List<String> foreignKeysWithoutIndex() throws SQLException {
        return strings("SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k WHERE k.contype = 'f' "
                + "AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid "
                + "AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey) ORDER BY 1");
    }

    private List<String> strings(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    /** What of a statement grows with its tables; empty where nothing does. */
    List<String> growing(String sql) throws SQLException {
        return growing(sql, null);
    }

    /** As {@link #growing(String)}, if there were no such index. */
    List<String> growingWithout(String index, String sql) throws SQLException {
        return growing(sql, "DROP INDEX " + index);
    }

    private List<String> growing(String sql, @Nullable String first) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (first != null) {
                statement.execute(first);
            }
            statement.execute("PREPARE asked AS " + sql);
            try (ResultSet row = statement.executeQuery("EXPLAIN (FORMAT JSON) EXECUTE asked" + parameters(sql))) {
                row.next();
                JsonObject plan = JsonParser.parseString(row.getString(1))
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("Plan");
                look(plan, false, found);
            }
            statement.execute("DEALLOCATE asked");
        } finally {
            connection.rollback();
        }
        return found;
    }

    private static String parameters(String sql) {
        int count = 0;
        while (sql.contains("$" + (count + 1))) {
            count++;
        }
        return count == 0 ? "" : "(" + String.join(", ", Collections.nCopies(count, "NULL")) + ")";
    }

    /** @param limited whether only the first few of what comes out are wanted */
    private void look(JsonObject node, boolean limited, List<String> found) {
        String type = node.get("Node Type").getAsString();
        String relation = text(node, "Relation Name");
        String condition = text(node, "Index Cond");
        String index = text(node, "Index Name");
        if (type.equals("Seq Scan") && growing.contains(relation)) {
            found.add("reads all of " + relation);
        }
        // A bitmap of an index names no table.
        if (type.contains("Index") && (relation.isEmpty() || growing.contains(relation))) {
            boolean bound = condition.contains(firstColumns.getOrDefault(index, "?"));
            boolean few = limited && condition.isEmpty() && text(node, "Filter").isEmpty();
            if (!bound && !few) {
                found.add("reads all of the index " + index);
            } else if (!equal(firstColumns.getOrDefault(index, "?"))
                            .matcher(condition)
                            .find()
                    && !text(node, "Filter").isEmpty()) {
                found.add("passes over what it does not look for in the index " + index);
            }
        }
        if (type.equals("Sort") && limited) {
            found.add("sorts all by " + node.get("Sort Key") + " to take a few");
        }
        boolean first = type.equals("Limit")
                || (limited && !type.equals("Sort") && !type.contains("Aggregate") && !type.startsWith("Hash"));
        for (JsonElement child : children(node)) {
            look(child.getAsJsonObject(), first, found);
        }
    }

    /** How a plan says that a column is one value, whatever its type. */
    private static Pattern equal(String column) {
        return Pattern.compile("\\(" + column + "\\)?(::[a-z]+)? (=|IS NULL)");
    }

    private static JsonArray children(JsonObject node) {
        return node.has("Plans") ? node.getAsJsonArray("Plans") : new JsonArray();
    }

    private static String text(JsonObject node, String name) {
        return node.has(name) ? node.get(name).getAsString() : "";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
