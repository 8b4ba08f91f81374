package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.Wire.answer;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.limits.CallKind;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import io.grpc.stub.StreamObserver;

/** {@code AccessTokenService}: the one service that needs no token, since one is asked for. */
public final class AccessTokenGrpc extends AccessTokenServiceGrpc.AccessTokenServiceImplBase {
    private final ApiKeys keys;
    private final Callers callers;

    public AccessTokenGrpc(ApiKeys keys, Callers callers) {
        this.keys = keys;
        this.callers = callers;
    }

    /** With limits that nobody reaches. */
    public AccessTokenGrpc(ApiKeys keys) {
        this(keys, Callers.of(LimitsConfig.UNLIMITED, () -> 0));
    }

    @Override
    public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> response) {
        ApiKeys.AccessToken token = exchange(request);
        answer(
                response,
                ExchangeApiKeyResponse.newBuilder()
                        .setAccessToken(token.value())
                        .setExpireTime(Wire.time(token.expireTime()))
                        .setExpiresIn(Wire.duration(token.expiresIn()))
                        .build());
    }

    /** Nobody but a key's owner uses up what the key may: it is counted once its secret was right. */
    private ApiKeys.AccessToken exchange(ExchangeApiKeyRequest request) {
        String id = request.getKeyId();
        String secret = request.getSecret();
        String address = CallerAddress.current();
        boolean proven = callers.secrets().contains(id, secret);
        if (proven) {
            callers.rates().count(id, CallKind.LOOKUP);
        } else {
            callers.attempts().require(address);
        }
        ApiKeys.AccessToken token;
        try {
            token = keys.exchange(id, secret, request.getAudience());
        } catch (Refusal refusal) {
            if (refusal.code() == Refusal.Code.UNAUTHENTICATED) {
                callers.secrets().remove(id, secret);
                callers.attempts().failed(address);
            }
            throw refusal;
        }
        callers.secrets().add(id, secret);
        return token;
    }
}
