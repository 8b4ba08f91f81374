package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import dev.signet.authority.keys.SigningKeys;
import dev.signet.authority.keys.SigningKeys.Listed;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StoredKey;
import dev.signet.v1.GetSigningKeyRequest;
import dev.signet.v1.GetSigningKeyResponse;
import dev.signet.v1.ListSigningKeysRequest;
import dev.signet.v1.ListSigningKeysResponse;
import dev.signet.v1.LiveTokens;
import dev.signet.v1.RekeySigningKeysRequest;
import dev.signet.v1.RekeySigningKeysResponse;
import dev.signet.v1.RevokeSigningKeyRequest;
import dev.signet.v1.RevokeSigningKeyResponse;
import dev.signet.v1.RotateSigningKeyRequest;
import dev.signet.v1.RotateSigningKeyResponse;
import dev.signet.v1.SigningKey;
import dev.signet.v1.SigningKeyServiceGrpc;
import dev.signet.v1.SigningKeyState;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;

/** {@code SigningKeyService}: requests to {@link SigningKeys} and back. */
public final class SigningKeyGrpc extends SigningKeyServiceGrpc.SigningKeyServiceImplBase {
    private final SigningKeys keys;
    private final ChangeAnswers changes;

    public SigningKeyGrpc(SigningKeys keys, ChangeAnswers changes) {
        this.keys = keys;
        this.changes = changes;
    }

    @Override
    public void listSigningKeys(ListSigningKeysRequest request, StreamObserver<ListSigningKeysResponse> response) {
        answer(
                response,
                ListSigningKeysResponse.newBuilder()
                        .addAllSigningKeys(keys.list(call()).stream()
                                .map(SigningKeyGrpc::encode)
                                .toList())
                        .build());
    }

    @Override
    public void getSigningKey(GetSigningKeyRequest request, StreamObserver<GetSigningKeyResponse> response) {
        Listed key = keys.get(call(), Names.signingKey("name", request.getName()));
        answer(
                response,
                GetSigningKeyResponse.newBuilder().setSigningKey(encode(key)).build());
    }

    @Override
    public void rotateSigningKey(RotateSigningKeyRequest request, StreamObserver<RotateSigningKeyResponse> response) {
        StoredKey active = keys.rotate(call()).value();
        answer(
                response,
                RotateSigningKeyResponse.newBuilder()
                        .setSigningKey(encode(new Listed(active, Map.of())))
                        .build());
    }

    @Override
    public void revokeSigningKey(RevokeSigningKeyRequest request, StreamObserver<RevokeSigningKeyResponse> response) {
        String id = Names.signingKey("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<Listed> revoked = keys.revoke(call(), id);
        changes.answer(
                response,
                TrustPart.INSTALLATION,
                revoked,
                wait,
                propagation -> RevokeSigningKeyResponse.newBuilder()
                        .setSigningKey(encode(revoked.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void rekeySigningKeys(RekeySigningKeysRequest request, StreamObserver<RekeySigningKeysResponse> response) {
        int sealed = keys.rekey(call());
        answer(
                response,
                RekeySigningKeysResponse.newBuilder().setSealedCount(sealed).build());
    }

    private static SigningKey encode(Listed listed) {
        StoredKey key = listed.key();
        SigningKey.Builder message = SigningKey.newBuilder()
                .setName("signingKeys/" + key.id())
                .setKeyId(key.id())
                .setAlgorithm(key.algorithm().headerName())
                .setState(SigningKeyState.valueOf("SIGNING_KEY_STATE_" + key.state()))
                .setCreateTime(Wire.time(key.createTime()))
                .setStateTime(Wire.time(key.stateTime()))
                .setLiveTokenCount(listed.liveTokenCount());
        listed.liveTokens()
                .forEach((organization, count) -> message.addLiveTokens(
                        LiveTokens.newBuilder().setOrganization(organization).setCount(count)));
        return message.build();
    }
}
