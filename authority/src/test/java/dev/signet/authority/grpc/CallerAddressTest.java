package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.metrics.Metrics;
import dev.signet.v1.Principal;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a call came from, as the audit log will have it. */
final class CallerAddressTest {
    private static final String INVENTED = "203.0.113.9";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private GuardedServices services;

    /** Tells a caller its own address. */
    private static final class Mirror extends TokenServiceGrpc.TokenServiceImplBase {
        @Override
        public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> response) {
            response.onNext(WhoAmIResponse.newBuilder()
                    .setPrincipal(
                            Principal.newBuilder().setName(CallerGate.call().address()))
                    .build());
            response.onCompleted();
        }
    }

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        services = new GuardedServices(
                new Metrics(() -> 0).calls(),
                authority.verifier(),
                authority.audit(),
                List.of(new Mirror()),
                List.of());
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private static String told(Channel channel) {
        return TokenServiceGrpc.newBlockingStub(channel)
                .whoAmI(WhoAmIRequest.getDefaultInstance())
                .getPrincipal()
                .getName();
    }

    @Test
    void nobodyOnTheNetworkSaysWhereItIs() throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        services.all().forEach(builder::addService);
        Server server = builder.build().start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        try {
            Metadata headers = new Metadata();
            headers.put(LocalServer.PEER, INVENTED);
            headers.put(BearerToken.AUTHORIZATION, "Bearer " + authority.platformText());
            assertEquals(
                    "127.0.0.1",
                    told(ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))));
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    @Test
    void theOtherEdgesOfTheProcessSayIt() {
        try (LocalServer local = new LocalServer(services)) {
            assertEquals(INVENTED, told(local.from(INVENTED, authority.platformText())));
        }
    }
}
