package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks H2 how it would go about a statement that it shares with PostgreSQL, and tells where it would read more the more
 * there is.
 *
 * @param small tables that do not grow, by their names
 */
record H2Plans(Connection connection, Set<String> small) {
    private static final Pattern NOT_SHARED = Pattern.compile(
            "pg_|_config\\(|_setting\\(|version\\(\\)|flyway|information_schema|ON CONFLICT|RETURNING|watching_verifier");
    private static final Pattern WHOLE = Pattern.compile("/\\* PUBLIC\\.(\\w+)\\.tableScan");

    static boolean isShared(String sql) {
        return !NOT_SHARED.matcher(sql).find();
    }

    /** What of a statement grows with its tables; empty where nothing does. */
    List<String> growing(String sql) throws SQLException {
        String plan = plan(sql.replaceAll("\\$(\\d+)", "?$1"));
        List<String> found = new ArrayList<>();
        Matcher whole = WHOLE.matcher(plan);
        while (whole.find()) {
            String table = whole.group(1).toLowerCase(Locale.ROOT);
            if (!small.contains(table)) {
                found.add("reads all of " + table);
            }
        }
        if (sql.matches(".* ORDER BY .* FETCH FIRST .*") && !plan.contains("/* index sorted */")) {
            found.add("sorts all to take a few");
        }
        return found;
    }

    private String plan(String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("EXPLAIN " + sql)) {
            for (int i = 1; i <= query.getParameterMetaData().getParameterCount(); i++) {
                query.setNull(i, Types.NULL);
            }
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
