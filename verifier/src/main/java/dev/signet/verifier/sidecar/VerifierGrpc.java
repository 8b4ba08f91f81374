package dev.signet.verifier.sidecar;

import dev.signet.envoy.v3.AuthorizationGrpc;
import dev.signet.envoy.v3.ExternalAuthProto;
import dev.signet.v1.VerifierProto;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.verifier.sidecar.SignaturePool.Lane;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.List;

/**
 * {@code VerifierService}, and Envoy's {@code Authorization}: verdicts to words on the wire. A rejected token is an
 * answer, not an error. Methods are described and bound by hand: the generated stubs take no answer that is bytes
 * already, do not tell one connection from another, and load messages that are never made here.
 */
final class VerifierGrpc extends ServerTransportFilter implements BindableService {
    private static final Attributes.Key<Lane> LANE = Attributes.Key.create("dev.signet.verifier.sidecar.lane");

    private static final MethodDescriptor<Question, byte[]> VERIFY =
            method(VerifierServiceGrpc.SERVICE_NAME, "Verify", MethodType.UNARY, Questions.OF_VERIFY);
    private static final MethodDescriptor<Question, byte[]> CHECK =
            method(VerifierServiceGrpc.SERVICE_NAME, "Check", MethodType.UNARY, Questions.OF_CHECK);
    private static final MethodDescriptor<List<Question>, byte[]> BATCH_CHECK =
            method(VerifierServiceGrpc.SERVICE_NAME, "BatchCheck", MethodType.UNARY, Questions.OF_BATCH);
    private static final MethodDescriptor<Question, byte[]> VERIFY_STREAM =
            method(VerifierServiceGrpc.SERVICE_NAME, "VerifyStream", MethodType.BIDI_STREAMING, Questions.OF_STREAM);

    private static final MethodDescriptor<ExtAuthzQuestion, byte[]> EXT_AUTHZ =
            method(AuthorizationGrpc.SERVICE_NAME, "Check", MethodType.UNARY, ExtAuthzQuestion.READER);

    private final CallTimes verify = new CallTimes(VERIFY);
    private final CallTimes check = new CallTimes(CHECK);
    private final CallTimes batchCheck = new CallTimes(BATCH_CHECK);
    private final CallTimes verifyStream = new CallTimes(VERIFY_STREAM);
    private final CallTimes extAuthz = new CallTimes(EXT_AUTHZ);
    private final Decisions decisions;
    private final SignaturePool pool;
    private final Lane withoutConnection;

    VerifierGrpc(Decisions decisions, SignaturePool pool) {
        this.decisions = decisions;
        this.pool = pool;
        this.withoutConnection = pool.lane();
    }

    /** Gives each connection its lane; where this is no filter of the server, all calls share one. */
    @Override
    public Attributes transportReady(Attributes attributes) {
        return attributes.toBuilder().set(LANE, pool.lane()).build();
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServiceDescriptor described = ServiceDescriptor.newBuilder(VerifierServiceGrpc.SERVICE_NAME)
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) VerifierProto::getDescriptor)
                .addMethod(VERIFY)
                .addMethod(CHECK)
                .addMethod(BATCH_CHECK)
                .addMethod(VERIFY_STREAM)
                .build();
        return ServerServiceDefinition.builder(described)
                .addMethod(VERIFY, (call, headers) -> new UnaryCall(verify.timed(call), decisions, lane(call)))
                .addMethod(CHECK, (call, headers) -> new UnaryCall(check.timed(call), decisions, lane(call)))
                .addMethod(BATCH_CHECK, (call, headers) -> new BatchCall(batchCheck.timed(call), decisions, lane(call)))
                .addMethod(
                        VERIFY_STREAM,
                        (call, headers) -> new StreamCall(verifyStream.timed(call), decisions, lane(call)))
                .build();
    }

    /** Envoy's external authorization, on the same connections. */
    ServerServiceDefinition extAuthz() {
        ServiceDescriptor described = ServiceDescriptor.newBuilder(AuthorizationGrpc.SERVICE_NAME)
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) ExternalAuthProto::getDescriptor)
                .addMethod(EXT_AUTHZ)
                .build();
        return ServerServiceDefinition.builder(described)
                .addMethod(EXT_AUTHZ, (call, headers) -> new ExtAuthzCall(extAuthz.timed(call), decisions, lane(call)))
                .build();
    }

    /** How long calls took, method by method. */
    List<CallTimes> times() {
        return List.of(verify, check, batchCheck, verifyStream, extAuthz);
    }

    private Lane lane(ServerCall<?, ?> call) {
        Lane lane = call.getAttributes().get(LANE);
        return lane == null ? withoutConnection : lane;
    }

    private static <Q> MethodDescriptor<Q, byte[]> method(
            String service, String name, MethodType type, Marshaller<Q> requests) {
        return MethodDescriptor.newBuilder(requests, Answers.AS_THEY_ARE)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .build();
    }
}
