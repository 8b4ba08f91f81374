package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a command finds around it. Results go to {@code out}; messages and prompts to {@code err}.
 *
 * @param terminal whether a person is there to answer questions
 * @param hidden reads a line without showing it
 */
record Shell(
        Map<String, String> environment,
        Clock clock,
        BufferedReader in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Supplier<@Nullable String> hidden) {

    @SuppressWarnings("SystemConsoleNull") // Main chooses the console that is null where nobody sits
    static Shell system() {
        return new Shell(
                System.getenv(),
                Clock.systemUTC(),
                new BufferedReader(new InputStreamReader(System.in, UTF_8)),
                // JSON is UTF-8 whatever the locale.
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                System.console() != null,
                Shell::readHidden);
    }

    @SuppressWarnings("SystemConsoleNull") // as above
    private static @Nullable String readHidden() {
        Console console = System.console();
        char[] line = console == null ? null : console.readPassword();
        return line == null ? null : new String(line);
    }

    /** The value of an environment variable; null where it is not set or blank. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    void say(String message) {
        err.println(Printable.message(message));
    }

    /** Asks a person; null at the end of input. */
    @Nullable
    String ask(String question) {
        err.print(Printable.message(question));
        err.flush();
        return readLine();
    }

    /** Asks a person for a secret; null at the end of input. */
    @Nullable
    String askHidden(String question) {
        err.print(question);
        err.flush();
        return hidden.get();
    }

    /** What an option says, or a person where it was left out. */
    String orAsk(@Nullable String value, String what, String flag) {
        if (value != null) {
            return value;
        }
        if (!terminal) {
            throw Failure.usage("which " + what + "? Give " + flag);
        }
        String answer = ask(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1) + ": ");
        if (answer == null || answer.isBlank()) {
            throw Failure.canceled();
        }
        return answer.strip();
    }

    /** Lets a person pick a row, and tells which, from 0. */
    int pick(Table table, String question) {
        err.print(table.numbered());
        String answer = ask(question + " ");
        try {
            int number = Integer.parseInt(answer == null ? "" : answer.strip());
            if (number >= 1 && number <= table.size()) {
                return number - 1;
            }
        } catch (NumberFormatException e) {
            // As good as none.
        }
        throw Failure.canceled();
    }

    @Nullable
    String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With nobody to ask, {@code --force} is the way to confirm. */
    void requireTerminal(String warning) {
        if (!terminal) {
            throw Failure.usage(warning + " Nobody is here to confirm it: pass --force");
        }
    }

    /** Goes on only if a person says {@code expected}. */
    void confirm(String warning, String question, String expected) {
        requireTerminal(warning);
        say(warning);
        String answer = ask(question + " ");
        if (answer == null || !answer.strip().equals(expected)) {
            throw Failure.canceled();
        }
    }

    /** An argument, or the first line of standard input where the argument is {@code -}. */
    String argumentOrInput(String argument) {
        if (!argument.equals("-")) {
            return argument.strip();
        }
        String line = readLine();
        if (line == null || line.isBlank()) {
            throw Failure.usage("nothing on standard input");
        }
        return line.strip();
    }
}
