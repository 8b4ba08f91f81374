package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page names as showing a statement is there: each test, and each command. */
final class StatementsPageTest {
    private static final Path PAGE = Path.of("docs", "statements.md");
    private static final Path OWN = Path.of("src", "test", "java", "dev", "signet", "authority");
    private static final Path VERIFIER = Path.of("..", "verifier", "src", "test", "java", "dev", "signet", "verifier");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("(verifier:)?([a-z0-9/]*[A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?");

    @Test
    void everyTestIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (List<String> row : rows()) {
            for (String code : codes(row.get(row.size() - 1))) {
                Matcher test = TEST.matcher(code);
                if (test.matches()) {
                    Path file = (test.group(1) == null ? OWN : VERIFIER).resolve(test.group(2) + ".java");
                    boolean there = Files.isRegularFile(file)
                            && (test.group(3) == null || declares(Files.readString(file), test.group(3)));
                    found += there ? 1 : 0;
                    if (!there) {
                        missing.add(code);
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 100, "only " + found + " were found at all");
    }

    @Test
    void everyCommandIsThere() throws IOException {
        int found = 0;
        try (Cli cli = new Cli()) {
            for (List<String> row : rows()) {
                for (String code : codes(row.get(row.size() - 1))) {
                    if (code.startsWith("signet ")) {
                        cli.assertHelp(code.substring("signet ".length()));
                        found++;
                    }
                }
            }
        }
        assertTrue(found > 10, "only " + found + " were found at all");
    }

    @Test
    void everyStatementIsShownBySomething() throws IOException {
        for (List<String> row : rows()) {
            assertEquals(2, row.size(), row::toString);
            String shown = row.get(1);
            boolean any = codes(shown).stream()
                    .anyMatch(code ->
                            code.startsWith("signet ") || TEST.matcher(code).matches());
            assertTrue(any, () -> row.get(0) + ": nothing shows it: " + shown);
        }
    }

    private static boolean declares(String source, String method) {
        return source.contains(" void " + method + "(");
    }

    /** The cells of all tables, without their heads. */
    private static List<List<String>> rows() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| ") && !line.startsWith("| statement ") && !line.startsWith("| --- ")) {
                rows.add(List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)));
            }
        }
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
    }
}
