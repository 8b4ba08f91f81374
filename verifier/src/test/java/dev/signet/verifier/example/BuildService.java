package dev.signet.verifier.example;

import dev.signet.verifier.grpc.ApiKey;
import dev.signet.verifier.grpc.ApiKeyCredentials;
import dev.signet.verifier.trust.Clocks;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The service that calls. It has an API key, and never sees a token. */
public final class BuildService implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final ManagedChannel authority;
    private final ManagedChannel deploys;
    private final ApiKeyCredentials credentials;
    private final CallOptions options;

    private BuildService(InetSocketAddress authorityAddress, ApiKey key, InetSocketAddress deploysAddress) {
        authority =
                NettyChannelBuilder.forAddress(authorityAddress).usePlaintext().build();
        deploys = NettyChannelBuilder.forAddress(deploysAddress).usePlaintext().build();
        credentials = new ApiKeyCredentials(authority, key, null, Clocks.SYSTEM, scheduler, new SecureRandom());
        // With generated stubs: DeploysGrpc.newBlockingStub(deploys).withCallCredentials(credentials)
        options = CallOptions.DEFAULT.withCallCredentials(credentials);
    }

    public static BuildService start(InetSocketAddress authority, ApiKey key, InetSocketAddress deploys) {
        return new BuildService(authority, key, deploys);
    }

    /** Deploys the image that is named first to the service at the address that is named second. */
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        ApiKey key = new ApiKey(environment.get("ASTRONOMER_KEY_ID"), environment.get("ASTRONOMER_KEY_SECRET"));
        try (BuildService service = start(
                address(environment.getOrDefault("SIGNET_ADDRESS", "127.0.0.1:8470")), key, address(arguments[1]))) {
            System.out.println(service.deploy(arguments[0]));
        }
    }

    public String deploy(String image) {
        return ClientCalls.blockingUnaryCall(
                deploys, Deploys.CREATE, options.withDeadlineAfter(20, TimeUnit.SECONDS), image);
    }

    public void watch(String deployment, StreamObserver<String> events) {
        ClientCalls.asyncServerStreamingCall(deploys.newCall(Deploys.WATCH, options), deployment, events);
    }

    private static InetSocketAddress address(String text) {
        String[] parts = text.split(":", -1);
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    @Override
    public void close() {
        credentials.close();
        deploys.shutdownNow();
        authority.shutdownNow();
        scheduler.shutdownNow();
    }
}
