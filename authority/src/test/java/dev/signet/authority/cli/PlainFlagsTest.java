package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.signet.authority.cli.Setting.Shape;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Plain flags are what picocli reads them as; what is not plain is left to it. */
final class PlainFlagsTest {
    static Stream<String> eachFlag() {
        return SettingTable.SIDECAR.stream()
                .filter(setting -> setting.flag() != null)
                .flatMap(setting -> setting.shape() == Shape.SWITCH
                        ? Stream.of(setting.flag())
                        : Stream.of(setting.flag() + " a", setting.flag() + "=a"));
    }

    @ParameterizedTest
    @MethodSource("eachFlag")
    @ValueSource(
            strings = {
                "",
                "--listen 127.0.0.1:1 --all-organizations --cached-tokens 5",
                "--organization-id a --organization-id=b,c --listen x --organization-id d",
                "--authority=a=b --issuer ==",
                "--issuer @file --socket ./a --data ~/b",
                "--issuer 'a' --data \"b\"",
                "--issuer ${sys:user.home}"
            })
    void areReadAsPicocliReadsThem(String line) {
        assertEquals(byPicocli(line), read(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--listen a -h",
                "--exit-with-parent",
                "--bogus a",
                "listen",
                "--listen a b",
                "--listen",
                "--listen=",
                "--listen --socket a",
                "--listen -a",
                "--listen a --listen b",
                "--LISTEN a",
                "--list a",
                "--",
                "--all-organizations=true",
                "--all-organizations true",
                "--no-all-organizations",
                "--all-organizations --all-organizations"
            })
    void theRestIsLeftToPicocli(String line) {
        assertNull(read(line));
    }

    @Test
    void anEmptyValueIsLeftToPicocli() {
        assertNull(PlainFlags.read(SettingTable.SIDECAR, new String[] {"sidecar", "--listen", ""}, 1));
    }

    private static Map<Setting, String> read(String line) {
        return PlainFlags.read(SettingTable.SIDECAR, ("sidecar " + line).strip().split(" ", -1), 1);
    }

    private static Map<Setting, String> byPicocli(String line) {
        SettingOptions options = new SettingOptions(SettingTable.SIDECAR);
        CommandLine command =
                options.addTo(new CommandLine(CommandSpec.create())).setExpandAtFiles(false);
        command.parseArgs(line.isEmpty() ? new String[0] : line.split(" ", -1));
        return options.flags();
    }
}
