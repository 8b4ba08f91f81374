package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page lists exactly the keys there are. To mend it, paste what this test prints. */
final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageIsTheTable() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, List<Setting>> rooms = new LinkedHashMap<>();
        rooms.put("## `signet serve`", SettingTable.SERVE);
        rooms.put("## `signet sidecar`", SettingTable.SIDECAR);
        rooms.put("## `signet dev`", SettingTable.DEV);
        rooms.put("## Every other verb", SettingTable.CLIENT);
        rooms.forEach((heading, settings) -> {
            assertTrue(page.contains(heading), () -> "no heading " + heading);
            String section = page.substring(page.indexOf(heading));
            List<String> rows = section.lines()
                    .skip(1)
                    .takeWhile(line -> !line.startsWith("## "))
                    .filter(line -> line.startsWith("|"))
                    .toList();
            assertEquals(
                    String.join("\n", table(settings)),
                    String.join("\n", rows),
                    () -> heading + " should read:\n" + String.join("\n", table(settings)));
        });
    }

    private static List<String> table(List<Setting> settings) {
        return Stream.concat(
                        Stream.of("| key | flag | environment | default | what it does |", "|---|---|---|---|---|"),
                        settings.stream().map(ConfigurationPageTest::row))
                .toList();
    }

    private static String row(Setting setting) {
        return "| " + setting.key() + " | " + code(setting.flag()) + " | " + code(setting.variable()) + " | "
                + code(setting.fallback()) + " | " + setting.meaning() + " |";
    }

    private static String code(String text) {
        return text == null ? "" : "`" + text + "`";
    }
}
