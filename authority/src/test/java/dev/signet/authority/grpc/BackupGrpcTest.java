package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.e2e.Await;
import dev.signet.v1.BackupServiceGrpc;
import dev.signet.v1.CreateBackupRequest;
import dev.signet.v1.CreateBackupResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups are for the operator, one at a time, and end with whoever takes them. */
@Timeout(60)
final class BackupGrpcTest {
    private static final int PIECES = 1_000;

    @TempDir
    private Path data;

    private final CountDownLatch ended = new CountDownLatch(1);
    private TestAuthority authority;
    private InProcess port;

    /** A ledger with so much in it that nobody takes it at once. */
    private final class Large extends ForwardingLedger {
        Large() {
            super(authority.ledger());
        }

        @Override
        public void backUp(OutputStream target) throws IOException {
            try {
                for (int i = 0; i < PIECES; i++) {
                    target.write(new byte[100_000]);
                }
            } finally {
                ended.countDown();
            }
        }
    }

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        port = new InProcess(authority, List.of(new BackupGrpc(new Large(), authority.access())));
    }

    @AfterEach
    void close() {
        port.close();
        authority.close();
    }

    private BackupServiceGrpc.BackupServiceBlockingStub asking(String token) {
        return BackupServiceGrpc.newBlockingStub(port.channel()).withCallCredentials(InProcess.bearer(token));
    }

    private static long size(Iterator<CreateBackupResponse> pieces) {
        long size = 0;
        while (pieces.hasNext()) {
            size += pieces.next().getData().size();
        }
        return size;
    }

    private static Status refused(Iterator<CreateBackupResponse> pieces) {
        return assertThrows(StatusRuntimeException.class, pieces::hasNext).getStatus();
    }

    private Iterator<CreateBackupResponse> backup(String token) {
        return asking(token).createBackup(CreateBackupRequest.getDefaultInstance());
    }

    @Test
    void onlyForTheOperator() {
        String owner = authority.owner(authority.organization()).credential().text();
        assertEquals(Status.Code.PERMISSION_DENIED, refused(backup(owner)).getCode());
        assertEquals(PIECES * 100_000L, size(backup(authority.platformText())));
    }

    @Test
    void whoeverGoesAwayEndsItAndUntilThenNobodyElseGetsOne() throws InterruptedException {
        Half half = new Half();
        BackupServiceGrpc.newStub(port.channel())
                .withCallCredentials(InProcess.bearer(authority.platformText()))
                .createBackup(CreateBackupRequest.getDefaultInstance(), half);
        half.began.await();
        Status busy = refused(backup(authority.platformText()));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, busy.getCode());
        assertTrue(String.valueOf(busy.getDescription()).contains("another backup"), busy::toString);
        assertEquals(1, ended.getCount());

        half.call.cancel("enough", null);
        ended.await();
        Await.until("another is taken", Duration.ofSeconds(20), () -> {
            try {
                return size(backup(authority.platformText())) == PIECES * 100_000L;
            } catch (StatusRuntimeException e) {
                assertEquals(Status.Code.RESOURCE_EXHAUSTED, e.getStatus().getCode());
                return false;
            }
        });
    }

    @Test
    void whoseCredentialEndsMeanwhileGetsNoMore() throws Exception {
        Half half = new Half();
        BackupServiceGrpc.newStub(port.channel())
                .withCallCredentials(InProcess.bearer(authority.platformText()))
                .createBackup(CreateBackupRequest.getDefaultInstance(), half);
        half.began.await();
        String key = authority
                .unpublished()
                .read(tx -> tx.keys().active().orElseThrow().id());
        authority.signingKeys().revoke(authority.platform(), key);
        half.call.request(Integer.MAX_VALUE);
        assertEquals(
                Status.Code.UNAUTHENTICATED,
                half.failure.get(20, TimeUnit.SECONDS).getCode());
        ended.await();
        assertEquals(PIECES * 100_000L, size(backup(authority.platformText())));
    }

    /** Takes one piece, and no more unless it is told to. */
    private static final class Half implements ClientResponseObserver<CreateBackupRequest, CreateBackupResponse> {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CompletableFuture<Status> failure = new CompletableFuture<>();
        private ClientCallStreamObserver<CreateBackupRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<CreateBackupRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(CreateBackupResponse piece) {
            began.countDown();
        }

        @Override
        public void onError(Throwable error) {
            failure.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            throw new AssertionError("not half of it");
        }
    }
}
