package dev.signet.authority.cli;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.Keeping;
import dev.signet.authority.RestoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description =
                "Load a backup into a data folder without a ledger, and have what was revoked since stay revoked.")
final class RestoreCommand implements Callable<Integer> {
    private final Shell shell;
    private final SettingOptions options = new SettingOptions(SettingTable.SERVE);

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "the backup; left out where it was loaded before and is to be decided upon")
    private @Nullable Path file;

    @Option(
            names = "--trust-state",
            paramLabel = "FILE",
            description = "`trust-state` of a verifier: what it knows to be revoked is revoked, the rest works on; "
                    + "repeatable, where none watches all organizations")
    private List<Path> trustStates = new ArrayList<>();

    @Option(
            names = "--through",
            paramLabel = "REVISION",
            description = "the last revision that was acknowledged, which the trust state has to reach")
    private @Nullable Long through;

    @Option(
            names = "--raise-epochs",
            description = "end every token that was issued before, and disable API keys until they are enabled again")
    private boolean raiseEpochs;

    RestoreCommand(Shell shell) {
        this.shell = shell;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    @Override
    public Integer call() {
        Settings settings = options.read(shell.environment());
        AuthorityConfig config = options.configured(() -> ServeCommand.config(settings));
        RestoreConfig restore = options.configured(() -> new RestoreConfig(file, trustStates, through, raiseEpochs));
        Optional<Path> token = options.started(() -> Keeping.restore(config, restore));
        if (token.isEmpty()) {
            shell.say("The backup was loaded. It is not served before you say what became of its credentials since:");
            shell.say("run `signet restore --data " + config.store().data()
                    + "` with --trust-state FILE --through REVISION, or with --raise-epochs.");
            return 0;
        }
        shell.say("The ledger was restored and can be served. A new platform token is in this file:");
        shell.out().println(token.get());
        return 0;
    }
}
