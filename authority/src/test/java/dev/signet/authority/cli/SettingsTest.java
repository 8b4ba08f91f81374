package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.cli.Settings.Origin;
import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class SettingsTest {
    @Test
    void flagThenEnvironmentThenDefault() {
        Map<String, String> environment = Map.of("SIGNET_LISTEN", "127.0.0.1:1", "SIGNET_DATA", "/from/env");
        Settings settings = serve(environment, "--listen", "127.0.0.1:2");
        assertEquals("127.0.0.1:2", settings.text(SettingTable.LISTEN));
        assertEquals(Origin.FLAG, settings.origin(SettingTable.LISTEN));
        assertEquals("/from/env", settings.text(SettingTable.DATA));
        assertEquals(Origin.ENVIRONMENT, settings.origin(SettingTable.DATA));
        assertEquals("https://signet.local", settings.text(SettingTable.ISSUER));
        assertEquals(Origin.DEFAULT, settings.origin(SettingTable.ISSUER));
    }

    @Test
    void aBlankVariableIsNotSet() {
        assertEquals("./signet-data", serve(Map.of("SIGNET_DATA", " ")).text(SettingTable.DATA));
    }

    @Test
    void switches() {
        assertTrue(serve(Map.of("SIGNET_REFLECTION", "false"), "--reflection").isOn(SettingTable.REFLECTION));
        assertFalse(serve(Map.of(), "--no-reflection").isOn(SettingTable.REFLECTION));
        assertFalse(serve(Map.of("SIGNET_REFLECTION", "false")).isOn(SettingTable.REFLECTION));
        assertTrue(sidecar("--all-organizations").isOn(SettingTable.ALL_ORGANIZATIONS));
        Settings wrong = serve(Map.of("SIGNET_REFLECTION", "maybe"));
        assertThrows(InvalidConfiguration.class, () -> wrong.isOn(SettingTable.REFLECTION));
    }

    @Test
    void reflectionIsForLoopbackUnlessItIsSaidOtherwise() {
        Map<String, String> elsewhere =
                Map.of("SIGNET_LISTEN", "0.0.0.0:8470", "SIGNET_TLS_CERTIFICATE", "c", "SIGNET_TLS_KEY", "k");
        assertTrue(ServeCommand.config(serve(Map.of())).grpc().reflection());
        assertFalse(
                ServeCommand.config(serve(Map.of(), "--no-reflection")).grpc().reflection());
        assertFalse(ServeCommand.config(serve(elsewhere)).grpc().reflection());
        assertTrue(ServeCommand.config(serve(elsewhere, "--reflection")).grpc().reflection());
    }

    @Test
    void listsAreRepeatedOrSeparatedByCommas() {
        assertEquals(
                List.of("a", "b", "c"),
                sidecar("--audience", "a, b", "--audience", "c").list(SettingTable.ACCEPTED_AUDIENCES));
        assertEquals(List.of(), sidecar().list(SettingTable.ORGANIZATIONS));
    }

    @Test
    void secretsHaveNoFlagAndAreNotShown() {
        Settings settings = serve(Map.of("SIGNET_MASTER_KEY", "hush"));
        assertEquals("given", settings.shown(SettingTable.MASTER_KEY));
        assertEquals("hush", settings.optional(SettingTable.MASTER_KEY));
        assertNull(serve(Map.of()).shown(SettingTable.MASTER_KEY));
        assertNull(SettingTable.MASTER_KEY.flag());
        assertNull(SettingTable.CREDENTIAL.flag());
    }

    @Test
    void whatShouldNotBeInAUrlIsNotShown() {
        assertEquals(
                "postgresql://…@db/signet?…",
                serve(Map.of("SIGNET_DATABASE_URL", "postgresql://me:hu/@sh@db/signet?password=hush"))
                        .shown(SettingTable.DATABASE_URL));
        assertEquals(
                "postgresql://db/signet",
                serve(Map.of("SIGNET_DATABASE_URL", "postgresql://db/signet")).shown(SettingTable.DATABASE_URL));
        try (Cli cli = new Cli()) {
            cli.environment.put("SIGNET_DATABASE_URL", "postgresql://me:hush@db/signet");
            Cli.Run check = cli.run("config", "check", "serve");
            assertEquals(2, check.exitCode());
            assertTrue(check.err().contains("(--database-url, SIGNET_DATABASE_URL)"), check.err());
            assertFalse((check.out() + check.err()).contains("hush"), check.toString());
        }
    }

    @Test
    void whatIsMeantForADatabaseServerNeedsOne() {
        try (Cli cli = new Cli()) {
            cli.environment.put("SIGNET_DATABASE_PASSWORD_FILE", "/run/secrets/password");
            Cli.Run check = cli.run("config", "check", "serve");
            assertEquals(2, check.exitCode());
            assertTrue(check.err().contains("SIGNET_DATABASE_URL"), check.err());
        }
    }

    @Test
    void whatIsWrongNamesEveryWayToSetIt() {
        try (Cli cli = new Cli()) {
            cli.environment.put("SIGNET_MAXIMUM_STALENESS", "soon");
            assertEquals(
                    new Cli.Run(
                            2,
                            "",
                            "signet: maximum-staleness: must be a duration such as 500ms, 60s, 2m or 1h, got soon"
                                    + " (--maximum-staleness, SIGNET_MAXIMUM_STALENESS)\n"),
                    cli.run("serve"));
            Cli.Run check = cli.run("config", "check", "serve");
            assertEquals(2, check.exitCode());
            assertTrue(check.out().contains("soon"), check.out());
        }
    }

    @Test
    void configCheckShowsWhereValuesComeFrom() {
        try (Cli cli = new Cli()) {
            cli.environment.put("SIGNET_SIDECAR_LISTEN", "127.0.0.1:7");
            Cli.Run check = cli.run("config", "check", "sidecar", "--clock-skew", "1s");
            assertEquals(0, check.exitCode(), check.err());
            assertTrue(shows(check, "credential", "given", "environment"), check.out());
            assertTrue(shows(check, "listen", "127.0.0.1:7", "environment"), check.out());
            assertTrue(shows(check, "clock-skew", "1s", "flag"), check.out());
            assertFalse(check.out().contains(cli.environment.get("ASTRO_API_TOKEN")));
        }
    }

    private static boolean shows(Cli.Run check, String... row) {
        return check.out().lines().anyMatch(line -> line.matches("sidecar +" + String.join(" +", row)));
    }

    @Test
    void aPinIsTheIdOfAKey() {
        try (Cli cli = new Cli()) {
            cli.environment.put("SIGNET_FEED_KEY", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
            assertEquals(0, cli.run("config", "check", "sidecar").exitCode());
            Cli.Run check = cli.run("config", "check", "sidecar", "--feed-key", "NzbLsXh8uDCcd");
            assertEquals(2, check.exitCode());
            assertTrue(check.err().contains("feed-key: must be the id of a feed key"), check.err());
            assertTrue(check.err().contains("(--feed-key, SIGNET_FEED_KEY)"), check.err());
        }
    }

    @Test
    void anAudienceMayHaveALargerStaleness() {
        Settings settings = serve(
                Map.of("SIGNET_AUDIENCE", "signet,batch,https://a/?x=1"),
                "--audience-staleness",
                "batch=5m",
                "--audience-staleness",
                "https://a/?x=1=24h");
        assertEquals(
                Map.of("batch", Duration.ofMinutes(5), "https://a/?x=1", Duration.ofHours(24)),
                ServeCommand.config(settings).feed().audienceStaleness());
        assertEquals(Map.of(), ServeCommand.config(serve(Map.of())).feed().audienceStaleness());
        assertStalenessRefused("signet=60s", "must be larger than the maximum staleness");
        assertStalenessRefused("signet=30s", "must be larger than the maximum staleness");
        assertStalenessRefused("signet=25h", "at most 24h");
        assertStalenessRefused("batch=5m", "none of this authority's audiences: batch");
        assertStalenessRefused("signet", "such as batch=5m");
        assertStalenessRefused("=5m", "such as batch=5m");
        assertStalenessRefused("signet=", "must be a duration");
        assertStalenessRefused("signet=forever", "must be a duration");
        assertStalenessRefused("signet=5m,signet=6m", "given twice");
    }

    private static void assertStalenessRefused(String text, String says) {
        try (Cli cli = new Cli()) {
            Cli.Run check = cli.run("config", "check", "serve", "--audience-staleness", text);
            assertEquals(2, check.exitCode(), check.err());
            assertTrue(check.err().contains("audience-staleness: "), check.err());
            assertTrue(check.err().contains(says), check.err());
            assertTrue(check.err().contains("(--audience-staleness, SIGNET_AUDIENCE_STALENESS)"), check.err());
        }
    }

    @Test
    void anHsmIsConfiguredWholeOrNotAtAll() {
        Map<String, String> whole = Map.of(
                "SIGNET_PKCS11_LIBRARY", "/a/module.so", "SIGNET_PKCS11_TOKEN", "a token", "SIGNET_PKCS11_PIN", "hush");
        assertHsm(0, "", whole);
        Map<String, String> missing = Map.of(
                "SIGNET_PKCS11_LIBRARY", "pkcs11-library: is needed",
                "SIGNET_PKCS11_TOKEN", "pkcs11-token: is needed",
                "SIGNET_PKCS11_PIN", "pkcs11-pin-file: is needed");
        missing.forEach((variable, says) -> {
            Map<String, String> rest = new HashMap<>(whole);
            rest.remove(variable);
            assertHsm(2, says, rest);
        });
        for (String path : List.of("/a\"b.so", "/a\\b.so", "/${user.home}/b.so", "/a\nslot = 1")) {
            Map<String, String> strange = new HashMap<>(whole);
            strange.put("SIGNET_PKCS11_LIBRARY", path);
            assertHsm(2, "pkcs11-library: must be", strange);
        }
    }

    private static void assertHsm(int exitCode, String says, Map<String, String> environment) {
        try (Cli cli = new Cli()) {
            cli.environment.putAll(environment);
            Cli.Run check = cli.run("config", "check", "serve");
            assertEquals(exitCode, check.exitCode(), check.err());
            assertTrue(check.err().contains(says), check.err());
            assertFalse((check.out() + check.err()).contains("hush"), check.toString());
        }
    }

    private static Settings serve(Map<String, String> environment, String... arguments) {
        return parse(SettingTable.SERVE, environment, arguments);
    }

    private static Settings sidecar(String... arguments) {
        return parse(SettingTable.SIDECAR, Map.of(), arguments);
    }

    private static Settings parse(List<Setting> table, Map<String, String> environment, String... arguments) {
        SettingOptions options = new SettingOptions(table);
        options.addTo(new CommandLine(CommandSpec.create())).parseArgs(arguments);
        return options.read(environment);
    }
}
