package dev.signet.authority.cli;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.Keeping;
import dev.signet.v1.BackupServiceGrpc;
import dev.signet.v1.CreateBackupRequest;
import dev.signet.v1.CreateBackupResponse;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        description = "Write everything that the authority keeps into a file, while it runs; not the master key.")
final class BackupCommand implements Callable<Integer> {
    private static final int DEADLINE_SECONDS = 3_600;

    private final Shell shell;
    private final Connections connections;
    private final SettingOptions options = new SettingOptions(SettingTable.SERVE);

    @Parameters(paramLabel = "FILE", description = "the file to write, which must not exist")
    private Path file = Path.of("");

    private boolean begun;

    BackupCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    @Override
    public Integer call() {
        Settings settings = options.read(shell.environment());
        if (Files.exists(file)) {
            throw Failure.refused("the file exists already: " + file);
        }
        try {
            PrivateFile.write(file, out -> write(settings, out));
        } catch (UncheckedIOException e) {
            throw unwritten(e.getCause());
        } catch (IOException e) {
            throw unwritten(e);
        }
        try {
            options.started(() -> {
                Keeping.check(file);
                return file;
            });
        } catch (Failure e) {
            var unused = file.toFile().delete();
            throw e;
        }
        shell.say("The backup was written and checked. It is of no use without the master key, which is not in it.");
        shell.out().println(file);
        return 0;
    }

    private Failure unwritten(@Nullable IOException e) {
        return Failure.refused("the backup cannot be written to " + file + ": " + e);
    }

    /** Asks the authority that runs; where a folder is named over which none does, takes it from there. */
    private void write(Settings settings, OutputStream out) throws IOException {
        boolean named = settings.origin(SettingTable.DATA) != Settings.Origin.DEFAULT;
        if (!named) {
            try (Peer authority = connections.authority(connections.credential())) {
                take(authority, out);
            }
            return;
        }
        Path token = settings.path(SettingTable.DATA).resolve("platform-token");
        if (Files.isReadable(token)) {
            try (Peer authority = connections.authority(
                    connections.endpoint(Server.AUTHORITY),
                    Files.readString(token).strip())) {
                take(authority, out);
                return;
            } catch (Failure e) {
                if (!e.is(Status.Code.UNAVAILABLE) || begun) {
                    throw e;
                }
            }
        }
        AuthorityConfig config = options.configured(() -> ServeCommand.config(settings));
        options.started(() -> {
            try {
                Keeping.backUp(config, out);
                return config;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void take(Peer authority, OutputStream out) {
        authority.call(DEADLINE_SECONDS, BackupServiceGrpc::newBlockingStub, stub -> {
            Iterator<CreateBackupResponse> pieces = stub.createBackup(CreateBackupRequest.getDefaultInstance());
            try {
                while (pieces.hasNext()) {
                    CreateBackupResponse piece = pieces.next();
                    begun = true;
                    piece.getData().writeTo(out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return out;
        });
    }
}
