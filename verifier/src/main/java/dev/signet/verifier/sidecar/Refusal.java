package dev.signet.verifier.sidecar;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.signet.verifier.sidecar.Question.Mistake;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;

/**
 * Why there is no verdict. It is thrown nowhere: whoever floods us decides how often one is needed.
 *
 * @param reason stable, for programs
 * @param field the field that is wrong, empty where none is
 */
record Refusal(Status status, String reason, String field, com.google.rpc.Status details) {
    /** More tokens wait for a signature check than may. Nothing is said of this one; it may be asked about again. */
    static final Refusal OVERLOADED = of(
            Status.RESOURCE_EXHAUSTED.withDescription("too many tokens are waiting for their first signature check"),
            "OVERLOADED",
            "",
            RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder().setNanos(100_000_000))
                    .build());

    /** The crypto provider failed, or we did; the log says how. */
    static final Refusal FAULT = of(Status.INTERNAL.withDescription("no verdict"), "INTERNAL", "");

    private static final Metadata.Key<com.google.rpc.Status> DETAILS = Metadata.Key.of(
            "grpc-status-details-bin", ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

    static Refusal of(Mistake mistake) {
        return of(
                Status.INVALID_ARGUMENT.withDescription(mistake.field() + " " + mistake.problem()),
                "INVALID_ARGUMENT",
                mistake.field(),
                BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(mistake.field())
                                .setDescription(mistake.problem()))
                        .build());
    }

    private static Refusal of(Status status, String reason, String field, Message... more) {
        com.google.rpc.Status.Builder details = com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(String.valueOf(status.getDescription()))
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain("signet.dev")
                        .build()));
        for (Message detail : more) {
            details.addDetails(Any.pack(detail));
        }
        return new Refusal(status, reason, field, details.build());
    }

    String message() {
        return details.getMessage();
    }

    /** Ends a call with it. */
    void close(ServerCall<?, ?> call) {
        Metadata trailers = new Metadata();
        trailers.put(DETAILS, details);
        call.close(status, trailers);
    }
}
