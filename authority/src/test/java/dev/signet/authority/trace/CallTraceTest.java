package dev.signet.authority.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Calls whose handler answers with the trace that it would log. */
final class CallTraceTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SENT = "00-" + ID + "-00f067aa0ba902b7-01";

    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        String name = InProcessServerBuilder.generateName();
        // On the caller's thread, as calls come from another edge of the process.
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(ServerInterceptors.intercept(new Tells(), new CallTrace()))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private String traced(String... sent) {
        Metadata headers = new Metadata();
        for (String each : sent) {
            headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), each);
        }
        return AccessTokenServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .exchangeApiKey(ExchangeApiKeyRequest.getDefaultInstance())
                .getAccessToken();
    }

    @Test
    void aCallBearsTheTraceThatItsCallerNames() {
        assertEquals(ID, traced(SENT));
        assertEquals("null", traced());
        assertEquals("null", traced("nothing of the kind"));
        assertEquals("null", traced(SENT, SENT));
    }

    @Test
    void aCallOfAnotherEdgeBearsTheTraceOfItsThread() {
        assertEquals(ID, new TraceContext(ID).logged(() -> traced()));
        assertEquals("null", traced());
    }

    private static final class Tells extends AccessTokenServiceGrpc.AccessTokenServiceImplBase {
        @Override
        public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> answer) {
            answer.onNext(ExchangeApiKeyResponse.newBuilder()
                    .setAccessToken(String.valueOf(MDC.get(TraceContext.LOGGED)))
                    .build());
            answer.onCompleted();
        }
    }
}
