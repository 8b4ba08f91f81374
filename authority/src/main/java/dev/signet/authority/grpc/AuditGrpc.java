package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.ExportAuditLogResponse;
import dev.signet.v1.VerifyAuditLogRequest;
import dev.signet.v1.VerifyAuditLogResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/** {@code AuditService}: requests to {@link AuditLog} and back. */
public final class AuditGrpc extends AuditServiceGrpc.AuditServiceImplBase {
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private final AuditLog log;

    public AuditGrpc(AuditLog log) {
        this.log = log;
    }

    @Override
    public void exportAuditLog(ExportAuditLogRequest request, StreamObserver<ExportAuditLogResponse> response) {
        AuditLog.Export export = log.export(
                call(),
                Names.organization("parent", request.getParent()),
                request.hasStartTime() ? Wire.instant(request.getStartTime()) : Instant.EPOCH,
                request.hasEndTime() ? Wire.instant(request.getEndTime()) : END);
        ServerCallStreamObserver<ExportAuditLogResponse> stream =
                (ServerCallStreamObserver<ExportAuditLogResponse>) response;
        Sending sending = new Sending(stream, export);
        stream.setOnReadyHandler(sending::sendOn);
        // Else it would be told by an exception.
        stream.setOnCancelHandler(() -> {});
        // However slow the caller is, it is told here where it may not have any.
        sending.sendBatch();
    }

    /** A batch at a time, the next one once the caller has taken the last: neither threads nor events wait for it here. */
    private record Sending(ServerCallStreamObserver<ExportAuditLogResponse> stream, AuditLog.Export export) {

        void sendOn() {
            while (!export.isDone() && stream.isReady()) {
                sendBatch();
            }
        }

        void sendBatch() {
            export.next()
                    .forEach(event -> stream.onNext(ExportAuditLogResponse.newBuilder()
                            .setEvent(encode(event))
                            .build()));
            if (export.isDone()) {
                stream.onCompleted();
            }
        }
    }

    @Override
    public void verifyAuditLog(VerifyAuditLogRequest request, StreamObserver<VerifyAuditLogResponse> response) {
        AuditLog.Finding finding = log.verify(call(), Names.organization("parent", request.getParent()));
        answer(
                response,
                VerifyAuditLogResponse.newBuilder()
                        .setIntact(finding.isIntact())
                        .setEvents(finding.events())
                        .setBrokenSequence(finding.brokenSequence())
                        .setProblem(finding.problem())
                        .setHeadHash(finding.headHash())
                        .build());
    }

    private static dev.signet.v1.AuditEvent encode(ChainedEvent chained) {
        AuditEvent event = chained.event();
        return dev.signet.v1.AuditEvent.newBuilder()
                .setSequence(chained.sequence())
                .setTime(Wire.time(event.time()))
                .setActor(event.actor())
                .setAction(event.action())
                .setResource(event.resource())
                .setOutcome(event.outcome())
                .setAddress(event.address())
                .setHash(chained.hash())
                .build();
    }
}
