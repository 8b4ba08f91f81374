package dev.signet.verifier.sidecar;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.signet.envoy.v3.AuthorizationGrpc;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.Grant;
import dev.signet.v1.Principal;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyResponse;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierGrpcTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final String ON_WORKSPACE = "organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE;

    private final TrustState trust = new TrustState();
    private final Server server;
    private final ManagedChannel channel;
    private final SignaturePool pool = new SignaturePool();
    private final VerifierGrpc service;
    private volatile boolean asked;
    private final CompletableFuture<Void> loading = new CompletableFuture<>();
    private final VerifierServiceGrpc.VerifierServiceBlockingStub stub;

    VerifierGrpcTest() throws IOException {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, new FakeClocks().clocks());
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
        service = new VerifierGrpc(
                new Decisions(verifier, organization -> {
                    asked = true;
                    return loading;
                }),
                pool);
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(service)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        stub = VerifierServiceGrpc.newBlockingStub(channel);
    }

    @Test
    void itsMethodsAreThoseOfTheSchema() {
        assertDescribes(VerifierServiceGrpc.getServiceDescriptor(), service.bindService());
        assertDescribes(AuthorizationGrpc.getServiceDescriptor(), service.extAuthz());
    }

    private static void assertDescribes(ServiceDescriptor schema, ServerServiceDefinition bound) {
        ServiceDescriptor described = bound.getServiceDescriptor();
        assertEquals(schema.getName(), described.getName());
        assertEquals(methods(schema), methods(described));
        assertEquals(file(schema), file(described));
    }

    private static Map<String, List<Object>> methods(ServiceDescriptor service) {
        return service.getMethods().stream()
                .collect(Collectors.toMap(
                        MethodDescriptor::getFullMethodName,
                        method -> List.of(method.getType(), method.isSafe(), method.isIdempotent())));
    }

    /** As reflection finds it. */
    private static String file(ServiceDescriptor service) {
        ProtoFileDescriptorSupplier schema =
                assertInstanceOf(ProtoFileDescriptorSupplier.class, service.getSchemaDescriptor());
        return schema.getFileDescriptor().getFullName();
    }

    @Test
    void anAnswerWaitsForAnOrganizationThatIsBeingLoaded() {
        String token = TestTokens.of(Kind.WORKSPACE)
                .with("org", TestTokens.OTHER_ORGANIZATION)
                .sign();
        CompletableFuture<VerifyResponse> answer = CompletableFuture.supplyAsync(
                () -> stub.verify(VerifyRequest.newBuilder().setToken(token).build()));
        while (!asked) {
            Thread.onSpinWait();
        }
        assertFalse(answer.isDone());
        trust.replace(OrganizationTrust.unchanged(TestTokens.OTHER_ORGANIZATION, 5, Freshness.AUTHORITATIVE));
        loading.complete(null);
        assertTrue(answer.join().getVerdict().getAccepted());
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        pool.close();
    }

    @Test
    void anAcceptedTokenIsDescribed() {
        TestTokens token = TestTokens.of(Kind.WORKSPACE)
                .grants(Map.of("wsp_b", List.of("R2", "R1"), "wsp_a", List.of("R3"), "wsp_c", List.of()));
        assertEquals(
                Verdict.newBuilder()
                        .setAccepted(true)
                        .setPrincipal(Principal.newBuilder()
                                .setName("organizations/" + ORGANIZATION + "/tokens/" + token.subject())
                                .setKind(dev.signet.v1.Kind.KIND_WORKSPACE)
                                .setOrganization("organizations/" + ORGANIZATION))
                        .addGrants(Grant.newBuilder().setResource("wsp_a").setRole("R3"))
                        .addGrants(Grant.newBuilder().setResource("wsp_b").setRole("R2"))
                        .addGrants(Grant.newBuilder().setResource("wsp_b").setRole("R1"))
                        .setExpireTime(Timestamp.newBuilder().setSeconds(TestTokens.NOW.getEpochSecond() + 3600))
                        .build(),
                verify(token.sign()));
    }

    @Test
    void aTokenThatNeverExpiresHasNoExpireTime() {
        Verdict verdict = verify(TestTokens.of(Kind.ORGANIZATION).without("exp").sign());
        assertTrue(verdict.getAccepted());
        assertFalse(verdict.hasExpireTime());
    }

    @Test
    void aPlatformTokenHasNoOrganization() {
        TestTokens token = TestTokens.of(Kind.PLATFORM);
        Principal principal = verify(token.sign()).getPrincipal();
        assertEquals("platformTokens/" + token.subject(), principal.getName());
        assertEquals(dev.signet.v1.Kind.KIND_PLATFORM, principal.getKind());
        assertEquals("", principal.getOrganization());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindHasItsWord(Kind kind) {
        assertEquals(
                "KIND_" + kind,
                verify(TestTokens.of(kind).sign()).getPrincipal().getKind().name());
    }

    @Test
    void everyReasonHasItsWord() {
        assertEquals(
                Arrays.stream(Reason.values())
                        .map(reason -> "REJECTION_REASON_" + reason)
                        .collect(Collectors.toSet()),
                Arrays.stream(RejectionReason.values())
                        .map(RejectionReason::name)
                        .filter(name -> !name.endsWith("UNSPECIFIED") && !name.equals("UNRECOGNIZED"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void aRejectedTokenIsAnAnswerAndSaysTheReasonAlone() {
        trust.apply(ORGANIZATION, new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 6, 5);
        assertEquals(
                Verdict.newBuilder()
                        .setReason(RejectionReason.REJECTION_REASON_REVOKED)
                        .build(),
                verify(TestTokens.of(Kind.WORKSPACE).sign()));
        assertEquals(RejectionReason.REJECTION_REASON_MALFORMED, verify("").getReason());
    }

    @Test
    void checkAsksForThePermissionToo() {
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        assertTrue(check(token, DEPLOY, ON_WORKSPACE).getAccepted());
        assertEquals(
                Verdict.newBuilder()
                        .setReason(RejectionReason.REJECTION_REASON_PERMISSION_DENIED)
                        .build(),
                check(token, "deployment.update", ON_WORKSPACE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "organizations/x", "wsp_1", "organizations/-/workspaces/-"})
    void aResourceThatIsNoneIsTheCallersMistake(String resource) throws InvalidProtocolBufferException {
        assertInvalid("resource", TestTokens.of(Kind.WORKSPACE).sign(), DEPLOY, resource);
        assertInvalid("resource", "rubbish", DEPLOY, resource);
    }

    @Test
    void aCheckWithoutAPermissionIsTheCallersMistake() throws InvalidProtocolBufferException {
        assertInvalid("permission", TestTokens.of(Kind.WORKSPACE).sign(), "", ON_WORKSPACE);
    }

    private void assertInvalid(String field, String token, String permission, String resource)
            throws InvalidProtocolBufferException {
        StatusRuntimeException refusal =
                assertThrows(StatusRuntimeException.class, () -> check(token, permission, resource));
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
        assertFalse(refusal.getMessage().contains(token));
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        ErrorInfo info = null;
        BadRequest request = null;
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                info = detail.unpack(ErrorInfo.class);
            } else {
                request = detail.unpack(BadRequest.class);
            }
        }
        assertEquals("INVALID_ARGUMENT", info.getReason());
        assertEquals("signet.dev", info.getDomain());
        assertEquals(1, request.getFieldViolationsCount());
        assertEquals(field, request.getFieldViolations(0).getField());
    }

    private Verdict verify(String token) {
        return stub.verify(VerifyRequest.newBuilder().setToken(token).build()).getVerdict();
    }

    private Verdict check(String token, String permission, String resource) {
        return stub.check(CheckRequest.newBuilder()
                        .setToken(token)
                        .setPermission(permission)
                        .setResource(resource)
                        .build())
                .getVerdict();
    }
}
