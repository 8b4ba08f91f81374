package dev.signet.authority.cli;

import dev.signet.authority.Authority;
import dev.signet.authority.AuthorityConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        name = "reset",
        description = "Replace the platform token of an authority that is not running, and print where the new one is.")
final class PlatformTokenReset implements Callable<Integer> {
    private final Shell shell;
    private final SettingOptions options = new SettingOptions(SettingTable.SERVE);

    PlatformTokenReset(Shell shell) {
        this.shell = shell;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    @Override
    public Integer call() {
        Settings settings = options.read(shell.environment());
        AuthorityConfig config = options.configured(() -> ServeCommand.config(settings));
        Path file = options.started(() -> Authority.resetPlatformToken(config));
        shell.say("The platform token was replaced; the new one is in this file:");
        shell.out().println(file);
        return 0;
    }
}
