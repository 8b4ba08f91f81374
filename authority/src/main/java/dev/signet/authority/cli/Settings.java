package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of one process as they are in force, each with where it came from. */
final class Settings {
    enum Origin {
        FLAG,
        ENVIRONMENT,
        DEFAULT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param text the value, perhaps a secret, or null where there is none */
    record Value(@Nullable String text, Origin origin) {
        @Override
        public String toString() {
            return "Value[" + (text == null ? "none" : "given") + ", " + origin + "]";
        }
    }

    private final Map<Setting, Value> values = new LinkedHashMap<>();

    /** @param flags what was given on the command line; lists joined by commas */
    Settings(List<Setting> table, Map<Setting, String> flags, Map<String, String> environment) {
        for (Setting setting : table) {
            values.put(setting, resolve(setting, flags, environment));
        }
    }

    private static Value resolve(Setting setting, Map<Setting, String> flags, Map<String, String> environment) {
        String flag = flags.get(setting);
        if (flag != null) {
            return new Value(flag, Origin.FLAG);
        }
        String variable = setting.variable() == null ? null : environment.get(setting.variable());
        if (variable != null && !variable.isBlank()) {
            return new Value(variable.strip(), Origin.ENVIRONMENT);
        }
        return new Value(setting.fallback(), Origin.DEFAULT);
    }

    /** The value as it may be shown. */
    @Nullable
    String shown(Setting setting) {
        String text = optional(setting);
        if (text == null) {
            return null;
        }
        return switch (setting.shape()) {
            case SECRET -> "given";
            case URL -> text.replaceFirst("//.*@", "//…@").replaceFirst("(?s)\\?.*", "?…");
            case TEXT, LIST, SWITCH -> text;
        };
    }

    Origin origin(Setting setting) {
        return value(setting).origin();
    }

    @Nullable
    String optional(Setting setting) {
        return value(setting).text();
    }

    String text(Setting setting) {
        String text = optional(setting);
        if (text == null) {
            throw new InvalidConfiguration(setting.key(), "is needed");
        }
        return text;
    }

    List<String> list(Setting setting) {
        String text = optional(setting);
        return text == null
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    boolean isOn(Setting setting) {
        String text = text(setting);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidConfiguration(setting.key(), "must be true or false, got " + text);
        };
    }

    Duration duration(Setting setting) {
        return DurationText.parse(setting.key(), text(setting));
    }

    int count(Setting setting) {
        try {
            return Integer.parseInt(text(setting));
        } catch (NumberFormatException e) {
            throw new InvalidConfiguration(setting.key(), "must be a whole number, got " + text(setting));
        }
    }

    ListenAddress address(Setting setting) {
        return ListenAddress.parse(setting.key(), text(setting));
    }

    /** Null where it says {@code off}. */
    @Nullable
    ListenAddress addressUnlessOff(Setting setting) {
        return text(setting).equals("off") ? null : address(setting);
    }

    Path path(Setting setting) {
        try {
            return Path.of(text(setting));
        } catch (InvalidPathException e) {
            throw new InvalidConfiguration(setting.key(), "is not a path");
        }
    }

    @Nullable
    Path optionalPath(Setting setting) {
        return optional(setting) == null ? null : path(setting);
    }

    private Value value(Setting setting) {
        Value value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException("not a setting of this process: " + setting.key());
        }
        return value;
    }
}
