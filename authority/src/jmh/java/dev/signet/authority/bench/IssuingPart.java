package dev.signet.authority.bench;

import com.google.common.util.concurrent.ListenableFuture;
import dev.signet.authority.Authority;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.bench.InFlight.Round;
import dev.signet.authority.store.DurableCommits;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.Organization;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.Workspace;
import dev.signet.verifier.bench.Figure;
import dev.signet.verifier.bench.Figures;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * What issuing costs, over loopback gRPC with many calls under way, beside the least that it could cost. Rounds of each
 * figure and of its floor alternate in one run, and the medians are compared.
 *
 * <ul>
 *   <li>Exchanges, beside {@link EchoAndSign}: a bare gRPC server that makes one signature for each call.
 *   <li>Creates, beside {@link DurableCommits}: the smallest transactions that the store can make durable, each with a
 *       commit of its own and the sync shared; and the same rows with 64 to a commit.
 * </ul>
 */
final class IssuingPart implements AutoCloseable {
    private static final int DEPTH = 64;
    private static final int CONNECTIONS = 4;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 7);
    private static final Duration ROUND = Duration.ofMillis(Integer.getInteger("bench.round", 2_000));
    private static final int WARM_UP = 100_000;

    private final Path folder;
    private final Figures figures;
    private final Authority authority;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ExchangeApiKeyRequest exchange;
    private final CreateTokenRequest create;
    private final CallCredentials owner;

    private IssuingPart(Path folder, Figures figures) throws Exception {
        this.folder = folder;
        this.figures = figures;
        this.authority = Authority.start(TestAuthority.config(folder.resolve("authority")));
        ManagedChannel channel = connections(authority.port()).get(0);
        CallCredentials platform = new BearerToken(
                Files.readString(folder.resolve("authority/platform-token")).strip());
        DirectoryServiceBlockingStub directory = DirectoryServiceGrpc.newBlockingStub(channel);
        String organization = directory
                .withCallCredentials(platform)
                .createOrganization(CreateOrganizationRequest.newBuilder()
                        .setOrganization(Organization.newBuilder().setDisplayName("an organization"))
                        .build())
                .getOrganization()
                .getName();
        this.create = CreateTokenRequest.newBuilder()
                .setParent(organization)
                .setToken(Token.newBuilder()
                        .setResource(organization)
                        .setDisplayName("a token")
                        .addGrants(Grant.newBuilder()
                                .setResource(organization.substring(organization.indexOf('/') + 1))
                                .setRole("ORGANIZATION_OWNER")))
                .build();
        this.owner = new BearerToken(TokenServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(platform)
                .createToken(create)
                .getValue());
        String workspace = directory
                .withCallCredentials(owner)
                .createWorkspace(CreateWorkspaceRequest.newBuilder()
                        .setParent(organization)
                        .setWorkspace(Workspace.newBuilder().setDisplayName("a workspace"))
                        .build())
                .getWorkspace()
                .getName();
        String deployment = directory
                .withCallCredentials(owner)
                .createDeployment(CreateDeploymentRequest.newBuilder()
                        .setParent(workspace)
                        .setDeployment(Deployment.newBuilder().setDisplayName("a deployment"))
                        .build())
                .getDeployment()
                .getName();
        CreateApiKeyResponse key = ApiKeyServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(owner)
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setParent(deployment)
                        .setApiKey(ApiKey.newBuilder().setDisplayName("a key"))
                        .build());
        String name = key.getApiKey().getName();
        this.exchange = ExchangeApiKeyRequest.newBuilder()
                .setKeyId(name.substring(name.lastIndexOf('/') + 1))
                .setSecret(key.getSecret())
                .build();
    }

    static void run(Figures figures) throws Exception {
        // Each call would be a line of the log, or several.
        System.setProperty("signet.log", "WARN");
        Path folder = Files.createTempDirectory(
                Files.createDirectories(figures.folder().toAbsolutePath()), "authority");
        try (IssuingPart part = new IssuingPart(folder, figures)) {
            part.exchanges();
            part.creates();
        }
    }

    private void exchanges() throws Exception {
        List<ManagedChannel> real = connections(authority.port());
        ExchangeApiKeyResponse answer =
                AccessTokenServiceGrpc.newBlockingStub(real.get(0)).exchangeApiKey(exchange);
        try (EchoAndSign echo = new EchoAndSign(answer)) {
            InFlight exchanging = new InFlight(DEPTH, exchanging(real));
            InFlight echoing = new InFlight(DEPTH, exchanging(connections(echo.port())));
            exchanging.warmUp(WARM_UP, ROUND);
            echoing.warmUp(WARM_UP, ROUND);
            List<Round> exchanges = new ArrayList<>();
            List<Round> echoes = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                exchanges.add(exchanging.run(ROUND));
                echoes.add(echoing.run(ROUND));
            }
            compare("exchange", exchanges, "gRPC echo and one signature", echoes);
            figures.add(
                    "exchange, 64 in flight",
                    median(exchanges, Round::perSecond),
                    "calls/s",
                    "gRPC echo and one signature",
                    median(echoes, Round::perSecond),
                    Figure.atLeast(0.5));
        }
    }

    private void creates() throws Exception {
        List<TokenServiceGrpc.TokenServiceFutureStub> stubs = connections(authority.port()).stream()
                .map(channel -> TokenServiceGrpc.newFutureStub(channel).withCallCredentials(owner))
                .toList();
        InFlight creating =
                new InFlight(DEPTH, place -> stubs.get(place % stubs.size()).createToken(create));
        try (DurableCommits commits = new DurableCommits(folder.resolve("commits"))) {
            creating.warmUp(WARM_UP / 4, ROUND);
            commits.perSecond(DEPTH, 1, ROUND);
            commits.perSecond(2, DEPTH, ROUND);
            List<Round> creates = new ArrayList<>();
            List<Double> each = new ArrayList<>();
            List<Double> grouped = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                creates.add(creating.run(ROUND));
                each.add(commits.perSecond(DEPTH, 1, ROUND));
                grouped.add(commits.perSecond(2, DEPTH, ROUND));
            }
            figures.add(
                    "create, 64 in flight",
                    median(creates, Round::perSecond),
                    "calls/s",
                    "durable commits of one row, 64 writers",
                    median(each, Double::doubleValue),
                    Figure.atLeast(0.7));
            figures.add(
                    "create, 64 in flight, beside shared commits",
                    median(creates, Round::perSecond),
                    "calls/s",
                    "durable rows, 64 to a commit, 2 writers",
                    median(grouped, Double::doubleValue),
                    null);
            figures.add(
                    "create p99 beside its median",
                    median(creates, round -> round.micros(0.99)),
                    "us",
                    "its median",
                    median(creates, round -> round.micros(0.5)),
                    null);
        }
    }

    private IntFunction<ListenableFuture<?>> exchanging(List<ManagedChannel> channels) {
        List<AccessTokenServiceGrpc.AccessTokenServiceFutureStub> stubs =
                channels.stream().map(AccessTokenServiceGrpc::newFutureStub).toList();
        return place -> stubs.get(place % stubs.size()).exchangeApiKey(exchange);
    }

    private List<ManagedChannel> connections(int port) {
        List<ManagedChannel> opened = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            opened.add(NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .usePlaintext()
                    .directExecutor()
                    .build());
        }
        channels.addAll(opened);
        return opened;
    }

    /** The same, by latency and by the processor's time, which counts most where others use the processor too. */
    private void compare(String name, List<Round> rounds, String against, List<Round> floors) {
        for (double quantile : new double[] {0.5, 0.99}) {
            figures.add(
                    name + ", p" + Math.round(quantile * 100),
                    median(rounds, round -> round.micros(quantile)),
                    "us",
                    against,
                    median(floors, round -> round.micros(quantile)),
                    null);
        }
        figures.add(
                name + ", processor time of client and server",
                median(rounds, Round::cpuMicros),
                "us/call",
                against,
                median(floors, Round::cpuMicros),
                null);
    }

    private static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        authority.close();
    }
}
