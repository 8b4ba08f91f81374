package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** Builds the {@code signet} command and runs it. */
@Command(
        name = "signet",
        description = "A token authority, and a verifier that decides without asking it.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // Newer JDKs have a console even where nobody sits; this one is null then, as before.
        System.setProperty("jdk.console", "java.base");
        Shell shell = Shell.system();
        System.exit(execute(shell, new Connections(shell, Endpoint::open), arguments));
    }

    static int execute(Shell shell, Connections connections, String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        return commandLine(shell, connections, first).execute(arguments);
    }

    /** @param first the first argument: reading the verbs of a noun takes time, so only those of this one are */
    private static CommandLine commandLine(Shell shell, Connections connections, String first) {
        CommandLine root = new CommandLine(new Main());
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(ScopeType.INHERIT)
                        .description("show this help")
                        .build());
        root.addSubcommand(new DevCommand(shell, connections).commandLine())
                .addSubcommand(new ServeCommand(shell).commandLine())
                .addSubcommand(new SidecarCommand(shell).commandLine());
        for (Level level : Level.values()) {
            boolean called = first.equals(level.noun()) || first.equals(level.alias()) || first.equals("completion");
            CommandLine noun = called ? noun(shell, connections, level) : group(level.noun(), level.description());
            root.addSubcommand(level.noun(), noun, level.alias());
        }
        root.addSubcommand(new TokenChecks(shell, connections))
                .addSubcommand(new WhoAmICommand(shell, connections))
                .addSubcommand(new StatusCommand(shell, connections))
                .addSubcommand(group("config", "The configuration.").addSubcommand(ConfigCheck.commandLine(shell)))
                .addSubcommand(group("platform-token", "The credential of whoever operates the installation.")
                        .addSubcommand(new PlatformTokenReset(shell).commandLine()))
                .addSubcommand(new VersionCommand(shell))
                .addSubcommand(new CompletionCommand(shell, root))
                .addSubcommand(new WarmUpCommand(connections));
        return root.setOut(new PrintWriter(shell.out(), true, UTF_8))
                .setErr(new PrintWriter(shell.err(), true, UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // An argument may begin with @.
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler(failures(shell))
                .setParameterExceptionHandler(wrongUsage(shell));
    }

    private static CommandLine noun(Shell shell, Connections connections, Level level) {
        Target target = new Target(shell);
        CommandLine noun = new CommandLine(new DirectoryVerbs(shell, connections, target, level));
        noun.addSubcommand(new TokenVerbs(shell, connections, target, level));
        target.addTo(noun.getCommandSpec(), level);
        noun.getCommandSpec().usageMessage().description(level.description());
        return noun;
    }

    private static CommandLine group(String name, String description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description);
        return new CommandLine(spec);
    }

    private static IExecutionExceptionHandler failures(Shell shell) {
        return (exception, command, parsed) -> {
            shell.out().flush();
            if (exception instanceof Failure failure) {
                shell.say("signet: " + failure.getMessage());
                return failure.exitCode();
            }
            shell.say("signet: " + (exception instanceof IOException ? "" : "internal error: ") + exception);
            return Failure.REFUSED;
        };
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
