package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ServerAddress;
import dev.signet.verifier.sidecar.Sidecar;
import dev.signet.verifier.sidecar.SidecarConfig;
import dev.signet.verifier.verify.VerifierConfig;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Described to picocli in words of its own, as annotations take long to read and a sidecar should start fast. */
final class SidecarCommand {
    static final String NAME = "sidecar";

    private final Shell shell;
    private final SettingOptions options = new SettingOptions(SettingTable.SIDECAR);

    SidecarCommand(Shell shell) {
        this.shell = shell;
    }

    CommandLine commandLine() {
        OptionSpec exitWithParent = OptionSpec.builder("--exit-with-parent")
                .type(boolean.class)
                .hidden(true)
                .description("end when standard input ends")
                .build();
        Callable<Integer> command = () -> run(options.flags(), Boolean.TRUE.equals(exitWithParent.getValue()));
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(NAME).addOption(exitWithParent);
        spec.usageMessage().description("Run a verifier until it is told to end.");
        return options.addTo(new CommandLine(spec));
    }

    static SidecarConfig config(Settings settings, @Nullable Credential credential) {
        return new SidecarConfig(
                ServerAddress.parse(SettingTable.AUTHORITY.key(), settings.text(SettingTable.AUTHORITY)),
                credential == null ? null : credential.token(),
                settings.optional(SettingTable.FEED_KEY),
                settings.address(SettingTable.SIDECAR_LISTEN),
                settings.optionalPath(SettingTable.SOCKET),
                settings.address(SettingTable.SIDECAR_HTTP_LISTEN),
                settings.optionalPath(SettingTable.HTTP_SOCKET),
                settings.optionalPath(SettingTable.SIDECAR_DATA),
                organizations(settings),
                settings.isOn(SettingTable.ALL_ORGANIZATIONS),
                new VerifierConfig(
                        settings.text(SettingTable.ACCEPTED_ISSUER),
                        Set.copyOf(settings.list(SettingTable.ACCEPTED_AUDIENCES)),
                        settings.duration(SettingTable.CLOCK_SKEW),
                        settings.optional(SettingTable.STRICTER_STALENESS) == null
                                ? null
                                : settings.duration(SettingTable.STRICTER_STALENESS),
                        settings.count(SettingTable.CACHED_TOKENS)),
                TlsSettings.sidecarAsClient(settings),
                TlsSettings.sidecar(settings));
    }

    private static Set<String> organizations(Settings settings) {
        return settings.list(SettingTable.ORGANIZATIONS).stream()
                .map(SidecarCommand::organization)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String organization(String text) {
        try {
            return String.valueOf(ResourceIds.parse(Level.ORGANIZATION, text).get(Level.ORGANIZATION));
        } catch (Failure e) {
            throw new InvalidConfiguration(SettingTable.ORGANIZATIONS.key(), String.valueOf(e.getMessage()));
        }
    }

    /** @param flags what was given on the command line */
    int run(Map<Setting, String> flags, boolean exitWithParent) throws InterruptedException {
        Settings settings = new Settings(SettingTable.SIDECAR, flags, shell.environment());
        Credential credential = Credentials.ofSidecar(shell, settings);
        SidecarConfig config = options.configured(() -> config(settings, credential));
        Sidecar sidecar = options.started(() -> Sidecar.start(config));
        Lifetime.closeAtExit(sidecar::close, exitWithParent);
        sidecar.awaitTermination();
        return 0;
    }
}
