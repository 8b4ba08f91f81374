package dev.signet.authority.cli;

import dev.signet.authority.cli.Setting.Shape;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.limits.RatesConfig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The keys of how much may be asked for. */
final class LimitSettings {
    private static final String OFF = "off";

    private static final Setting READS = count(
            "rate-limit-reads",
            RatesConfig.DEFAULT.reads(),
            "get and list calls a second of one credential, 1 to 1000000, or `off`; ten seconds' worth may come at once");
    private static final Setting CHANGES =
            count("rate-limit-changes", RatesConfig.DEFAULT.changes(), "the same for what creates, updates or rotates");
    private static final Setting DELETES = count(
            "rate-limit-deletes",
            RatesConfig.DEFAULT.deletes(),
            "the same for what ends something, which also has what changes leave over");
    private static final Setting LOOKUPS = count(
            "rate-limit-lookups",
            RatesConfig.DEFAULT.lookups(),
            "the same for exchanges of one API key, for introspection and for `whoami`");
    private static final Setting FAILED_ATTEMPTS = count(
            "failed-attempts",
            LimitsConfig.DEFAULT_FAILED_ATTEMPTS,
            "invented credentials a minute from one address before no more unknown ones are looked at, or `off`");
    private static final Setting LONGEST_CALL = new Setting(
            "longest-call",
            "--longest-call",
            "SIGNET_LONGEST_CALL",
            DurationText.format(LimitsConfig.DEFAULT_LONGEST_CALL),
            Shape.TEXT,
            "DURATION",
            "how long a call may take, 1s to 1h; what it asks to wait for verifiers comes on top");
    private static final Setting CONNECTIONS = count(
            "connections", LimitsConfig.DEFAULT_CONNECTIONS, "connections of the gRPC port at most, 16 to 100000");
    private static final Setting WATCH_STREAMS = count(
            "watch-streams", LimitsConfig.DEFAULT_WATCH_STREAMS, "verifiers that watch here at most, 1 to 100000");
    private static final Setting WATCH_STREAMS_PER_CREDENTIAL = count(
            "watch-streams-per-credential",
            LimitsConfig.DEFAULT_WATCH_STREAMS_PER_CREDENTIAL,
            "how many of these with one credential, 1 to 100000");

    static final List<Setting> ALL = List.of(
            READS,
            CHANGES,
            DELETES,
            LOOKUPS,
            FAILED_ATTEMPTS,
            LONGEST_CALL,
            CONNECTIONS,
            WATCH_STREAMS,
            WATCH_STREAMS_PER_CREDENTIAL);

    /** Those that get into the way of whoever measures how much an authority can do. */
    static final List<Setting> RATES = List.of(READS, CHANGES, DELETES, LOOKUPS);

    private LimitSettings() {}

    static LimitsConfig config(Settings settings) {
        Duration longestCall = settings.duration(LONGEST_CALL);
        return new LimitsConfig(
                new RatesConfig(
                        countUnlessOff(settings, READS),
                        countUnlessOff(settings, CHANGES),
                        countUnlessOff(settings, DELETES),
                        countUnlessOff(settings, LOOKUPS)),
                countUnlessOff(settings, FAILED_ATTEMPTS),
                longestCall,
                settings.count(CONNECTIONS),
                settings.count(WATCH_STREAMS),
                settings.count(WATCH_STREAMS_PER_CREDENTIAL));
    }

    private static int countUnlessOff(Settings settings, Setting setting) {
        return settings.text(setting).equals(OFF) ? LimitsConfig.NONE : settings.count(setting);
    }

    private static Setting count(String key, int fallback, String meaning) {
        return new Setting(
                key,
                "--" + key,
                "SIGNET_" + key.replace('-', '_').toUpperCase(Locale.ROOT),
                String.valueOf(fallback),
                Shape.TEXT,
                "COUNT",
                meaning);
    }
}
