package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of one process, made from its part of the {@link SettingTable}. */
final class SettingOptions {
    private final List<Setting> table;
    private final Map<Setting, OptionSpec> options = new LinkedHashMap<>();

    SettingOptions(List<Setting> table) {
        this.table = table;
    }

    /** Offers the flags on a command. */
    CommandLine addTo(CommandLine command) {
        for (Setting setting : table) {
            if (setting.flag() != null) {
                OptionSpec option = option(setting, setting.flag());
                options.put(setting, option);
                command.getCommandSpec().addOption(option);
            }
        }
        return command;
    }

    private static OptionSpec option(Setting setting, String flag) {
        String from = setting.variable() == null ? "" : " [" + setting.variable() + "]";
        String otherwise = setting.fallback() == null ? "" : " (default: " + setting.fallback() + ")";
        OptionSpec.Builder option =
                OptionSpec.builder(flag).description(setting.meaning().replace("`", "") + from + otherwise);
        return switch (setting.shape()) {
            case LIST ->
                option.type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .paramLabel(setting.label())
                        .build();
            case SWITCH ->
                option.type(Boolean.class)
                        .arity("0")
                        .negatable(!"false".equals(setting.fallback()))
                        .fallbackValue("true")
                        .build();
            case TEXT, SECRET, URL ->
                option.type(String.class).arity("1").paramLabel(setting.label()).build();
        };
    }

    Settings read(Map<String, String> environment) {
        return new Settings(table, flags(), environment);
    }

    /** What was given on the command line; lists joined by commas. */
    Map<Setting, String> flags() {
        Map<Setting, String> flags = new LinkedHashMap<>();
        options.forEach((setting, option) -> {
            Object value = option.getValue();
            if (value instanceof List<?> several) {
                if (!several.isEmpty()) {
                    flags.put(
                            setting,
                            String.join(
                                    ",", several.stream().map(String::valueOf).toList()));
                }
            } else if (value != null) {
                flags.put(setting, value.toString());
            }
        });
        return flags;
    }

    /** Reads a configuration: what is wrong with it now is wrong usage, except for what only the machine can tell. */
    <T> T configured(Supplier<T> configuration) {
        try {
            return configuration.get();
        } catch (InvalidConfiguration e) {
            boolean found = e.key().equals(SettingTable.DATA.key());
            throw found ? Failure.refused(explain(e)) : Failure.usage(explain(e));
        }
    }

    /** Starts something: what is wrong with its configuration only now is a failure. */
    <T> T started(Supplier<T> start) {
        try {
            return start.get();
        } catch (InvalidConfiguration e) {
            throw Failure.refused(explain(e));
        }
    }

    private String explain(InvalidConfiguration invalid) {
        return table.stream()
                .filter(setting -> setting.key().equals(invalid.key()))
                .findFirst()
                .map(setting -> invalid.getMessage() + " (" + setting.ways() + ")")
                .orElseGet(() -> String.valueOf(invalid.getMessage()));
    }
}
