package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.verifier.InvalidConfiguration;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The {@code signet} command with all its verbs, as picocli knows it. */
final class CommandTree {
    private CommandTree() {}

    /**
     * @param first the first argument: reading the verbs of a noun takes time, so only those of this one are; and where
     *     it is the sidecar, which should start fast, nothing else is
     */
    static CommandLine of(Shell shell, Connections connections, String first) {
        CommandSpec spec = CommandSpec.create().name("signet");
        spec.usageMessage()
                .description("A token authority, and a verifier that decides without asking it.")
                .synopsisSubcommandLabel("COMMAND");
        CommandLine root = new CommandLine(spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("show this help")
                .build()));
        if (first.equals(SidecarCommand.NAME)) {
            root.addSubcommand(new SidecarCommand(shell).commandLine());
        } else {
            addAll(root, shell, connections, first);
        }
        return root.setOut(new PrintWriter(shell.out(), true, UTF_8))
                .setErr(new PrintWriter(shell.err(), true, UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, new Durations())
                // An argument may begin with @.
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler((exception, command, parsed) -> Main.failed(shell, exception))
                .setParameterExceptionHandler(wrongUsage(shell));
    }

    private static void addAll(CommandLine root, Shell shell, Connections connections, String first) {
        root.addSubcommand(new DevCommand(shell, connections).commandLine())
                .addSubcommand(new ServeCommand(shell).commandLine())
                .addSubcommand(new SidecarCommand(shell).commandLine());
        for (Level level : Level.values()) {
            boolean called = first.equals(level.noun()) || first.equals(level.alias()) || first.equals("completion");
            CommandLine noun =
                    called ? Noun.commandLine(shell, connections, level) : group(level.noun(), level.description());
            root.addSubcommand(level.noun(), noun, level.alias());
        }
        root.addSubcommand(new TokenChecks(shell, connections))
                .addSubcommand(new LoginCommand(shell, connections))
                .addSubcommand(new LogoutCommand(shell))
                .addSubcommand(new WhoAmICommand(shell, connections))
                .addSubcommand(group("auth", "The credential that is used.")
                        .addSubcommand(new RenewCommand(shell, connections)))
                .addSubcommand(new StatusCommand(shell, connections))
                .addSubcommand(group("config", "The configuration.").addSubcommand(ConfigCheck.commandLine(shell)))
                .addSubcommand(group("platform-token", "The credential of whoever operates the installation.")
                        .addSubcommand(new PlatformTokenReset(shell).commandLine()))
                .addSubcommand(new BackupCommand(shell, connections).commandLine())
                .addSubcommand(new RestoreCommand(shell).commandLine())
                .addSubcommand(new MigrateCommand(shell).commandLine())
                .addSubcommand(new SigningKeyVerbs(shell, connections))
                .addSubcommand(new VerifierVerbs(shell, connections))
                .addSubcommand(
                        "load",
                        first.equals("load") || first.equals("completion")
                                ? new LoadCommand(shell, connections).commandLine()
                                : group("load", LoadCommand.DESCRIPTION))
                .addSubcommand(new VersionCommand(shell))
                .addSubcommand(new CompletionCommand(shell, root))
                .addSubcommand(new WarmUpCommand(connections));
    }

    private static CommandLine group(String name, String description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description);
        return new CommandLine(spec);
    }

    /** A class by itself, as the archive of classes takes none of picocli's converters beside a lambda that is one. */
    private static final class Durations implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return DurationText.parse("duration", text);
            } catch (InvalidConfiguration e) {
                throw new TypeConversionException("'" + text + "' is not a duration such as 30m, 8h or 14d");
            }
        }
    }

    private static IParameterExceptionHandler wrongUsage(Shell shell) {
        return (exception, arguments) -> {
            CommandLine command = exception.getCommandLine();
            if (arguments.length == 0) {
                command.usage(shell.err());
                return Failure.USAGE;
            }
            String name = command.getCommandSpec().qualifiedName();
            shell.say("signet: " + exception.getMessage() + " (see `" + name + " --help`)");
            return Failure.USAGE;
        };
    }
}
