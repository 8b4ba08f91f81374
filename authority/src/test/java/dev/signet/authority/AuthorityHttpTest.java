package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.signet.authority.http.HttpConfig;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Organization;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.testkit.MetricNames;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole process by HTTP: whether it is well, and what Prometheus reads of it. */
@Timeout(60)
final class AuthorityHttpTest {
    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(Authority authority, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + authority.httpPort() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private Organization create(Authority authority) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), authority.port()))
                .usePlaintext()
                .build();
        try {
            return DirectoryServiceGrpc.newBlockingStub(channel)
                    .withCallCredentials(InProcess.bearer(Files.readString(folder.resolve("data/platform-token"))
                            .strip()))
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .createOrganization(CreateOrganizationRequest.newBuilder()
                            .setOrganization(Organization.newBuilder().setDisplayName("Acme"))
                            .build())
                    .getOrganization();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void itIsWellAndMeasured() throws Exception {
        try (Authority authority = Authority.start(TestAuthority.config(folder.resolve("data")))) {
            assertEquals(200, get(authority, "/healthz").statusCode());
            assertEquals("ready\n", get(authority, "/readyz").body());
            String organization = create(authority).getName();
            HttpResponse<String> response = get(authority, "/metrics");
            assertEquals(200, response.statusCode());
            String text = response.body();
            for (String line : Set.of(
                    "grpc_server_call_started_total{grpc_method=\"signet.v1.DirectoryService/CreateOrganization\"} 1.0",
                    "signet_signing_keys{state=\"active\"} 1.0",
                    "signet_signing_keys{state=\"revoked\"} 0.0",
                    "signet_verifiers_connected 0.0")) {
                assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
            }
            assertFalse(text.contains(organization.substring("organizations/".length())), "names nobody");
            for (String file : Set.of("dashboard.json", "alerts.yaml")) {
                Set<String> unknown = new TreeSet<>(MetricNames.asked(Path.of("deploy/prometheus", file)));
                assertFalse(unknown.isEmpty());
                unknown.removeAll(MetricNames.told(text));
                assertEquals(Set.of(), unknown, file);
            }
        }
    }

    /** A library that knows nothing of this project goes by the issuer alone. */
    @Test
    void aStockLibraryFindsTheKeysByItself() throws Exception {
        AuthorityConfig config = TestAuthority.config(folder.resolve("data"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String issuer = "http://127.0.0.1:" + port;
        AuthorityConfig discovered = new AuthorityConfig(
                config.store(),
                config.keys(),
                new TokensConfig(issuer, List.of("signet")),
                config.feed(),
                config.grpc(),
                new HttpConfig(new ListenAddress("127.0.0.1", port)),
                config.limits());
        try (Authority authority = Authority.start(discovered)) {
            JsonObject metadata = JsonParser.parseString(get(authority, "/.well-known/oauth-authorization-server")
                            .body())
                    .getAsJsonObject();
            assertEquals(issuer, metadata.get("issuer").getAsString());
            DefaultJWTProcessor<SecurityContext> library = new DefaultJWTProcessor<>();
            library.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
            library.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    JWSAlgorithm.ES256,
                    JWKSourceBuilder.<SecurityContext>create(
                                    URI.create(metadata.get("jwks_uri").getAsString())
                                            .toURL())
                            .build()));
            library.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                    "signet", new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "jti")));
            String token =
                    Files.readString(folder.resolve("data/platform-token")).strip();
            assertTrue(library.process(token, null).getSubject().startsWith("plt_"));
            String other = token.substring(0, token.length() - 4) + "AAAA";
            assertThrows(BadJOSEException.class, () -> library.process(other, null));
        }
    }

    @Test
    void aPortInUseIsToldAndNothingIsLeftBehind() throws Exception {
        AuthorityConfig config = TestAuthority.config(folder.resolve("data"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AuthorityConfig inUse = new AuthorityConfig(
                    config.store(),
                    config.keys(),
                    config.tokens(),
                    config.feed(),
                    config.grpc(),
                    new HttpConfig(new ListenAddress("127.0.0.1", taken.getLocalPort())),
                    config.limits());
            InvalidConfiguration refused = assertThrows(InvalidConfiguration.class, () -> Authority.start(inUse));
            assertTrue(refused.getMessage().contains("http-listen"), refused.getMessage());
        }
        Authority.start(config).close();
    }
}
