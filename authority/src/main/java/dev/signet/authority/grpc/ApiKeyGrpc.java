package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import com.google.protobuf.FieldMask;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.store.ApiKey;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.ApiKeys.WithSecret;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.DeleteApiKeyResponse;
import dev.signet.v1.EnableApiKeyRequest;
import dev.signet.v1.EnableApiKeyResponse;
import dev.signet.v1.GetApiKeyRequest;
import dev.signet.v1.GetApiKeyResponse;
import dev.signet.v1.ListApiKeysRequest;
import dev.signet.v1.ListApiKeysResponse;
import dev.signet.v1.UpdateApiKeyRequest;
import dev.signet.v1.UpdateApiKeyResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** {@code ApiKeyService}: requests to {@link ApiKeys} and back. */
public final class ApiKeyGrpc extends ApiKeyServiceGrpc.ApiKeyServiceImplBase {
    private final ApiKeys keys;
    private final Directory directory;
    private final ChangeAnswers changes;

    public ApiKeyGrpc(ApiKeys keys, Directory directory, ChangeAnswers changes) {
        this.keys = keys;
        this.directory = directory;
        this.changes = changes;
    }

    @Override
    public void createApiKey(CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> response) {
        WithSecret created = keys.create(
                call(),
                Names.deployment(
                        "parent",
                        request.getParent(),
                        (organization, id) -> directory.locate(call(), organization, id)),
                request.getApiKey().getDisplayName(),
                request.getApiKey().getDescription(),
                Fingerprint.of(
                        request.getRequestId(),
                        request.toBuilder().clearRequestId().build()));
        answer(
                response,
                CreateApiKeyResponse.newBuilder()
                        .setApiKey(Wire.apiKey(created.key()))
                        .setSecret(created.secret())
                        .build());
    }

    @Override
    public void getApiKey(GetApiKeyRequest request, StreamObserver<GetApiKeyResponse> response) {
        Names.ApiKeyName name = Names.apiKey(
                "name", request.getName(), (organization, id) -> directory.locate(call(), organization, id));
        ApiKey key = keys.get(call(), name.deployment(), name.id());
        answer(
                response,
                GetApiKeyResponse.newBuilder().setApiKey(Wire.apiKey(key)).build());
    }

    @Override
    public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        List<ApiKey> found = keys.list(
                call(),
                Names.deployment(
                        "parent",
                        request.getParent(),
                        (organization, id) -> directory.locate(call(), organization, id)),
                paging.after(),
                paging.lookAhead());
        answer(
                response,
                ListApiKeysResponse.newBuilder()
                        .addAllApiKeys(
                                paging.page(found).stream().map(Wire::apiKey).toList())
                        .setNextPageToken(paging.next(found, ApiKey::id))
                        .build());
    }

    @Override
    public void updateApiKey(UpdateApiKeyRequest request, StreamObserver<UpdateApiKeyResponse> response) {
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of("display_name", "description"));
        Names.ApiKeyName name = Names.apiKey(
                "api_key.name",
                request.getApiKey().getName(),
                (organization, id) -> directory.locate(call(), organization, id));
        ApiKey updated = keys.update(
                call(),
                name.deployment(),
                name.id(),
                Wire.changes(mask, "display_name") ? request.getApiKey().getDisplayName() : null,
                Wire.changes(mask, "description") ? request.getApiKey().getDescription() : null,
                Wire.orNull(request.getApiKey().getEtag()));
        answer(
                response,
                UpdateApiKeyResponse.newBuilder()
                        .setApiKey(Wire.apiKey(updated))
                        .build());
    }

    @Override
    public void enableApiKey(EnableApiKeyRequest request, StreamObserver<EnableApiKeyResponse> response) {
        Names.ApiKeyName name = Names.apiKey(
                "name", request.getName(), (organization, id) -> directory.locate(call(), organization, id));
        ApiKey enabled = keys.enable(call(), name.deployment(), name.id());
        answer(
                response,
                EnableApiKeyResponse.newBuilder()
                        .setApiKey(Wire.apiKey(enabled))
                        .build());
    }

    @Override
    public void deleteApiKey(DeleteApiKeyRequest request, StreamObserver<DeleteApiKeyResponse> response) {
        Names.ApiKeyName name = Names.apiKey(
                "name", request.getName(), (organization, id) -> directory.locate(call(), organization, id));
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<?> deleted = keys.delete(call(), name.deployment(), name.id());
        changes.answer(
                response,
                name.deployment().organization(),
                deleted,
                wait,
                propagation -> DeleteApiKeyResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }
}
