package dev.signet.verifier.sidecar;

import com.google.protobuf.Any;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.CheckResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.Kind;
import dev.signet.v1.Principal;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyResponse;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.CryptoFault;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code VerifierService}: verdicts to words on the wire. A rejected token is an answer, not an error. */
final class VerifierGrpc extends VerifierServiceGrpc.VerifierServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierGrpc.class);

    /** How long an answer waits for an organization to be loaded. */
    private static final long LOADING_MILLIS = 2_000;

    private final TokenVerifier verifier;
    private final Function<String, CompletableFuture<Void>> loaded;

    /** @param loaded completes once more is known of an organization that is not loaded */
    VerifierGrpc(TokenVerifier verifier, Function<String, CompletableFuture<Void>> loaded) {
        this.verifier = verifier;
        this.loaded = loaded;
    }

    @Override
    public void verify(VerifyRequest request, StreamObserver<VerifyResponse> response) {
        decide(
                response,
                () -> verifier.verify(request.getToken()),
                verdict -> VerifyResponse.newBuilder().setVerdict(verdict).build());
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> response) {
        Optional<ResourcePath> resource = ResourcePath.parse(request.getResource());
        if (resource.isEmpty()) {
            response.onError(invalid("resource", "must be organizations/{org}[/workspaces/{wsp}[/deployments/{dep}]]"));
            return;
        }
        if (request.getPermission().isEmpty()) {
            response.onError(invalid("permission", "must be a permission, such as deployment.deploys.create"));
            return;
        }
        decide(
                response,
                () -> verifier.check(request.getToken(), request.getPermission(), resource.get()),
                verdict -> CheckResponse.newBuilder().setVerdict(verdict).build());
    }

    /**
     * Answers with a verdict; where none can be had, the token is neither accepted nor called bad. One that depends on
     * an organization that is not loaded yet waits for that for a moment.
     */
    private <T> void decide(
            StreamObserver<T> response, Supplier<Verdict> decision, Function<dev.signet.v1.Verdict, T> answer) {
        try {
            Verdict verdict = decision.get();
            if (verdict instanceof Verdict.Rejected rejected && rejected.missing() != null) {
                var unused = loaded.apply(rejected.missing())
                        .completeOnTimeout(null, LOADING_MILLIS, TimeUnit.MILLISECONDS)
                        .thenRun(() -> answer(response, decision, answer));
            } else {
                answer(response, () -> verdict, answer);
            }
        } catch (CryptoFault e) {
            fail(response, e);
        }
    }

    private static <T> void answer(
            StreamObserver<T> response, Supplier<Verdict> decision, Function<dev.signet.v1.Verdict, T> answer) {
        try {
            response.onNext(answer.apply(encode(decision.get())));
            response.onCompleted();
        } catch (CryptoFault e) {
            fail(response, e);
        }
    }

    private static void fail(StreamObserver<?> response, CryptoFault fault) {
        LOG.error("no verdict", fault);
        response.onError(io.grpc.Status.INTERNAL.withDescription("no verdict").asRuntimeException());
    }

    private static dev.signet.v1.Verdict encode(Verdict verdict) {
        dev.signet.v1.Verdict.Builder message = dev.signet.v1.Verdict.newBuilder();
        if (verdict instanceof Verdict.Accepted accepted) {
            Claims claims = accepted.claims();
            message.setAccepted(true).setPrincipal(principal(claims)).addAllGrants(encode(accepted.grants()));
            if (claims.expiresAt() != Claims.NEVER) {
                message.setExpireTime(Timestamp.newBuilder().setSeconds(claims.expiresAt()));
            }
        } else if (verdict instanceof Verdict.Rejected rejected) {
            message.setReason(RejectionReason.valueOf("REJECTION_REASON_" + rejected.reason()));
        }
        return message.build();
    }

    private static Principal principal(Claims claims) {
        String organization = claims.organization() == null ? "" : "organizations/" + claims.organization();
        return Principal.newBuilder()
                .setName(claims.principalName())
                .setKind(Kind.valueOf("KIND_" + claims.kind()))
                .setOrganization(organization)
                .build();
    }

    /** In the order of resource ids, so that equal grants read equal. */
    private static List<Grant> encode(Grants grants) {
        Map<String, List<String>> ordered = new TreeMap<>(grants.byResource());
        return ordered.entrySet().stream()
                .flatMap(held -> held.getValue().stream()
                        .map(role -> Grant.newBuilder()
                                .setResource(held.getKey())
                                .setRole(role)
                                .build()))
                .toList();
    }

    private static RuntimeException invalid(String field, String description) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage(field + " " + description)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason("INVALID_ARGUMENT")
                        .setDomain("signet.dev")
                        .build()))
                .addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(description))
                        .build()))
                .build());
    }
}
