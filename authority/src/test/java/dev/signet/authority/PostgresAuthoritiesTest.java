package dev.signet.authority;

import dev.signet.authority.e2e.Await;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.Organization;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.Algorithm;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole authorities over one PostgreSQL, each on a port of its own. */
@Timeout(60)
final class PostgresAuthoritiesTest {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    private final PostgresConfig database = PostgresServer.running().database();
    private final List<Authority> authorities = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        authorities.forEach(Authority::close);
        PostgresServer.running().drop(database);
    }

    private ManagedChannel start() {
        AuthorityConfig config = TestAuthority.config(
                folder.resolve("" + authorities.size()),
                new KeysConfig(null, MASTER, Algorithm.ES256, Duration.ofDays(1), null),
                Duration.ofSeconds(60));
        Authority authority = Authority.start(TestAuthority.over(config, database));
        authorities.add(authority);
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), authority.port()))
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private static List<String> listed(ManagedChannel channel, String token) {
        return TrustServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(InProcess.bearer(token))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .listVerifiers(ListVerifiersRequest.getDefaultInstance())
                .getVerifiersList()
                .stream()
                .map(ConnectedVerifier::getVerifier)
                .toList();
    }

    @Test
    void whatHappensAtOneIsKnownAtTheOther() throws Exception {
        ManagedChannel a = start();
        ManagedChannel b = start();
        String token = Files.readString(folder.resolve("0/platform-token")).strip();
        List<WatchResponse> heard = new CopyOnWriteArrayList<>();
        StreamObserver<WatchRequest> verifier = TrustServiceGrpc.newStub(b)
                .withCallCredentials(InProcess.bearer(token))
                .watch(new StreamObserver<>() {
                    @Override
                    public void onNext(WatchResponse message) {
                        heard.add(message);
                    }

                    @Override
                    public void onError(Throwable error) {}

                    @Override
                    public void onCompleted() {}
                });
        verifier.onNext(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.newBuilder().setVerifier("worker").setAllOrganizations(true))
                .build());
        Await.until("it hears", Duration.ofSeconds(20), () -> !heard.isEmpty());
        int before = heard.size();
        DirectoryServiceGrpc.newBlockingStub(a)
                .withCallCredentials(InProcess.bearer(token))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .createOrganization(CreateOrganizationRequest.newBuilder()
                        .setOrganization(Organization.newBuilder().setDisplayName("Acme"))
                        .build());
        Await.until("it hears of what was made elsewhere", Duration.ofSeconds(20), () -> heard.size() > before);
        Await.until(
                "it is listed elsewhere",
                Duration.ofSeconds(20),
                () -> listed(a, token).equals(List.of("worker")));
        verifier.onCompleted();
        Await.until(
                "it is listed nowhere any more",
                Duration.ofSeconds(20),
                () -> listed(a, token).isEmpty() && listed(b, token).isEmpty());
    }
}
