package dev.signet.verifier.sidecar;

import com.google.protobuf.ByteString;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.verify.Verdict.Reason;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The corpus, presented as Envoy presents it, with headers as they came. */
final class ExtAuthzCorpusTest extends GrpcDoorContract {
    ExtAuthzCorpusTest() {
        super("sidecar-ext-authz");
    }

    @Override
    Door door(ManagedChannel channel) {
        return new Envoy(AuthorizationGrpc.newBlockingStub(channel));
    }

    /** What Envoy answers its client, by the reason, as {@link Door#ACCEPTED} or a status and a reason. */
    private record Envoy(AuthorizationGrpc.AuthorizationBlockingStub stub) implements HeaderDoor {
        @Override
        public String ask(List<HeaderCase.Header> headers, String query) {
            HeaderMap.Builder map = HeaderMap.newBuilder();
            headers.forEach(header -> map.addHeaders(HeaderValue.newBuilder()
                    .setKey(header.name())
                    .setRawValue(ByteString.copyFromUtf8(header.value()))));
            CheckResponse response = stub.check(CheckRequest.newBuilder()
                    .setAttributes(AttributeContext.newBuilder()
                            .setRequest(AttributeContext.Request.newBuilder()
                                    .setHttp(AttributeContext.HttpRequest.newBuilder()
                                            .setMethod("GET")
                                            .setPath("/deploys" + query)
                                            .setHeaderMap(map)))
                            .putAllContextExtensions(Map.of("permission", PERMISSION, "resource", RESOURCE)))
                    .build());
            return response.hasOkResponse() && response.getStatus().getCode() == 0
                    ? ACCEPTED
                    : response.getDeniedResponse().getStatus().getCodeValue() + " "
                            + response.getStatus().getMessage();
        }

        @Override
        public String refusal(Reason reason) {
            return HttpDoor.refusal(reason);
        }

        @Override
        public String says(HeaderCase.Found found) {
            return HttpDoor.says(found);
        }

        @Override
        public boolean asksForPermission() {
            return true;
        }

        @Override
        public @Nullable String cannotCarry(String token) {
            return token.chars().anyMatch(c -> Character.isSurrogate((char) c))
                    ? "a message holds no half of a surrogate pair"
                    : null;
        }

        @Override
        public long bytesPerCharacter() {
            return 24;
        }
    }
}
