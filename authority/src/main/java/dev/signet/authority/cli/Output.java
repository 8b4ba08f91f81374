package dev.signet.authority.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How a result is printed: a table for people, JSON for scripts. */
final class Output {
    enum Format {
        TABLE,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "how to print the result (default: table)")
    private Format format = Format.TABLE;

    boolean isJson() {
        return format == Format.JSON;
    }

    /** Prints an answer that says nothing more to a person. */
    void printJson(Shell shell, Message message) {
        if (isJson()) {
            shell.out().println(text(ProtoJson.of(message)));
        }
    }

    /** Prints an answer of which a person wants the value alone. */
    void printValue(Shell shell, Message message, String value) {
        shell.out().println(isJson() ? text(ProtoJson.of(message)) : value);
    }

    void print(Shell shell, Message message, Supplier<Table> table) {
        print(shell, ProtoJson.of(message), table);
    }

    void print(Shell shell, JsonElement json, Supplier<Table> table) {
        if (isJson()) {
            shell.out().println(text(json));
        } else {
            shell.out().print(table.get());
        }
    }

    /** Prints a list; where it is empty, a person reads so and a pipe gets nothing. */
    void printList(Shell shell, Message message, Table table, String nothing) {
        if (table.isEmpty() && !isJson()) {
            shell.say(nothing);
        } else {
            print(shell, message, () -> table);
        }
    }

    private static String text(JsonElement json) {
        return Printable.json(new GsonBuilder()
                .disableHtmlEscaping()
                .serializeNulls()
                .setPrettyPrinting()
                .create()
                .toJson(json));
    }
}
