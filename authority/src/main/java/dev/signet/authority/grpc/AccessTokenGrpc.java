package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.Wire.answer;

import dev.signet.authority.tokens.ApiKeys;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import io.grpc.stub.StreamObserver;

/** {@code AccessTokenService}: the one service that needs no token, since one is asked for. */
public final class AccessTokenGrpc extends AccessTokenServiceGrpc.AccessTokenServiceImplBase {
    private final ApiKeys keys;

    public AccessTokenGrpc(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> response) {
        ApiKeys.AccessToken token = keys.exchange(request.getKeyId(), request.getSecret(), request.getAudience());
        answer(
                response,
                ExchangeApiKeyResponse.newBuilder()
                        .setAccessToken(token.value())
                        .setExpireTime(Wire.time(token.expireTime()))
                        .setExpiresIn(Wire.duration(token.expiresIn()))
                        .build());
    }
}
