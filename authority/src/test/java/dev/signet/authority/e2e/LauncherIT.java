package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts everything. */
final class LauncherIT {
    private static final Map<String, String> NOTHING = Map.of();

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void saysWhatItIs() {
        Processes.Run version = Processes.run(NOTHING, "version");
        assertTrue(version.value().startsWith("signet "), version.out());
        assertEquals(0, Processes.run(NOTHING, "--help").exitCode());
        assertEquals(2, Processes.run(NOTHING).exitCode());
        assertEquals(2, Processes.run(NOTHING, "nonsense").exitCode());
    }

    @Test
    void isFoundThroughALink() throws IOException {
        Path first = Files.createSymbolicLink(folder.resolve("first"), Processes.launcher());
        Path second = Files.createSymbolicLink(folder.resolve("second"), first.getFileName());
        assertEquals(0, Processes.run(second, NOTHING, "version").exitCode());
    }

    @Test
    void checksAConfiguration() {
        assertEquals(0, Processes.run(NOTHING, "config", "check", "serve").exitCode());
        Processes.Run wrong = Processes.run(Map.of("SIGNET_LISTEN", "0.0.0.0:1"), "config", "check", "serve");
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().contains("SIGNET_LISTEN"), wrong.err());
    }

    /** Else every later start would be slower, for having been built beside a running authority. */
    @Test
    void trainsForFasterStartsWhereTheUsualPortsAreInUse() throws IOException {
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int port : new int[] {8470, 8471, 8480, 8481}) {
                ServerSocket socket = new ServerSocket();
                taken.add(socket);
                try {
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                } catch (BindException e) {
                    // Somebody else has it: as good.
                }
            }
            Processes.Run trained = Processes.run(NOTHING, "warm-up");
            assertEquals(0, trained.exitCode(), trained.err());
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    /** Every jar that it opens is paid for in the start and the memory of a sidecar, of which there are many. */
    @Test
    void aSidecarOpensNothingOfTheAuthoritys() {
        Map<String, String> told = Map.of("SIGNET_JAVA_OPTS", "-XshowSettings:properties");
        Processes.Run serve = Processes.run(told, "serve", "--help");
        assertTrue(serve.err().contains("/h2-") && serve.err().contains("/caffeine-"), serve.err());
        Processes.Run sidecar = Processes.run(told, "sidecar", "--help");
        assertTrue(!sidecar.err().contains("/h2-") && sidecar.err().contains("/caffeine-"), sidecar.err());
        int before = sidecar.err().indexOf("/native.jar");
        assertTrue(before >= 0 && before < sidecar.err().indexOf("/conscrypt-"), sidecar.err());
        assertEquals(0, sidecar.exitCode());
    }

    /** It is unpacked at each start. */
    @Test
    void theNativeLibraryTakesNoInflatingAndIsCryptosOwn() throws IOException {
        Path dist = Path.of("target", "dist");
        try (DirectoryStream<Path> crypto = Files.newDirectoryStream(dist.resolve("lib"), "conscrypt-*.jar");
                ZipFile jar = new ZipFile(crypto.iterator().next().toFile());
                ZipFile stored = new ZipFile(dist.resolve("native.jar").toFile())) {
            List<? extends ZipEntry> libraries = jar.stream()
                    .filter(entry -> entry.getName().endsWith(".so"))
                    .toList();
            assertFalse(libraries.isEmpty());
            for (ZipEntry library : libraries) {
                ZipEntry found = stored.getEntry(library.getName());
                assertEquals(ZipEntry.STORED, found.getMethod());
                assertArrayEquals(
                        jar.getInputStream(library).readAllBytes(),
                        stored.getInputStream(found).readAllBytes());
            }
        }
    }

    @Test
    void whatItNeedsAndDoesNotFindIsToldInOneLine() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("authority").resolve("bin"))
                .resolve("signet");
        Files.copy(Processes.launcher(), elsewhere);
        Processes.Run notBuilt = Processes.run(elsewhere, NOTHING, "version");
        assertEquals(1, notBuilt.exitCode());
        assertEquals("signet: not built yet, and SIGNET_BUILD is 'never'. Run: mvn package\n", notBuilt.err());
        Processes.Run noJava = Processes.run(Map.of("JAVA_HOME", folder.toString()), "version");
        assertEquals(1, noJava.exitCode());
        assertTrue(noJava.err().startsWith("signet: JAVA_HOME is "), noJava.err());
    }
}
