package dev.signet.authority.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** Shows what a process would run with and where that comes from, and refuses what the process would refuse. */
@Command(name = "check", description = "Check the configuration of serve and sidecar, or of one, without starting it.")
final class ConfigCheck implements Callable<Integer> {
    private enum Subject {
        SERVE,
        SIDECAR;

        String verb() {
            return name().toLowerCase(Locale.ROOT);
        }

        List<Setting> table() {
            return this == SERVE ? SettingTable.SERVE : SettingTable.SIDECAR;
        }

        void check(Settings settings, Shell shell) {
            switch (this) {
                case SERVE -> ServeCommand.config(settings);
                case SIDECAR -> SidecarCommand.config(settings, Credentials.ofSidecar(shell, settings));
            }
        }
    }

    private record Checked(Subject subject, SettingOptions options) {
        static Checked of(Subject subject) {
            return new Checked(subject, new SettingOptions(subject.table()));
        }
    }

    private final Shell shell;
    private final List<Checked> all;

    @Mixin
    private Output output = new Output();

    private ConfigCheck(Shell shell, List<Checked> all) {
        this.shell = shell;
        this.all = all;
    }

    static CommandLine commandLine(Shell shell) {
        CommandLine check = new CommandLine(
                new ConfigCheck(shell, List.of(Checked.of(Subject.SERVE), Checked.of(Subject.SIDECAR))));
        for (Subject subject : Subject.values()) {
            Checked checked = Checked.of(subject);
            CommandLine one = checked.options.addTo(new CommandLine(new ConfigCheck(shell, List.of(checked))));
            CommandSpec spec = one.getCommandSpec();
            spec.name(subject.verb());
            spec.usageMessage().description("Check the configuration of " + subject.verb() + " without starting it.");
            check.addSubcommand(subject.verb(), one);
        }
        return check;
    }

    @Override
    public Integer call() {
        JsonObject json = new JsonObject();
        Table table = new Table("PROCESS", "KEY", "VALUE", "FROM");
        int exitCode = 0;
        for (Checked checked : all) {
            Settings settings = checked.options.read(shell.environment());
            json.add(checked.subject.verb(), describe(checked, settings, table));
            try {
                checked.options.configured(() -> {
                    checked.subject.check(settings, shell);
                    return settings;
                });
            } catch (Failure failure) {
                shell.say("signet: " + checked.subject.verb() + ": " + failure.getMessage());
                exitCode = Math.max(exitCode, failure.exitCode());
            }
        }
        output.print(shell, json, () -> table);
        return exitCode;
    }

    private static JsonArray describe(Checked checked, Settings settings, Table table) {
        JsonArray described = new JsonArray();
        for (Setting setting : checked.subject.table()) {
            String value = settings.shown(setting);
            String origin = settings.origin(setting).toString();
            table.row(checked.subject.verb(), setting.key(), value == null ? "-" : value, origin);
            JsonObject one = new JsonObject();
            one.addProperty("key", setting.key());
            one.addProperty("value", value);
            one.addProperty("from", origin);
            described.add(one);
        }
        return described;
    }
}
