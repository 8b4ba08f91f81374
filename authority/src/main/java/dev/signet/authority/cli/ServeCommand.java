package dev.signet.authority.cli;

import dev.signet.authority.Authority;
import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.feed.CertificateVerifiersConfig;
import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.http.HttpConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.keys.Pkcs11Config;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.tls.Exposure;
import dev.signet.verifier.token.Algorithm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        Exposure exposure = TlsSettings.authority(settings);
        return new AuthorityConfig(
                new StoreConfig(settings.path(SettingTable.DATA), postgres(settings)),
                new KeysConfig(
                        settings.optionalPath(SettingTable.MASTER_KEY_FILE),
                        settings.optional(SettingTable.MASTER_KEY),
                        algorithm(settings.text(SettingTable.SIGNING_ALGORITHM)),
                        settings.duration(SettingTable.KEY_ROTATION_PERIOD),
                        Pkcs11Config.of(
                                settings.optionalPath(SettingTable.PKCS11_LIBRARY),
                                settings.optional(SettingTable.PKCS11_TOKEN),
                                settings.optionalPath(SettingTable.PKCS11_PIN_FILE),
                                settings.optional(SettingTable.PKCS11_PIN))),
                new TokensConfig(settings.text(SettingTable.ISSUER), settings.list(SettingTable.AUDIENCE)),
                new FeedConfig(
                        settings.duration(SettingTable.MAXIMUM_STALENESS),
                        audienceStaleness(settings),
                        CertificateVerifiersConfig.of(settings.list(TlsSettings.VERIFIERS))),
                new GrpcConfig(settings.address(SettingTable.LISTEN), reflection(settings), exposure),
                new HttpConfig(settings.addressUnlessOff(SettingTable.HTTP_LISTEN), exposure),
                LimitSettings.config(settings));
    }

    private static boolean reflection(Settings settings) {
        return settings.optional(SettingTable.REFLECTION) == null
                ? settings.address(SettingTable.LISTEN).isLoopback()
                : settings.isOn(SettingTable.REFLECTION);
    }

    private static @Nullable PostgresConfig postgres(Settings settings) {
        String text = settings.optional(SettingTable.DATABASE_URL);
        if (text == null) {
            // What was meant for a server must not land in a file.
            for (Setting other : SettingTable.WHICH_DATABASE) {
                if (settings.optional(other) != null) {
                    throw new InvalidConfiguration(
                            SettingTable.DATABASE_URL.key(), "is needed, as " + other.key() + " is given");
                }
            }
            if (settings.isOn(SettingTable.DATABASE_FAILOVER)) {
                throw new InvalidConfiguration(
                        SettingTable.DATABASE_URL.key(),
                        "is needed, as " + SettingTable.DATABASE_FAILOVER.key() + " is given");
            }
            return null;
        }
        return PostgresConfig.of(
                        text,
                        settings.text(SettingTable.DATABASE_USER),
                        settings.optionalPath(SettingTable.DATABASE_PASSWORD_FILE),
                        settings.optional(SettingTable.DATABASE_TLS),
                        settings.optionalPath(SettingTable.DATABASE_ROOT_CERTIFICATE),
                        settings.count(SettingTable.DATABASE_POOL_SIZE),
                        settings.duration(SettingTable.DATABASE_CONNECT_TIMEOUT),
                        settings.duration(SettingTable.DATABASE_LOCK_TIMEOUT),
                        settings.duration(SettingTable.DATABASE_STATEMENT_TIMEOUT))
                .withFailover(settings.isOn(SettingTable.DATABASE_FAILOVER));
    }

    private static Map<String, Duration> audienceStaleness(Settings settings) {
        String key = SettingTable.AUDIENCE_STALENESS.key();
        Map<String, Duration> stalenessByAudience = new LinkedHashMap<>();
        for (String text : settings.list(SettingTable.AUDIENCE_STALENESS)) {
            // The last one, as an audience may hold others.
            int equals = text.lastIndexOf('=');
            if (equals <= 0) {
                throw new InvalidConfiguration(
                        key, "must be an audience and a duration, such as batch=5m, got " + text);
            }
            Duration staleness = DurationText.parse(key, text.substring(equals + 1));
            if (stalenessByAudience.put(text.substring(0, equals), staleness) != null) {
                throw new InvalidConfiguration(key, "is given twice for " + text.substring(0, equals));
            }
        }
        return stalenessByAudience;
    }

    private static Algorithm algorithm(String name) {
        return Algorithm.named(name)
                .orElseThrow(() -> new InvalidConfiguration(
                        SettingTable.SIGNING_ALGORITHM.key(), "must be ES256, EdDSA, RS256 or PS256, got " + name));
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
