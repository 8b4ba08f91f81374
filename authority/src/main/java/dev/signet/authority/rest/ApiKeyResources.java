package dev.signet.authority.rest;

import com.google.gson.JsonObject;
import com.google.protobuf.FieldMask;
import dev.signet.authority.http.HttpReply;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.ApiKeyServiceGrpc.ApiKeyServiceBlockingStub;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.GetApiKeyRequest;
import dev.signet.v1.ListApiKeysRequest;
import dev.signet.v1.ListApiKeysResponse;
import dev.signet.v1.UpdateApiKeyRequest;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * API keys, where clients look for the tokens of a deployment's agents. What an agent token has as its value is here
 * the key's secret, which is exchanged together with the id.
 */
final class ApiKeyResources {
    /** What requests call the service's fields. */
    static final Map<String, String> FIELDS = Map.of(
            "api_key.display_name", "name", "api_key.description", "description", "request_id", "Idempotency-Key");

    private static final Map<String, Comparator<ApiKey>> KEYS = Map.of(
            "name", Comparator.comparing(ApiKey::getDisplayName),
            "description", Comparator.comparing(ApiKey::getDescription),
            "createdAt", Comparator.comparing(key -> Json.instant(key.getCreateTime())),
            "updatedAt", Comparator.comparing(key -> Json.instant(key.getUpdateTime())));

    private ApiKeyResources() {}

    static HttpReply create(RestRequest request) {
        Body body = request.body();
        ApiKey.Builder key = ApiKey.newBuilder()
                .setDisplayName(body.requiredText("name"))
                .setDescription(Objects.requireNonNullElse(body.text("description"), ""));
        if (body.number("tokenExpiryPeriodInDays") != null) {
            throw RestError.invalid("tokenExpiryPeriodInDays", "must be left out: an API key never expires");
        }
        body.end();
        CreateApiKeyResponse created = keys(request)
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setParent(request.deployment())
                        .setApiKey(key)
                        .setRequestId(request.idempotencyKey())
                        .build());
        JsonObject object = Json.apiKey(created.getApiKey());
        object.addProperty("token", created.getSecret());
        return HttpReply.json(200, object).with("ETag", etag(created.getApiKey()));
    }

    static HttpReply get(RestRequest request) {
        return reply(keys(request)
                .getApiKey(GetApiKeyRequest.newBuilder().setName(name(request)).build())
                .getApiKey());
    }

    static HttpReply list(RestRequest request) {
        Query query = Query.of(request.http(), Set.of("offset", "limit", "sorts"));
        ListApiKeysRequest.Builder wanted =
                ListApiKeysRequest.newBuilder().setParent(request.deployment()).setPageSize(Listing.PAGE_SIZE);
        ApiKeyServiceBlockingStub keys = keys(request);
        return Listing.reply("tokens", query, KEYS, Json::apiKey, pageToken -> {
            ListApiKeysResponse page =
                    keys.listApiKeys(wanted.setPageToken(pageToken).build());
            return new Listing.Page<>(page.getApiKeysList(), page.getNextPageToken());
        });
    }

    static HttpReply update(RestRequest request) {
        Body body = request.body();
        ApiKey.Builder key = ApiKey.newBuilder()
                .setName(name(request))
                .setEtag(request.expectedEtag())
                .setDisplayName(body.requiredText("name"));
        FieldMask.Builder mask = FieldMask.newBuilder().addPaths("display_name");
        String description = body.text("description");
        if (description != null) {
            key.setDescription(description);
            mask.addPaths("description");
        }
        body.end();
        return reply(keys(request)
                .updateApiKey(UpdateApiKeyRequest.newBuilder()
                        .setApiKey(key)
                        .setUpdateMask(mask)
                        .build())
                .getApiKey());
    }

    static HttpReply delete(RestRequest request) {
        return HttpReply.empty(204)
                .certainBy(Json.certainBy(keys(request)
                        .deleteApiKey(DeleteApiKeyRequest.newBuilder()
                                .setName(name(request))
                                .build())
                        .getPropagation()));
    }

    private static ApiKeyServiceBlockingStub keys(RestRequest request) {
        return ApiKeyServiceGrpc.newBlockingStub(request.services());
    }

    private static String name(RestRequest request) {
        return request.deployment() + "/apiKeys/" + request.http().variable("agentTokenId");
    }

    private static HttpReply reply(ApiKey key) {
        return HttpReply.json(200, Json.apiKey(key)).with("ETag", etag(key));
    }

    private static String etag(ApiKey key) {
        return "\"" + key.getEtag() + "\"";
    }
}
