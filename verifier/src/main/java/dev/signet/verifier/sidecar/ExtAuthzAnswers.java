package dev.signet.verifier.sidecar;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.signet.envoy.v3.CheckResponse;
import dev.signet.envoy.v3.DeniedHttpResponse;
import dev.signet.envoy.v3.HeaderValue;
import dev.signet.envoy.v3.HeaderValueOption;
import dev.signet.envoy.v3.HttpStatus;
import dev.signet.envoy.v3.OkHttpResponse;
import dev.signet.envoy.v3.RpcStatus;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What Envoy is told. The headers of identity are those of {@link ForwardAuthAnswers}, each of which replaces what the
 * client may have sent under its name.
 */
final class ExtAuthzAnswers {
    private ExtAuthzAnswers() {}

    static byte[] of(Verdict verdict) {
        return verdict instanceof Verdict.Accepted accepted
                ? accepted(accepted).toByteArray()
                : of(Denial.of(((Verdict.Rejected) verdict).reason()));
    }

    static byte[] of(Denial denial) {
        DeniedHttpResponse.Builder response = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(denial.status()))
                .addHeaders(header("Cache-Control", "no-store"));
        String challenge = denial.challenge();
        if (challenge != null) {
            response.addHeaders(header("WWW-Authenticate", challenge));
        }
        if (denial.isPassing()) {
            response.addHeaders(header("Retry-After", "1"));
        }
        return CheckResponse.newBuilder()
                .setStatus(RpcStatus.newBuilder().setCode(code(denial)).setMessage(denial.reason()))
                .setDeniedResponse(response)
                .setDynamicMetadata(Struct.newBuilder().putFields("reason", text(denial.reason())))
                .build()
                .toByteArray();
    }

    private static CheckResponse accepted(Verdict.Accepted accepted) {
        Claims claims = accepted.claims();
        String organization = claims.organization() == null ? ForwardAuthAnswers.NONE : claims.organization();
        String kind = claims.kind().name().toLowerCase(Locale.ROOT);
        return CheckResponse.newBuilder()
                .setStatus(RpcStatus.getDefaultInstance())
                .setOkResponse(OkHttpResponse.newBuilder()
                        .addHeaders(header("X-Auth-Status", "200"))
                        .addHeaders(header("X-Auth-Reason", "ACCEPTED"))
                        .addHeaders(header("X-Auth-Subject", claims.subject()))
                        .addHeaders(header("X-Auth-Organization", organization))
                        .addHeaders(header("X-Auth-Token-Id", claims.valueId()))
                        .addHeaders(header("X-Auth-Kind", kind)))
                .setDynamicMetadata(Struct.newBuilder()
                        .putFields("reason", text("ACCEPTED"))
                        .putFields("subject", text(claims.subject()))
                        .putFields("organization", text(organization))
                        .putFields("token_id", text(claims.valueId()))
                        .putFields("kind", text(kind))
                        .putFields("grants", grants(accepted)))
                .build();
    }

    private static Value grants(Verdict.Accepted accepted) {
        Struct.Builder grants = Struct.newBuilder();
        new TreeMap<>(accepted.grants().byResource())
                .forEach((resource, roles) -> grants.putFields(resource, texts(roles)));
        return Value.newBuilder().setStructValue(grants).build();
    }

    private static Value texts(List<String> texts) {
        ListValue.Builder values = ListValue.newBuilder();
        texts.forEach(text -> values.addValues(text(text)));
        return Value.newBuilder().setListValue(values).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    /** Said to replace: an Envoy that is told nothing adds to what is there. */
    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppend(BoolValue.of(false))
                .build();
    }

    /** Anything but 0 denies; what the client is told is the HTTP status. */
    private static int code(Denial denial) {
        Status.Code code = switch (denial.status()) {
            case 400 -> Status.Code.INVALID_ARGUMENT;
            case 401 -> Status.Code.UNAUTHENTICATED;
            case 403 -> Status.Code.PERMISSION_DENIED;
            case 429 -> Status.Code.RESOURCE_EXHAUSTED;
            case 503 -> Status.Code.UNAVAILABLE;
            default -> Status.Code.INTERNAL;
        };
        return code.value();
    }
}
