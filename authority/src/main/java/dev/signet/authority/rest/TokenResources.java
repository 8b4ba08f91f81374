package dev.signet.authority.rest;

import com.google.gson.JsonObject;
import com.google.protobuf.FieldMask;
import dev.signet.authority.http.HttpReply;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import java.util.Map;

/** API tokens: one collection, whatever their scope. */
final class TokenResources {
    /** What a request to create or change one calls the service's fields. */
    static final Map<String, String> FIELDS = Map.of(
            "token.display_name", "name",
            "token.description", "description",
            "token.expiry_period_days", "tokenExpiryPeriodInDays",
            "token.resource", "entityId",
            "token.grants", "role",
            "token.grants.resource", "entityId",
            "token.grants.role", "role",
            "request_id", "Idempotency-Key");
    /** The same for a request for all of a token's roles. */
    static final Map<String, String> ROLES_FIELDS =
            Map.of("token.grants", "roles", "token.grants.resource", "roles", "token.grants.role", "roles");

    private TokenResources() {}

    static HttpReply create(RestRequest request) {
        Token token = WantedToken.of(request.body(), request);
        CreateTokenResponse created = tokens(request)
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent(request.organization())
                        .setToken(token)
                        .setRequestId(request.idempotencyKey())
                        .build());
        return withValue(created.getToken(), created.getValue());
    }

    static HttpReply get(RestRequest request) {
        return reply(tokens(request)
                .getToken(GetTokenRequest.newBuilder().setName(name(request)).build())
                .getToken());
    }

    static HttpReply update(RestRequest request) {
        Body body = request.body();
        Token.Builder token = Token.newBuilder()
                .setName(name(request))
                .setEtag(request.expectedEtag())
                .setDisplayName(body.requiredText("name"));
        FieldMask.Builder mask = FieldMask.newBuilder().addPaths("display_name");
        String description = body.text("description");
        if (description != null) {
            token.setDescription(description);
            mask.addPaths("description");
        }
        body.end();
        return reply(tokens(request)
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token)
                        .setUpdateMask(mask)
                        .build())
                .getToken());
    }

    static HttpReply replaceRoles(RestRequest request) {
        Body body = request.body();
        Token.Builder token = Token.newBuilder()
                .setName(name(request))
                .setEtag(request.expectedEtag())
                .addAllGrants(WantedToken.grants(body));
        body.end();
        UpdateTokenResponse updated = tokens(request)
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token)
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .build());
        return HttpReply.json(200, Json.subjectRoles(updated.getToken().getGrantsList()))
                .with("ETag", etag(updated.getToken()))
                .certainBy(Json.certainBy(updated.getPropagation()));
    }

    static HttpReply rotate(RestRequest request) {
        Body.none(request.http());
        RotateTokenResponse rotated = tokens(request)
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(name(request))
                        .setRequestId(request.idempotencyKey())
                        .build());
        return withValue(rotated.getToken(), rotated.getValue()).certainBy(Json.certainBy(rotated.getPropagation()));
    }

    static HttpReply delete(RestRequest request) {
        return HttpReply.empty(204)
                .certainBy(Json.certainBy(tokens(request)
                        .deleteToken(DeleteTokenRequest.newBuilder()
                                .setName(name(request))
                                .build())
                        .getPropagation()));
    }

    static TokenServiceBlockingStub tokens(RestRequest request) {
        return TokenServiceGrpc.newBlockingStub(request.services());
    }

    private static String name(RestRequest request) {
        return request.inOrganization("tokens", "tokenId");
    }

    private static HttpReply reply(Token token) {
        return HttpReply.json(200, Json.token(token)).with("ETag", etag(token));
    }

    /** The one answer with a secret. */
    private static HttpReply withValue(Token token, String value) {
        JsonObject object = Json.token(token);
        object.addProperty("token", value);
        return HttpReply.json(200, object).with("ETag", etag(token));
    }

    private static String etag(Token token) {
        return "\"" + token.getEtag() + "\"";
    }
}
