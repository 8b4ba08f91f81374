package dev.signet.verifier.testkit;

import com.google.protobuf.Duration;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The authority's exchange of API keys, played by a test. */
public final class FakeAccessTokens extends AccessTokenServiceGrpc.AccessTokenServiceImplBase {
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private volatile Consumer<Exchange> script = exchange -> {};

    /** What becomes of exchanges from now on; nothing before it is set. */
    public void answer(Consumer<Exchange> script) {
        this.script = script;
    }

    /** Every one that was ever asked for. */
    public List<Exchange> exchanges() {
        return exchanges;
    }

    public Exchange latest() {
        return exchanges.get(exchanges.size() - 1);
    }

    @Override
    public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> response) {
        Exchange exchange = new Exchange(request, response);
        exchanges.add(exchange);
        script.accept(exchange);
    }

    /** One of them, to be answered once. */
    public record Exchange(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> response) {
        public void grant(String token, java.time.Duration life) {
            response.onNext(ExchangeApiKeyResponse.newBuilder()
                    .setAccessToken(token)
                    .setExpiresIn(Duration.newBuilder().setSeconds(life.toSeconds()))
                    .build());
            response.onCompleted();
        }

        public void fail(Status status) {
            response.onError(status.asRuntimeException());
        }
    }
}
