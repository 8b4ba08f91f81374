package dev.signet.authority.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration.
 *
 * @param key its name, as {@link dev.signet.verifier.InvalidConfiguration} tells it
 * @param flag its flag, or null for a secret, which has no business in a list of processes
 * @param variable its environment variable, or null where only the flag is offered
 * @param fallback its value where neither is given, or null for none
 * @param shape how the text is read
 * @param label what the flag's value is called in the usage help
 * @param meaning what it does, in one line
 */
record Setting(
        String key,
        @Nullable String flag,
        @Nullable String variable,
        @Nullable String fallback,
        Shape shape,
        String label,
        String meaning) {

    /** Told apart by where they come from: a record's own way, made at first use, takes a tenth of a sidecar's start. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Setting setting
                && key.equals(setting.key)
                && Objects.equals(flag, setting.flag)
                && Objects.equals(variable, setting.variable);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    enum Shape {
        TEXT,
        /** Given several times, or separated by commas. */
        LIST,
        /** {@code true} or {@code false}; as a flag without a value. */
        SWITCH,
        /** Shown without what nobody should have put into it. */
        URL,
        /** Never shown. */
        SECRET
    }

    static Setting text(
            String key,
            @Nullable String flag,
            @Nullable String variable,
            @Nullable String fallback,
            String label,
            String meaning) {
        return new Setting(key, flag, variable, fallback, Shape.TEXT, label, meaning);
    }

    static Setting list(
            String key, String flag, String variable, @Nullable String fallback, String label, String meaning) {
        return new Setting(key, flag, variable, fallback, Shape.LIST, label, meaning);
    }

    static Setting toggle(String key, String flag, String variable, @Nullable String fallback, String meaning) {
        return new Setting(key, flag, variable, fallback, Shape.SWITCH, "", meaning);
    }

    static Setting secret(String key, String variable, String meaning) {
        return new Setting(key, null, variable, null, Shape.SECRET, "", meaning);
    }

    /** Flag and variable, as messages name them: {@code --listen, SIGNET_LISTEN}. */
    String ways() {
        if (flag == null) {
            return String.valueOf(variable);
        }
        return variable == null ? flag : flag + ", " + variable;
    }
}
