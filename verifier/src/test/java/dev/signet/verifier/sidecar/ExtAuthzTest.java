package dev.signet.verifier.sidecar;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
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
import dev.signet.verifier.verify.VerifierConfig;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** External authorization as Envoy asks for it, by its own classes and its own stub. */
@SuppressWarnings("deprecation") // `append` is what every Envoy understands.
final class ExtAuthzTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final String ON_WORKSPACE = "organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE;
    private static final Map<String, String> ANY = Map.of();

    private final TrustState trust = new TrustState();
    private final SignaturePool pool = new SignaturePool();
    private final Server server;
    private final ManagedChannel channel;
    private final AuthorizationGrpc.AuthorizationBlockingStub envoy;

    ExtAuthzTest() throws IOException {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, new FakeClocks().clocks());
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
        Decisions decisions = new Decisions(verifier, organization -> CompletableFuture.completedFuture(null));
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(new VerifierGrpc(decisions, pool).extAuthz())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        envoy = AuthorizationGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        pool.close();
    }

    private static CheckRequest request(Map<String, String> headers, Map<String, String> extensions) {
        return request(
                AttributeContext.HttpRequest.newBuilder()
                        .setMethod("POST")
                        .setPath("/deploys?permission=workspace.get")
                        .setHost("api.example")
                        .putAllHeaders(headers),
                extensions);
    }

    private static CheckRequest request(AttributeContext.HttpRequest.Builder http, Map<String, String> extensions) {
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder().setPrincipal("spiffe://somebody"))
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http))
                        .putAllContextExtensions(extensions))
                .build();
    }

    private CheckResponse check(String token, Map<String, String> extensions) {
        return envoy.check(request(Map.of("authorization", "Bearer " + token), extensions));
    }

    private static Map<String, String> asking(String permission) {
        return Map.of("permission", permission, "resource", ON_WORKSPACE);
    }

    /** What a backend gets of the client's headers, by the rules of Envoy's filter. */
    private static Map<String, List<String>> passedOn(Map<String, String> client, CheckResponse response) {
        Map<String, List<String>> headers = new HashMap<>();
        client.forEach((name, value) -> headers.put(name, new ArrayList<>(List.of(value))));
        for (HeaderValueOption option : response.getOkResponse().getHeadersList()) {
            List<String> values = headers.computeIfAbsent(
                    option.getHeader().getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>());
            // Where nothing is said, an Envoy of today appends.
            if (option.hasAppend() && !option.getAppend().getValue()) {
                values.clear();
            }
            values.add(option.getHeader().getValue());
        }
        response.getOkResponse().getHeadersToRemoveList().forEach(headers::remove);
        return headers;
    }

    private static String header(CheckResponse denied, String name) {
        return denied.getDeniedResponse().getHeadersList().stream()
                .filter(option -> option.getHeader().getKey().equalsIgnoreCase(name))
                .peek(option ->
                        assertTrue(option.hasAppend() && !option.getAppend().getValue()))
                .map(option -> option.getHeader().getValue())
                .findFirst()
                .orElse("");
    }

    /** HTTP status and reason of a denial, which must deny. */
    private static String denial(CheckResponse response) {
        assertTrue(response.getStatus().getCode() != 0, response::toString);
        assertTrue(response.hasDeniedResponse(), response::toString);
        return response.getDeniedResponse().getStatus().getCodeValue() + " "
                + response.getStatus().getMessage();
    }

    @Test
    void anAcceptedTokenPassesAndTheBackendIsToldWhoseItIs() {
        TestTokens token = TestTokens.of(Kind.WORKSPACE);
        CheckResponse response = check(token.sign(), asking(DEPLOY));
        assertEquals(0, response.getStatus().getCode());
        assertTrue(response.hasOkResponse());
        Map<String, List<String>> headers = passedOn(Map.of(), response);
        assertEquals(List.of(token.subject()), headers.get("x-auth-subject"));
        assertEquals(List.of(ORGANIZATION), headers.get("x-auth-organization"));
        assertEquals(List.of("workspace"), headers.get("x-auth-kind"));
        assertEquals(List.of("200"), headers.get("x-auth-status"));
        assertEquals(List.of("ACCEPTED"), headers.get("x-auth-reason"));
        assertEquals(6, headers.size());
        Struct metadata = response.getDynamicMetadata();
        assertEquals(token.subject(), metadata.getFieldsOrThrow("subject").getStringValue());
        assertEquals(
                "WORKSPACE_OPERATOR",
                metadata.getFieldsOrThrow("grants")
                        .getStructValue()
                        .getFieldsOrThrow(WORKSPACE)
                        .getListValue()
                        .getValues(0)
                        .getStringValue());
    }

    @Test
    void whatAClientMadeUpIsReplaced() {
        Map<String, String> spoofed = Map.of(
                "x-auth-subject", "tok_admin",
                "x-auth-organization", "org_other",
                "x-auth-token-id", "x",
                "x-auth-kind", "platform",
                "x-auth-status", "200",
                "x-auth-reason", "x");
        CheckResponse response = check(TestTokens.of(Kind.PLATFORM).sign(), ANY);
        Map<String, List<String>> headers = passedOn(spoofed, response);
        spoofed.forEach((name, value) -> assertEquals(1, headers.get(name).size(), name));
        assertFalse(headers.get("x-auth-subject").contains("tok_admin"));
        assertEquals(List.of("-"), headers.get("x-auth-organization"), "a platform token is of none");
    }

    @Test
    void withoutATokenTheClientIsAskedForOne() {
        CheckResponse response = envoy.check(request(Map.of(), ANY));
        assertEquals("401 CREDENTIALS_MISSING", denial(response));
        assertEquals(16, response.getStatus().getCode());
        assertEquals("Bearer realm=\"signet\"", header(response, "WWW-Authenticate"));
        assertEquals("no-store", header(response, "Cache-Control"));
    }

    @Test
    void aTokenThatIsNoGoodIsDenied() {
        TestTokens token = TestTokens.of(Kind.WORKSPACE);
        trust.apply(ORGANIZATION, new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 6, 5);
        CheckResponse response = check(token.sign(), ANY);
        assertEquals("401 REVOKED", denial(response));
        assertTrue(header(response, "WWW-Authenticate").contains("error=\"invalid_token\""));
        assertEquals(
                "REVOKED",
                response.getDynamicMetadata().getFieldsOrThrow("reason").getStringValue());
        assertEquals("401 MALFORMED", denial(check("nothing", ANY)));
        assertEquals(
                "401 BAD_SIGNATURE",
                denial(check(TestTokens.of(Kind.WORKSPACE).sign().replaceFirst(".{8}$", "AAAAAAAA"), ANY)));
    }

    @Test
    void aTokenThatMayNotDoThisIsDenied() {
        CheckResponse response = check(TestTokens.of(Kind.WORKSPACE).sign(), asking("workspace.delete"));
        assertEquals("403 PERMISSION_DENIED", denial(response));
        assertEquals(7, response.getStatus().getCode());
        assertTrue(header(response, "WWW-Authenticate").contains("error=\"insufficient_scope\""));
    }

    @Test
    void whereNothingCanBeDecidedTheClientMayComeAgain() {
        trust.replace(OrganizationTrust.unchanged(TestTokens.OTHER_ORGANIZATION, 5, Freshness.NEVER));
        String token = TestTokens.of(Kind.WORKSPACE)
                .with("org", TestTokens.OTHER_ORGANIZATION)
                .sign();
        CheckResponse response = check(token, ANY);
        assertEquals("503 STALE_TRUST", denial(response));
        assertEquals("1", header(response, "Retry-After"));
    }

    /** A route whose requirement is wrong is closed, whoever comes. */
    @ParameterizedTest
    @CsvSource({
        "permision, deployment.deploys.create, PARAMETER_UNKNOWN",
        "permission, deployment.deploys.create, PARAMETER_MISSING",
        "resource, organizations/x, PARAMETER_MISSING",
    })
    void aMistakeInTheConfigurationDenies(String name, String value, String reason) {
        assertEquals("400 " + reason, denial(check(TestTokens.of(Kind.WORKSPACE).sign(), Map.of(name, value))));
    }

    @Test
    void aResourceThatIsNoneDenies() {
        assertEquals(
                "400 RESOURCE_INVALID",
                denial(check(
                        TestTokens.of(Kind.WORKSPACE).sign(), Map.of("permission", DEPLOY, "resource", "everything"))));
        assertEquals(
                "400 PERMISSION_INVALID",
                denial(check(
                        TestTokens.of(Kind.WORKSPACE).sign(), Map.of("permission", "*", "resource", ON_WORKSPACE))));
    }

    /** Envoy sends headers as they came only where it is told to, and then leaves the other field empty. */
    @Test
    void headersAsTheyCameAreReadToo() {
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        assertEquals(0, envoy.check(raw("Bearer " + token)).getStatus().getCode());
        assertEquals("401 MALFORMED", denial(envoy.check(raw("Bearer " + token + "x"))));
        assertEquals("400 CREDENTIALS_REPEATED", denial(envoy.check(raw("Bearer " + token, "Bearer " + token))));
        assertEquals("401 CREDENTIALS_MISSING", denial(envoy.check(raw())));
    }

    private static CheckRequest raw(String... credentials) {
        HeaderMap.Builder headers = HeaderMap.newBuilder()
                .addHeaders(HeaderValue.newBuilder().setKey(":method").setRawValue(ByteString.copyFromUtf8("GET")));
        for (String credential : credentials) {
            headers.addHeaders(
                    HeaderValue.newBuilder().setKey("authorization").setRawValue(ByteString.copyFromUtf8(credential)));
        }
        return request(AttributeContext.HttpRequest.newBuilder().setHeaderMap(headers), ANY);
    }

    /** Envoy joins what came twice. */
    @Test
    void twoTokensInOneHeaderAreNone() {
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        assertEquals("401 MALFORMED", denial(check(token + ",Bearer " + token, ANY)));
        assertEquals(
                "401 CREDENTIALS_MISSING", denial(envoy.check(request(Map.of("authorization", "Basic dTpw"), ANY))));
    }

    /** No Envoy runs here, so that what it must do is at least not lost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "request_headers_to_remove: [authorization]",
                "headers_with_underscores_action: REJECT_REQUEST",
                "normalize_path: true",
                "path_with_escaped_slashes_action: REJECT_REQUEST",
                "failure_mode_allow: false"
            })
    void whatShipsKeepsFromTheBackendWhatItMustNotGet(String line) throws IOException {
        assertTrue(Files.readAllLines(Path.of("deploy/envoy/envoy.yaml")).stream()
                .map(String::strip)
                .anyMatch(line::equals));
    }

    @Test
    void noAnswerHoldsTheToken() {
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        assertFalse(check(token, asking(DEPLOY)).toString().contains(token));
        assertFalse(check(token, asking("workspace.delete")).toString().contains(token));
    }
}
