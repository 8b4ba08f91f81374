package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.AuditEvent;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.ExportAuditLogResponse;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An export is as long as the log, and as slow as whoever reads it. */
@Timeout(60)
final class AuditGrpcTest {
    private static final int EVENTS = 5_000;

    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess port;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        port = new InProcess(authority);
        organization = authority.organization();
        owner = authority.owner(organization);
        authority.unpublished().write(tx -> {
            for (int i = 0; i < EVENTS; i++) {
                tx.record(new AuditEvent(
                        organization.id(),
                        authority.clock().instant().truncatedTo(ChronoUnit.MICROS),
                        owner.claims().principalName(),
                        "something",
                        "number " + i,
                        AuditEvent.OK,
                        TestAuthority.ADDRESS));
            }
            return tx;
        });
    }

    @AfterEach
    void close() {
        port.close();
        authority.close();
    }

    private static ExportAuditLogRequest everything(ResourcePath organization) {
        return ExportAuditLogRequest.newBuilder().setParent(organization.name()).build();
    }

    private Reader export(Call by, int wanted) {
        Reader reader = new Reader(wanted);
        AuditServiceGrpc.newStub(port.channel())
                .withCallCredentials(InProcess.bearer(by.credential().text()))
                .exportAuditLog(everything(organization), reader);
        return reader;
    }

    @Test
    void whoReadsOnGetsItWhole() throws Exception {
        Reader reader = export(owner, 1);
        reader.began.await();
        reader.call.request(Integer.MAX_VALUE);
        assertEquals(Status.Code.OK, reader.end.get(20, TimeUnit.SECONDS).getCode());
        List<ExportAuditLogResponse> got = reader.got;
        assertTrue(got.size() >= EVENTS, () -> got.size() + " events");
        for (int i = 1; i < got.size(); i++) {
            assertEquals(
                    got.get(i - 1).getEvent().getSequence() + 1,
                    got.get(i).getEvent().getSequence());
        }
    }

    @Test
    void whoseCredentialEndsMeanwhileGetsNoMoreThanWasReadForIt() throws Exception {
        Call another = authority.owner(organization);
        Reader reader = export(another, 1);
        reader.began.await();
        authority.tokens().delete(owner, organization.id(), another.subject());
        reader.call.request(Integer.MAX_VALUE);
        assertEquals(
                Status.Code.UNAUTHENTICATED,
                reader.end.get(20, TimeUnit.SECONDS).getCode());
        assertTrue(reader.got.size() <= 1_000, () -> reader.got.size() + " events");
    }

    @Test
    void whoMayNotReadItIsRefusedAndRecorded() {
        Call member = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> AuditServiceGrpc.newBlockingStub(port.channel())
                        .withCallCredentials(
                                InProcess.bearer(member.credential().text()))
                        .exportAuditLog(everything(organization))
                        .hasNext());
        assertEquals(Status.Code.PERMISSION_DENIED, refused.getStatus().getCode());
        AuditEvent last = authority
                .auditEvents(
                        owner,
                        organization,
                        authority.clock().instant(),
                        authority.clock().instant().plusSeconds(1))
                .stream()
                .reduce((first, second) -> second)
                .orElseThrow()
                .event();
        assertEquals("ExportAuditLog", last.action());
        assertEquals("PERMISSION_DENIED", last.outcome());
    }

    /** Takes as many events as it says. */
    private static final class Reader implements ClientResponseObserver<ExportAuditLogRequest, ExportAuditLogResponse> {
        private final int wanted;
        private final CountDownLatch began = new CountDownLatch(1);
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final List<ExportAuditLogResponse> got = new ArrayList<>();
        private ClientCallStreamObserver<ExportAuditLogRequest> call;

        Reader(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ExportAuditLogRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(wanted);
        }

        @Override
        public void onNext(ExportAuditLogResponse event) {
            got.add(event);
            began.countDown();
        }

        @Override
        public void onError(Throwable error) {
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
