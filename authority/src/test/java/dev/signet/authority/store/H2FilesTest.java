package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.IdGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The data folder: who may use it, and what a killed process leaves there. */
@Timeout(60)
final class H2FilesTest {
    @TempDir
    private Path folder;

    private final Samples samples = new Samples();

    private static Ledger open(Path data) {
        return JdbcLedger.open(
                new StoreConfig(data),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }

    private static void assertRefused(Path data) {
        InvalidConfiguration refusal =
                assertThrows(InvalidConfiguration.class, () -> open(data).close());
        assertEquals("data", refusal.key());
        assertTrue(refusal.getMessage().contains(data.toString()), refusal.getMessage());
    }

    @Test
    void filesAreForTheOwnerAlone() throws IOException {
        Path data = folder.resolve("made/here");
        Ledger ledger = open(data);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
        assertEquals(Set.of("ledger.mv.db rw-------"), filesIn(data));
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(samples.organization()));
            return tx;
        });
        ledger.close();
        assertEquals(Set.of("ledger.mv.db rw-------"), filesIn(data));
    }

    @Test
    void aFolderThatOthersMayEnterHoldsFilesThatTheyMayNotRead() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        open(folder).close();
        assertEquals(Set.of("ledger.mv.db rw-------"), filesIn(folder));
    }

    private static Set<String> filesIn(Path data) throws IOException {
        Set<String> files = new HashSet<>();
        try (Stream<Path> entries = Files.list(data)) {
            for (Path file : entries.toList()) {
                files.add(
                        file.getFileName() + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        return files;
    }

    @Test
    void closingTwiceIsClosing() {
        Ledger ledger = open(folder);
        String id = ledger.id();
        ledger.close();
        ledger.close();
        Ledger again = open(folder);
        assertEquals(id, again.id());
        again.close();
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(file);
        assertRefused(file.resolve("below"));
    }

    @Test
    void aFolderWithoutRightsIsRefused() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(closed), "nothing is closed to root");
            assertRefused(closed);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFileThatIsNoLedgerIsRefused() throws IOException {
        Files.writeString(folder.resolve("ledger.mv.db"), "something else entirely".repeat(1000));
        assertRefused(folder);
    }

    @Test
    void oneProcessHoldsItAndWhatThatWasToldSurvivesItsDeath() throws Exception {
        String part = samples.organization().id();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerProcess.class.getName(),
                        folder.toString(),
                        part)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long told = 0;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            while (told < 50) {
                told = Long.parseLong(nextNumber(output));
            }
            assertRefused(folder);
            // By its handle, as the process itself would close its output too.
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                // The last line may be cut short; then it names a revision that was committed earlier.
                told = Math.max(told, line.matches("\\d+") ? Long.parseLong(line) : 0);
            }
        } finally {
            process.destroyForcibly();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        }
        Ledger ledger = open(folder);
        List<Long> kept = ledger.read(tx -> tx.trust().of(part, 0, 1_000_000)).stream()
                .map(RecordedChange::revision)
                .toList();
        long head = ledger.read(tx -> tx.trust().head());
        ledger.close();
        assertTrue(head >= told, "told of " + told + ", kept " + head);
        assertEquals(LongStream.rangeClosed(1, head).boxed().toList(), kept);
    }

    /** Passes over what libraries log. */
    private static String nextNumber(BufferedReader output) throws IOException {
        String line = output.readLine();
        while (line != null && !line.matches("\\d+")) {
            line = output.readLine();
        }
        assertTrue(line != null, "the process ended by itself");
        return line;
    }
}
