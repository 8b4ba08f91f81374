package dev.signet.authority.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which statements of the product read more the more there is.
 *
 * @param statements what the driver was asked to send while the product did all that it does
 */
record GrowthCheck(Set<String> statements) {
    /** With a row each, or as many as there are signing keys or authorities. */
    static final Set<String> SMALL = Set.of(
            "ledger",
            "feed_key",
            "heartbeat",
            "replica",
            "signing_key",
            "platform_token",
            "schema_use",
            "flyway_schema_history");

    /** What may read a table from its beginning to its end, and why. */
    private static final Map<String, String> WHOLE = Map.of(
            "SELECT part, revision FROM trust_part",
            "the answer is the whole table: whoever watches all organizations asks for it",
            "SELECT id AS organization_id, .* FROM organization WHERE delete_time IS NULL AND id > .*",
            "passes over the organizations that were deleted",
            "SELECT status_index FROM api_token WHERE organization_id = .* AND grants_revision < .*",
            "goes through an organization's tokens, most of which its epoch has ended, for a list with a bit for each",
            "SELECT id FROM api_token WHERE previous_not_after .*",
            "goes by the time that the index has, and H2 sorts those of one moment by their ids",
            "DELETE FROM [a-z_]+",
            "a move that somebody begins again empties the tables",
            "SELECT p.part FROM trust_part p LEFT JOIN trust_checkpoint .*",
            "looks at each organization every ten minutes, though not at its changes",
            "SELECT .* FROM \\(SELECT DISTINCT subject_id FROM subject_grant .*",
            "sorts those who hold a role on a resource, where there are no more than JdbcGrants.FEW");

    /** Indexes that would not be missed by the rules of {@link Plans}, and why they are there. */
    private static final Map<String, String> NARROWER = Map.of(
            "api_token_previous_key",
            "what a key signed of the values in their grace, instead of all that are in their grace",
            "watching_verifier_version",
            "what is new of an authority's verifiers, instead of all of them");

    /** What is run on the embedded store only, or asks the server for nothing that is in a table. */
    private static final Set<String> ELSEWHERE = Set.of(
            "BackupReader.java",
            "BackupWriter.java",
            "H2.java",
            "LedgerRestore.java",
            "NewHistory.java",
            "Postgres.java",
            "PostgresConnections.java",
            "PostgresReplica.java");

    private static final Pattern STATEMENT = Pattern.compile(
            "\"(?:\"\"\\s*)?((?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH) [^\":%?]*)", Pattern.DOTALL);

    /** Statements of the source that the product was not made to run, so that nothing is known of them. */
    Set<String> unheard() throws IOException {
        Set<String> unheard = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/signet/authority/store"))) {
            for (Path file : files.sorted().toList()) {
                if (ELSEWHERE.contains(file.getFileName().toString())) {
                    continue;
                }
                Matcher literal = STATEMENT.matcher(Files.readString(file));
                while (literal.find()) {
                    String begin =
                            DriverStatements.singleSpaced(literal.group(1).replaceAll("\\(<.*", ""));
                    if (statements.stream().noneMatch(sql -> sql.contains(begin))) {
                        unheard.add(file.getFileName() + ": " + begin);
                    }
                }
            }
        }
        return unheard;
    }

    /** A database that tells what of a statement grows with its tables. */
    interface Asked {
        List<String> growing(String sql) throws SQLException;
    }

    /** Those that both databases take. */
    GrowthCheck shared() {
        return new GrowthCheck(
                statements.stream().filter(H2Plans::isShared).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The statements that read more the more there is, and what of it. */
    Map<String, List<String>> growing(Asked plans) throws SQLException {
        Map<String, List<String>> growing = new TreeMap<>();
        for (String sql : statements) {
            List<String> found = plans.growing(sql);
            if (!found.isEmpty() && WHOLE.keySet().stream().noneMatch(sql::matches)) {
                growing.put(sql, found);
            }
        }
        return growing;
    }

    /** Indexes that could be missing unnoticed; so it is shown of every other one that its absence is noticed. */
    List<String> needless(Plans plans) throws SQLException {
        Set<String> good = new TreeSet<>();
        for (String sql : statements) {
            if (plans.growing(sql).isEmpty()) {
                good.add(sql);
            }
        }
        List<String> needless = new ArrayList<>();
        for (String index : plans.secondaryIndexes()) {
            boolean missed = false;
            for (String sql : good) {
                missed = missed || !plans.growingWithout(index, sql).isEmpty();
            }
            if (!missed && !NARROWER.containsKey(index)) {
                needless.add(index);
            }
        }
        return needless;
    }
}
