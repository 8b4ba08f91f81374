package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file of {@code export} lines, for a shell to source. */
final class EnvironmentFile {
    private EnvironmentFile() {}

    static void write(Path file, Map<String, String> variables) throws IOException {
        PrivateFile.write(file, out -> out.write(text(variables).getBytes(UTF_8)));
    }

    /** Takes away what a start that was killed left, or whoever waits for the file would find that one. */
    static void removeStale(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            Files.delete(file);
        }
    }

    /** Takes it away again, unless somebody has written another since. */
    static void remove(Path file, Map<String, String> variables) throws IOException {
        if (Files.isRegularFile(file) && Files.readString(file).equals(text(variables))) {
            Files.delete(file);
        }
    }

    private static String text(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        variables.forEach((name, value) -> text.append("export ")
                .append(name)
                .append('=')
                .append(ShellWords.quote(value))
                .append('\n'));
        return text.toString();
    }
}
