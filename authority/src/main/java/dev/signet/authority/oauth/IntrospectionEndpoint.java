package dev.signet.authority.oauth;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.http.Parameters;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;

/**
 * What a token is worth now (RFC 7662), for whoever cannot verify it by itself. It is judged as by every verifier, for
 * each of the authority's audiences; to a stranger of its organization it is as unknown as one that never was.
 */
final class IntrospectionEndpoint implements Endpoint {
    private final Clients clients;
    private final TokenVerifier verifier;

    /** @param verifier accepts every audience */
    IntrospectionEndpoint(Clients clients, TokenVerifier verifier) {
        this.clients = clients;
        this.verifier = verifier;
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        Parameters form = Parameters.ofForm(request);
        String organization = clients.organization(request, clients.token(request, form));
        Verdict verdict = verifier.verify(form.required("token"));
        if (verdict instanceof Verdict.Rejected rejected) {
            return rejected(rejected.reason());
        }
        Verdict.Accepted accepted = (Verdict.Accepted) verdict;
        Claims claims = accepted.claims();
        return organization.isEmpty() || organization.equals("organizations/" + claims.organization())
                ? HttpReply.json(200, active(claims, accepted.grants()))
                : inactive();
    }

    /** Where nothing can be decided, nothing is said: an answer of "inactive" would be kept. */
    private static HttpReply rejected(Verdict.Reason reason) {
        if (reason == Verdict.Reason.STALE_TRUST || reason == Verdict.Reason.NOT_LOADED) {
            throw OAuthError.unavailable("the token cannot be judged now: " + reason);
        }
        return inactive();
    }

    private static HttpReply inactive() {
        JsonObject body = new JsonObject();
        body.addProperty("active", false);
        return HttpReply.json(200, body);
    }

    private static JsonObject active(Claims claims, Grants grants) {
        JsonObject body = new JsonObject();
        body.addProperty("active", true);
        body.addProperty("token_type", "Bearer");
        body.addProperty("iss", claims.issuer());
        body.addProperty("sub", claims.subject());
        body.addProperty("client_id", claims.subject());
        body.add("aud", array(claims.audience()));
        body.addProperty("jti", claims.valueId());
        body.addProperty("iat", claims.issuedAt());
        if (claims.expiresAt() != Claims.NEVER) {
            body.addProperty("exp", claims.expiresAt());
        }
        body.addProperty("kind", claims.kind().claim());
        if (claims.organization() != null) {
            body.addProperty("org", claims.organization());
        }
        JsonObject roles = new JsonObject();
        grants.byResource().forEach((resource, held) -> roles.add(resource, array(held)));
        body.add("grants", roles);
        return body;
    }

    private static JsonArray array(Iterable<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
