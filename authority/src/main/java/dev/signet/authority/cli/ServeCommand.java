package dev.signet.authority.cli;

import dev.signet.authority.Authority;
import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.TokensConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "Run the authority until it is told to end.")
final class ServeCommand implements Callable<Integer> {
    private final Shell shell;
    private final SettingOptions options = new SettingOptions(SettingTable.SERVE);

    @Option(names = "--exit-with-parent", hidden = true, description = "end when standard input ends")
    private boolean exitWithParent;

    ServeCommand(Shell shell) {
        this.shell = shell;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    static AuthorityConfig config(Settings settings) {
        return new AuthorityConfig(
                new StoreConfig(settings.path(SettingTable.DATA)),
                new KeysConfig(
                        settings.optionalPath(SettingTable.MASTER_KEY_FILE),
                        settings.optional(SettingTable.MASTER_KEY)),
                new TokensConfig(settings.text(SettingTable.ISSUER), settings.list(SettingTable.AUDIENCE)),
                new FeedConfig(settings.duration(SettingTable.MAXIMUM_STALENESS)),
                new GrpcConfig(settings.address(SettingTable.LISTEN), settings.isOn(SettingTable.REFLECTION)));
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = options.read(shell.environment());
        AuthorityConfig config = options.configured(() -> config(settings));
        Authority authority = options.started(() -> Authority.start(config));
        Lifetime.closeAtExit(authority::close, exitWithParent);
        authority.awaitTermination();
        return 0;
    }
}
