package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The memory of the processes is not written anywhere, neither by themselves when they crash nor by who asks them. */
final class NoDumpsIT {
    /** Heap and stacks, by core(5); the virtual machine adds what is mapped from files. */
    private static final int ANONYMOUS_MEMORY = 0b11;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void noCoreNoHeapAndNobodyAttaches() throws IOException, InterruptedException {
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            for (Running running : List.of(cluster.authority(), cluster.sidecar())) {
                Path process = Path.of("/proc", String.valueOf(running.process().pid()));
                assumeTrue(Files.exists(process), "a system that tells of processes");
                assertTrue(
                        Files.readString(process.resolve("limits"))
                                .lines()
                                .anyMatch(line -> line.matches("Max core file size +0 +0 +bytes *")),
                        "a core may be made");
                assertEquals(
                        0,
                        ANONYMOUS_MEMORY
                                & Integer.parseInt(
                                        Files.readString(process.resolve("coredump_filter"))
                                                .strip(),
                                        16));
                String flags = Files.readString(process.resolve("cmdline"), ISO_8859_1);
                for (String flag : List.of("-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash")) {
                    assertTrue(flags.contains(flag), flags);
                }
                assertNobodyAttaches(running);
            }
            crashes(cluster.sidecar());
            cluster.authority().terminate();
        }
    }

    /** The tool of the JDK by which a heap would be dumped, as the very user that the process runs as. */
    private void assertNobodyAttaches(Running running) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        assumeTrue(Files.isExecutable(tool), "a JDK");
        Path dump = folder.resolve("heap.hprof");
        Process jcmd = new ProcessBuilder(
                        tool.toString(), String.valueOf(running.process().pid()), "GC.heap_dump", dump.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("jcmd.txt").toFile())
                .start();
        assertTrue(jcmd.waitFor(60, TimeUnit.SECONDS), "jcmd does not end");
        assertNotEquals(0, jcmd.exitValue(), () -> "attached to " + running.name());
        assertTrue(Files.notExists(dump));
        assertTrue(running.isAlive());
    }

    /** As by a fault in native code; what the virtual machine leaves is its report, for its owner alone. */
    private static void crashes(Running running) throws IOException {
        running.signal("SEGV");
        assertNotEquals(0, running.exitCode());
        try (Stream<Path> files = Files.list(Path.of(""))) {
            List<Path> left = files.filter(file -> file.toString()
                            .contains(String.valueOf(running.process().pid())))
                    .toList();
            assertEquals(1, left.size(), left::toString);
            Path report = left.get(0);
            assertTrue(report.getFileName().toString().startsWith("hs_err_pid"), report::toString);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(report)));
            SecretWatch.searchFile(report);
            Files.delete(report);
        }
    }
}
