package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that cannot run says why, naming what to change, and ends; what was there stays as it was. */
final class RefusedStartIT {
    private static final String OTHER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";
    private static final Map<String, String> NOTHING = Map.of();

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static Path data;
    private static String platformToken;

    @BeforeAll
    static void makeAnInstallation() {
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            platformToken = cluster.platformToken();
            cluster.authority().terminate();
        }
        data = folder.resolve("data");
    }

    @Test
    void aPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertRefused(serve(data, address), 1, "--listen", address);
            assertRefused(dev("--listen", address), 1, "--listen", address);
            assertRefused(dev("--sidecar-listen", address), 1, "--sidecar-listen", address);
            assertRefused(
                    Processes.run(Map.of("ASTRO_API_TOKEN", platformToken), "sidecar", "--listen", address),
                    1,
                    "--listen",
                    address);
            assertRefused(
                    Processes.run(
                            Map.of("ASTRO_API_TOKEN", platformToken),
                            "sidecar",
                            "--listen",
                            "127.0.0.1:0",
                            "--http-listen",
                            address),
                    1,
                    "--http-listen",
                    address);
        }
        assertFalse(Files.exists(data.resolve("dev.env")));
    }

    @Test
    void aDataFolderThatIsNone(@TempDir Path other) throws IOException {
        Path file = Files.writeString(other.resolve("file"), "x");
        assertRefused(serve(file), 1, "--data", file.toString());
        assertRefused(serve(file.resolve("below")), 1, "--data", file.toString());
        Path damaged = Files.createDirectory(other.resolve("damaged"));
        Files.writeString(damaged.resolve("ledger.mv.db"), "not a database".repeat(1000));
        assertRefused(serve(damaged), 1, "--data", damaged.toString());
    }

    @Test
    void aDataFolderInUse() {
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            Running running = cluster.startAuthority();
            assertRefused(serve(data), 1, "--data", "another process");
            assertRefused(
                    Processes.run(NOTHING, "platform-token", "reset", "--data", data.toString()),
                    1,
                    "--data",
                    "another process");
            assertTrue(running.isAlive());
            running.kill();
        }
    }

    @Test
    void aMasterKeyThatIsMissingWrongOrOpenToOthers() throws IOException {
        Path file = data.resolve("master-key");
        String key = Files.readString(file);
        Files.delete(file);
        assertRefused(serve(data), 1, "--master-key-file", file.toString());
        assertFalse(Files.exists(file), "made a key that opens nothing");
        write(file, "not a key\n");
        assertRefused(serve(data), 1, "--master-key-file", file.toString());
        write(file, OTHER_KEY);
        assertRefused(serve(data), 1, "master-key", "does not open");
        write(file, key);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(serve(data), 1, "--master-key-file", "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertRefused(serveWith(Map.of("SIGNET_MASTER_KEY", "short")), 1, "SIGNET_MASTER_KEY", "32 bytes");
        assertRefused(serveWith(Map.of("SIGNET_MASTER_KEY", OTHER_KEY)), 1, "SIGNET_MASTER_KEY", "does not open");
        assertRefused(serveWith(Map.of("SIGNET_MASTER_KEY_FILE", folder.toString())), 1, "--master-key-file", "");
        assertRefused(
                serveWith(Map.of("SIGNET_MASTER_KEY_FILE", folder + "/none")),
                1,
                "--master-key-file",
                folder + "/none");

        // All of it changed nothing.
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            assertEquals(platformToken, cluster.platformToken());
            cluster.newTenant("After all");
            cluster.authority().terminate();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "platform-token, rw-r--r--, chmod 600",
        "platform-token, rw--w----, chmod 600",
        "'', rwxrwx---, chmod go-w",
        "'', rwx----w-, chmod go-w"
    })
    void whatOthersCanUse(String name, String mode, String mends) throws IOException {
        Path file = name.isEmpty() ? data : data.resolve(name);
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        try {
            assertRefused(serve(data), 1, "--data", mends + " " + file);
        } finally {
            Files.setPosixFilePermissions(file, before);
        }
    }

    @Test
    void aSidecarsFoldersThatOthersCanWriteTo(@TempDir Path open) throws IOException {
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xrwx"));
        assertRefused(sidecar("--data", open), 1, "--data", "chmod go-w " + open);
        assertRefused(sidecar("--socket", open.resolve("some.sock")), 1, "--socket", "chmod go-w " + open);
        assertRefused(sidecar("--http-socket", open.resolve("some.sock")), 1, "--http-socket", "chmod go-w " + open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
        Path feedKey = Files.writeString(open.resolve("feed-key"), "x");
        Files.setPosixFilePermissions(feedKey, PosixFilePermissions.fromString("rw-rw----"));
        assertRefused(sidecar("--data", open), 1, "--data", "chmod 600 " + feedKey);
        Files.delete(feedKey);
    }

    private static Processes.Run sidecar(String flag, Path value) {
        return Processes.run(
                Map.of("ASTRO_API_TOKEN", platformToken), "sidecar", "--listen", "127.0.0.1:0", flag, value.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "serve, --listen, 0.0.0.0:8470",
        "serve, --listen, 127.0.0.1",
        "serve, --listen, 127.0.0.1:99999",
        "serve, --maximum-staleness, 0s",
        "serve, --maximum-staleness, 25h",
        "serve, --maximum-staleness, soon",
        "serve, --issuer, ' '",
        "dev, --maximum-staleness, 1",
        "dev, --sidecar-listen, 192.0.2.1:1",
        "sidecar, --authority, 192.0.2.1:8470",
        "sidecar, --http-listen, 0.0.0.0:8481",
        "sidecar, --clock-skew, 31s",
        "sidecar, --maximum-staleness, 0s",
        "sidecar, --cached-tokens, many",
        "sidecar, --organization-id, nobody"
    })
    void aValueOfTheWrongForm(String verb, String flag, String value) {
        Processes.Run run = Processes.run(
                Map.of("ASTRO_API_TOKEN", platformToken, "SIGNET_DATA", data.toString()), verb, flag, value);
        assertRefused(run, 2, flag.substring(2), "");
    }

    @Test
    void aSidecarWithoutAGoodCredential() {
        assertRefused(Processes.run(NOTHING, "sidecar"), 1, "ASTRO_API_TOKEN", "");
        assertRefused(Processes.run(Map.of("ASTRO_API_TOKEN", "x"), "sidecar"), 1, "ASTRO_API_TOKEN", "malformed");
    }

    private static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static Processes.Run serve(Path folder) {
        return serve(folder, "127.0.0.1:0");
    }

    private static Processes.Run serve(Path folder, String listen) {
        return Processes.run(NOTHING, "serve", "--data", folder.toString(), "--listen", listen);
    }

    private static Processes.Run serveWith(Map<String, String> environment) {
        return Processes.run(environment, "serve", "--data", data.toString(), "--listen", "127.0.0.1:0");
    }

    private static Processes.Run dev(String flag, String value) {
        List<String> arguments = Stream.of(
                        List.of("dev", "--data", data.toString()),
                        flag.equals("--listen") ? List.<String>of() : List.of("--listen", "127.0.0.1:0"),
                        List.of(flag, value))
                .flatMap(List::stream)
                .toList();
        return Processes.run(NOTHING, arguments.toArray(String[]::new));
    }

    /** The last line says it; lines before are the process's log. */
    private static void assertRefused(Processes.Run run, int exitCode, String says, String alsoSays) {
        assertEquals(exitCode, run.exitCode(), run::toString);
        assertEquals("", run.out());
        List<String> lines = run.err().lines().toList();
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("signet: "), run.err());
        assertTrue(last.contains(says) && last.contains(alsoSays), run.err());
        assertEquals(1, lines.stream().filter(line -> !line.contains(" INFO ")).count(), run.err());
        assertFalse(run.err().contains("eyJ") || run.err().contains("\tat "), run.err());
    }
}
