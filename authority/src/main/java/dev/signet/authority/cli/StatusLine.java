package dev.signet.authority.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** What a failed call says, in one line: {@code <what> (<REASON>)}. */
final class StatusLine {
    private StatusLine() {}

    static String of(StatusRuntimeException failure, Server server, Endpoint endpoint, int seconds) {
        String code = failure.getStatus().getCode().name();
        Status details = StatusProto.fromThrowable(failure);
        Optional<ErrorInfo> info = Optional.ofNullable(details).flatMap(status -> find(status, ErrorInfo.class));
        if (info.isEmpty()) {
            // Nothing of ours spoke: the transport did, and its words help nobody.
            switch (failure.getStatus().getCode()) {
                case UNAVAILABLE -> {
                    return tlsFailure(failure)
                                    .map(why ->
                                            "TLS with the %s at %s failed: %s".formatted(server.noun(), endpoint, why))
                                    .orElseGet(() -> server.noAnswer(endpoint))
                            + " (" + code + ")";
                }
                case DEADLINE_EXCEEDED -> {
                    return "the " + server.noun() + " at " + endpoint + " did not answer within " + seconds + "s ("
                            + code + ")";
                }
                default -> {}
            }
        }
        String description = failure.getStatus().getDescription();
        String what = description == null || description.isBlank()
                ? code.toLowerCase(Locale.ROOT).replace('_', ' ')
                : description;
        String fields = Optional.ofNullable(details)
                .flatMap(status -> find(status, BadRequest.class))
                .map(request -> violations(request, what))
                .orElse("");
        String reason =
                info.map(ErrorInfo::getReason).filter(text -> !text.isEmpty()).orElse(code);
        return what + fields + " (" + reason + ")";
    }

    private static Optional<String> tlsFailure(StatusRuntimeException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** What the fields have to say beyond what was said. */
    private static String violations(BadRequest request, String said) {
        String more = request.getFieldViolationsList().stream()
                .filter(violation -> !said.contains(violation.getDescription()))
                .map(violation -> violation.getField() + ": " + violation.getDescription())
                .collect(Collectors.joining("; "));
        return more.isEmpty() ? "" : ": " + more;
    }

    private static <T extends Message> Optional<T> find(Status status, Class<T> type) {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return Optional.of(detail.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
