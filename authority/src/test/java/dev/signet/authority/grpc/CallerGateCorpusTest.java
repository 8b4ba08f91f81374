package dev.signet.authority.grpc;

import dev.signet.authority.CorpusHouse;
import dev.signet.authority.InProcess;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.verify.Verdict.Reason;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The corpus, presented by the authority's own callers over gRPC. */
final class CallerGateCorpusTest extends DoorContract {
    @TempDir
    private static Path data;

    private @Nullable CorpusHouse house;
    private @Nullable InProcess services;

    CallerGateCorpusTest() {
        super("authority-grpc");
    }

    @Override
    protected Door open() {
        house = new CorpusHouse(data, trust());
        services = new InProcess(house.authority(), house.verifier());
        return new Gate(services.channel(), house.owner().credential().text());
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(services).close();
        Objects.requireNonNull(house).close();
    }

    /** What a caller hears: the code, the reason and the words. */
    private record Gate(ManagedChannel channel, String good) implements HeaderDoor {
        @Override
        public String ask(List<HeaderCase.Header> headers, String query) {
            Metadata metadata = new Metadata();
            headers.forEach(header ->
                    metadata.put(Metadata.Key.of(header.name(), Metadata.ASCII_STRING_MARSHALLER), header.value()));
            try {
                var unused = TokenServiceGrpc.newBlockingStub(ClientInterceptors.intercept(
                                channel, MetadataUtils.newAttachHeadersInterceptor(metadata)))
                        .whoAmI(WhoAmIRequest.getDefaultInstance());
                return ACCEPTED;
            } catch (StatusRuntimeException e) {
                return WireError.of(e).reason() + ": " + e.getStatus().getCode() + ": "
                        + e.getStatus().getDescription();
            }
        }

        @Override
        public String refusal(Reason reason) {
            return reason + ": UNAUTHENTICATED: the credential is refused: " + reason;
        }

        /** What is in memory vouches for it; the store, which is asked about everybody, does not. */
        @Override
        public String acceptance() {
            return "REVOKED_KEY: UNAUTHENTICATED: the key that signed the credential is no longer trusted";
        }

        @Override
        public String says(HeaderCase.Found found) {
            return switch (found) {
                case NO_CREDENTIAL ->
                    "CREDENTIALS_MISSING: UNAUTHENTICATED: no authorization header: send a bearer token";
                case SEVERAL, OTHER_SCHEME, ONE_WORD ->
                    "MALFORMED: UNAUTHENTICATED: the authorization header must be one bearer token";
                case NO_TOKEN, PADDED -> refusal(Reason.MALFORMED);
                case GOOD -> throw new IllegalArgumentException("a good token is let in");
            };
        }

        @Override
        public boolean asksForPermission() {
            return false;
        }
    }
}
