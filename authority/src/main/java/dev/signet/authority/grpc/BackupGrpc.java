package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;

import com.google.protobuf.ByteString;
import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.v1.BackupServiceGrpc;
import dev.signet.v1.CreateBackupRequest;
import dev.signet.v1.CreateBackupResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code BackupService}: the ledger as a stream of bytes, no faster than the caller takes them. One at a time, on a thread
 * of its own, as it may take minutes.
 */
public final class BackupGrpc extends BackupServiceGrpc.BackupServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(BackupGrpc.class);

    private final Ledger ledger;
    private final Access access;
    private final AtomicBoolean running = new AtomicBoolean();

    public BackupGrpc(Ledger ledger, Access access) {
        this.ledger = ledger;
        this.access = access;
    }

    @Override
    public void createBackup(CreateBackupRequest request, StreamObserver<CreateBackupResponse> response) {
        Call call = call();
        String caller = requireOperator(call);
        if (!running.compareAndSet(false, true)) {
            throw Refusal.resourceExhausted("BUSY", "another backup is being written: try again when it is done");
        }
        Pieces pieces =
                new Pieces((ServerCallStreamObserver<CreateBackupResponse>) response, () -> requireOperator(call));
        Thread thread = new Thread(() -> pieces.send(ledger, () -> running.set(false)), "backup");
        thread.setDaemon(true);
        LOG.info("{} takes a backup", caller);
        thread.start();
    }

    /** Returns the name of the caller, as the store knows it now. */
    private String requireOperator(Call call) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
            caller.requirePlatform("backups");
            return caller.name();
        });
    }

    /** What is written goes to the caller in pieces, each once the caller can take it. */
    private static final class Pieces extends OutputStream {
        private static final int LARGEST = 1 << 16;
        /** So many pieces are 4 MiB, which take longer than to ask. */
        private static final int BETWEEN_CHECKS = 64;

        private final ServerCallStreamObserver<CreateBackupResponse> stream;
        private final Runnable check;
        private int sent;

        /** @param check throws where the caller's credential is no good any more; who gets a backup has all there is */
        Pieces(ServerCallStreamObserver<CreateBackupResponse> stream, Runnable check) {
            this.stream = stream;
            this.check = check;
            stream.setOnReadyHandler(this::wake);
            stream.setOnCancelHandler(this::wake);
        }

        /** @param written run before the caller hears of the end, as it may ask for the next at once */
        void send(Ledger ledger, Runnable written) {
            try {
                try {
                    ledger.backUp(this);
                } finally {
                    written.run();
                }
                stream.onCompleted();
            } catch (IOException e) {
                LOG.warn("a backup was not taken to its end");
            } catch (RuntimeException e) {
                if (!stream.isCancelled()) {
                    stream.onError(ErrorDoor.toStatus(e));
                }
            }
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int from = offset; from < offset + length; from += LARGEST) {
                awaitReady();
                sent++;
                if (sent % BETWEEN_CHECKS == 0) {
                    check.run();
                }
                stream.onNext(CreateBackupResponse.newBuilder()
                        .setData(ByteString.copyFrom(bytes, from, Math.min(LARGEST, offset + length - from)))
                        .build());
            }
        }

        private synchronized void wake() {
            notifyAll();
        }

        private synchronized void awaitReady() throws IOException {
            try {
                while (!stream.isReady() && !stream.isCancelled()) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (stream.isCancelled()) {
                throw new IOException("the caller has gone");
            }
        }
    }
}
