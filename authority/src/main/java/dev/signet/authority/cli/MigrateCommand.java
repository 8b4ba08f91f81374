package dev.signet.authority.cli;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.Keeping;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "migrate",
        description = "Move the ledger of an authority that is not running from its data folder to PostgreSQL.")
final class MigrateCommand implements Callable<Integer> {
    private final Shell shell;
    private final SettingOptions options = new SettingOptions(SettingTable.SERVE);

    @Option(names = "--from", required = true, paramLabel = "h2", description = "where it is: h2, the data folder")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "postgres",
            description = "where it goes: postgres, the server that --database-url names")
    private String to = "";

    MigrateCommand(Shell shell) {
        this.shell = shell;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    @Override
    public Integer call() {
        if (!from.equals("h2") || !to.equals("postgres")) {
            throw Failure.usage("--from must be h2 and --to postgres");
        }
        Settings settings = options.read(shell.environment());
        AuthorityConfig config = options.configured(() -> ServeCommand.config(settings));
        long rows = options.started(() -> Keeping.migrate(config, shell::say));
        shell.say(
                rows == 0
                        ? "The ledger was moved before; serve it with the same --database-url."
                        : "Moved " + rows + " rows, each table checked by its digest. Serve it with the same --data and"
                                + " --database-url from now on; the folder's own ledger is refused.");
        return 0;
    }
}
