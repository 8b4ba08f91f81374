package dev.signet.authority.oauth;

import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.Route;
import dev.signet.authority.tokens.StatusLists;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The paths of OAuth and of the documents that go with it. */
public final class OAuth {
    static final String TOKEN = "/oauth2/token";
    static final String INTROSPECT = "/oauth2/introspect";
    static final String REVOKE = "/oauth2/revoke";
    static final String KEYS = "/.well-known/jwks.json";
    private static final String METADATA = "/.well-known/oauth-authorization-server";
    /** Of those tokens that are asked about here; whoever asks often verifies by itself. */
    private static final int REMEMBERED_TOKENS = 10_000;

    private OAuth() {}

    /**
     * What is served where.
     *
     * @param trust what this authority's own checker goes by
     */
    public static List<Route> routes(
            TokensConfig config, LocalServer services, TrustState trust, StatusLists lists, Clocks clocks) {
        TokenVerifier verifier = new TokenVerifier(
                new VerifierConfig(
                        config.issuer(),
                        Set.copyOf(config.audiences()),
                        VerifierConfig.MAXIMUM_SKEW,
                        null,
                        REMEMBERED_TOKENS),
                trust,
                clocks);
        Clients clients = new Clients(services);
        return List.of(
                Route.of("POST", TOKEN, new OAuthDoor(new TokenEndpoint(clients))),
                Route.of("POST", INTROSPECT, new OAuthDoor(new IntrospectionEndpoint(clients, verifier))),
                Route.of(
                        "POST",
                        REVOKE,
                        Route.Turn.REVOCATION,
                        new OAuthDoor(new RevocationEndpoint(clients, services, verifier, trust))),
                Route.fromMemory("GET", KEYS, new KeysEndpoint(trust)),
                Route.fromMemory("GET", METADATA + path(config.issuer()), new MetadataEndpoint(config.issuer())),
                Route.of("GET", "/statuslists/{part}", new StatusListEndpoint(lists)));
    }

    /** The issuer's own path follows the well-known one (RFC 8414 section 3.1). */
    private static String path(String issuer) {
        String path = Objects.requireNonNullElse(URI.create(issuer).getPath(), "");
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
