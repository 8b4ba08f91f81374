package dev.signet.authority.cli;

import dev.signet.verifier.sidecar.EarlyStart;
import java.io.IOException;
import java.util.Map;

/** Runs the {@code signet} command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        LogProvider.use();
        if (isSidecar(arguments)) {
            EarlyStart.begin();
        }
        // Newer JDKs have a console even where nobody sits; this one is null then, as before.
        System.setProperty("jdk.console", "java.base");
        Shell shell = Shell.system();
        System.exit(execute(shell, new Connections(shell, endpoint -> endpoint.open(shell.environment())), arguments));
    }

    static int execute(Shell shell, Connections connections, String... arguments) {
        if (isSidecar(arguments)) {
            SidecarCommand sidecar = new SidecarCommand(shell);
            Map<Setting, String> flags = PlainFlags.read(SettingTable.SIDECAR, arguments, 1);
            if (flags != null) {
                return run(shell, () -> sidecar.run(flags, false));
            }
        }
        return CommandTree.of(shell, connections, arguments.length == 0 ? "" : arguments[0])
                .execute(arguments);
    }

    private static boolean isSidecar(String[] arguments) {
        return arguments.length > 0 && arguments[0].equals(SidecarCommand.NAME);
    }

    private interface Command {
        int run() throws Exception;
    }

    private static int run(Shell shell, Command command) {
        try {
            return command.run();
        } catch (Exception e) {
            return failed(shell, e);
        }
    }

    /** Tells what a command failed with; returns the exit code. */
    static int failed(Shell shell, Exception exception) {
        shell.out().flush();
        if (exception instanceof Failure failure) {
            shell.say("signet: " + failure.getMessage());
            return failure.exitCode();
        }
        shell.say("signet: " + (exception instanceof IOException ? "" : "internal error: ") + exception);
        return Failure.REFUSED;
    }
}
