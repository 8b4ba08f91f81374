package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.signet.v1.BackupServiceGrpc.BackupServiceImplBase;
import dev.signet.v1.CreateBackupRequest;
import dev.signet.v1.CreateBackupResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that cannot be had whole is no file, and what was in the way is said. */
final class BackupCommandTest {
    @TempDir
    private Path folder;

    private final Backups backups = new Backups();
    private final Cli cli = new Cli(backups);

    @AfterEach
    void close() {
        cli.close();
    }

    private static final class Backups extends BackupServiceImplBase {
        private Status end = Status.OK;

        @Override
        public void createBackup(CreateBackupRequest request, StreamObserver<CreateBackupResponse> answer) {
            answer.onNext(CreateBackupResponse.newBuilder()
                    .setData(ByteString.copyFromUtf8("half of one"))
                    .build());
            if (end.isOk()) {
                answer.onCompleted();
            } else {
                answer.onError(end.asRuntimeException());
            }
        }
    }

    private Cli.Run refused(Path file, String... more) {
        Cli.Run run = cli.run(Stream.concat(Stream.of("backup", file.toString()), Stream.of(more))
                .toArray(String[]::new));
        assertEquals(1, run.exitCode(), run::toString);
        assertFalse(run.err().contains("internal error"), run.err());
        assertFalse(run.err().contains(String.valueOf(cli.environment.get("ASTRO_API_TOKEN"))), "a secret");
        return run;
    }

    private void isEmpty(Path left) throws IOException {
        try (Stream<Path> files = Files.list(left)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void whatIsNotWholeIsNotKept() throws IOException {
        assertTrue(refused(folder.resolve("backup")).err().contains("no backup, or a damaged one"));
        backups.end = Status.UNAVAILABLE.withDescription("going down");
        assertTrue(refused(folder.resolve("backup")).err().contains("UNAVAILABLE"));
        isEmpty(folder);
    }

    @Test
    void anAuthorityThatGoesAwayHalfwayIsNotFollowedByItsFolder() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("platform-token"), String.valueOf(cli.environment.get("ASTRO_API_TOKEN")));
        backups.end = Status.UNAVAILABLE.withDescription("going down");
        Path target = Files.createDirectories(folder.resolve("target"));
        assertTrue(refused(target.resolve("backup"), "--data", data.toString())
                .err()
                .contains("UNAVAILABLE"));
        isEmpty(target);
    }

    @Test
    void aPlaceThatTakesNoFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "something else");
        assertTrue(refused(file).err().contains("exists already"));
        assertEquals("something else", Files.readString(file));
        assertTrue(refused(file.resolve("backup")).err().contains("cannot be written"));
    }

    /** A disk that is full is one that takes nothing more. */
    @Test
    void aDiskThatIsFull() throws IOException {
        Path full = folder.resolve("full");
        IOException failure = assertThrows(
                IOException.class,
                () -> PrivateFile.write(full, out -> {
                    out.write(1);
                    throw new IOException("No space left on device");
                }));
        assertEquals("No space left on device", failure.getMessage());
        isEmpty(folder);
    }
}
