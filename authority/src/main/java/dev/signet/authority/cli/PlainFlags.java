package dev.signet.authority.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the flags of a process where they are plain, without picocli: loading that takes a fifth of a sidecar's start.
 * What is not plain is left to picocli, which knows all that may be said, and what to say of what is wrong.
 */
final class PlainFlags {
    private PlainFlags() {}

    /**
     * As {@link SettingOptions} reads them.
     *
     * @param from the index of the first flag
     * @return null where there is anything but flags of the table, each with a value, and once if it takes no list
     */
    static @Nullable Map<Setting, String> read(List<Setting> table, String[] arguments, int from) {
        Map<Setting, String> flags = new LinkedHashMap<>();
        for (int at = from; at < arguments.length; at++) {
            String argument = arguments[at];
            int equals = argument.indexOf('=');
            Setting setting = find(table, equals < 0 ? argument : argument.substring(0, equals));
            if (setting == null) {
                return null;
            }
            String value;
            if (equals >= 0) {
                value = setting.shape() == Setting.Shape.SWITCH ? "" : argument.substring(equals + 1);
            } else if (setting.shape() == Setting.Shape.SWITCH) {
                value = "true";
            } else {
                at++;
                value = at < arguments.length ? arguments[at] : "";
            }
            if (value.isEmpty() || value.startsWith("-")) {
                return null;
            }
            String before = flags.put(setting, value);
            if (before != null) {
                if (setting.shape() != Setting.Shape.LIST) {
                    return null;
                }
                flags.put(setting, before + "," + value);
            }
        }
        return flags;
    }

    private static @Nullable Setting find(List<Setting> table, String flag) {
        for (Setting setting : table) {
            if (flag.equals(setting.flag())) {
                return setting;
            }
        }
        return null;
    }
}
