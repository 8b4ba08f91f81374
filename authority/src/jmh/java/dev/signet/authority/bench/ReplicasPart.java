package dev.signet.authority.bench;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.signet.authority.bench.InFlight.Round;
import dev.signet.authority.store.PostgresCommits;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Grant;
import dev.signet.v1.Organization;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceFutureStub;
import dev.signet.verifier.bench.Figures;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

/**
 * How many tokens one, two and three authorities over one PostgreSQL issue and revoke, beside what the same server gives
 * in the same run for the smallest transactions: commits of one row each, and, as revocations wait for each other at the
 * row of the revisions, commits that all change one row. Everything is on this machine: more authorities share its
 * processors, and so show what they cost each other rather than what they would give on machines of their own.
 */
final class ReplicasPart implements AutoCloseable {
    private static final int DEPTH = 64;
    private static final int CONNECTIONS = 2;
    private static final int ORGANIZATIONS = 32;
    private static final int MOST_AUTHORITIES = 3;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration ROUND = Duration.ofMillis(Integer.getInteger("bench.round", 2_000));
    private static final int WARM_UP = 4_000;

    private final Path folder;
    private final Figures figures;
    private final PostgresConfig database = PostgresServer.running().database();
    private final PostgresConfig floor = PostgresServer.running().emptyDatabase();
    private final List<ServedAuthority> authorities = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<Tenant> tenants = new ArrayList<>();
    private final Queue<Issued> issued = new ConcurrentLinkedQueue<>();

    /** An organization, and what its owner sends. */
    private record Tenant(BearerToken owner, CreateTokenRequest create) {}

    private record Issued(Tenant tenant, String name) {}

    private ReplicasPart(Path folder, Figures figures) {
        this.folder = folder;
        this.figures = figures;
    }

    static void run(Figures figures) throws Exception {
        System.setProperty(PostgresServer.FSYNC, "on");
        Path folder = Files.createTempDirectory(
                Files.createDirectories(figures.folder().toAbsolutePath()), "replicas");
        try (ReplicasPart part = new ReplicasPart(folder, figures)) {
            part.measure();
        }
    }

    private void measure() throws Exception {
        try (PostgresCommits commits = new PostgresCommits(floor, DEPTH)) {
            for (int count = 1; count <= MOST_AUTHORITIES; count++) {
                ServedAuthority authority = ServedAuthority.start(
                        folder.resolve("data"), PostgresServer.running().flags(database));
                authorities.add(authority);
                for (int i = 0; i < CONNECTIONS; i++) {
                    channels.add(authority.connect());
                }
                if (tenants.isEmpty()) {
                    begin(authority);
                }
                measure(count, commits);
            }
        }
    }

    private void begin(ServedAuthority authority) throws Exception {
        BearerToken platform = new BearerToken(authority.platformToken());
        for (int i = 0; i < ORGANIZATIONS; i++) {
            String organization = DirectoryServiceGrpc.newBlockingStub(channels.get(0))
                    .withCallCredentials(platform)
                    .createOrganization(CreateOrganizationRequest.newBuilder()
                            .setOrganization(Organization.newBuilder().setDisplayName("organization " + i))
                            .build())
                    .getOrganization()
                    .getName();
            CreateTokenRequest create = CreateTokenRequest.newBuilder()
                    .setParent(organization)
                    .setToken(Token.newBuilder()
                            .setResource(organization)
                            .setDisplayName("a token")
                            .addGrants(Grant.newBuilder()
                                    .setResource(organization.substring(organization.indexOf('/') + 1))
                                    .setRole("ORGANIZATION_OWNER")))
                    .build();
            String owner = TokenServiceGrpc.newBlockingStub(channels.get(0))
                    .withCallCredentials(platform)
                    .createToken(create)
                    .getValue();
            tenants.add(new Tenant(new BearerToken(owner), create));
        }
    }

    private void measure(int count, PostgresCommits commits) throws Exception {
        InFlight inOne = new InFlight(DEPTH, place -> issue(place, tenants.get(0)));
        InFlight inMany = new InFlight(DEPTH, place -> issue(place, tenants.get(place % ORGANIZATIONS)));
        InFlight revoking = new InFlight(DEPTH, this::revoke);
        inMany.warmUp(count * WARM_UP, ROUND);
        List<Round> one = new ArrayList<>();
        List<Round> many = new ArrayList<>();
        List<Round> revoked = new ArrayList<>();
        List<Double> inserts = new ArrayList<>();
        List<Double> updates = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            inserts.add(commits.inserts(ROUND));
            many.add(inMany.run(ROUND));
            one.add(inOne.run(ROUND));
            updates.add(commits.updates(ROUND));
            revoked.add(revoking.run(ROUND));
        }
        String by = count == 1 ? ", 1 authority" : ", " + count + " authorities";
        double rows = median(inserts, Double::doubleValue);
        double row = median(updates, Double::doubleValue);
        String each = "commits of a row each, 64 connections";
        figures.add("issue in 32 organizations" + by, median(many, Round::perSecond), "calls/s", each, rows, null);
        figures.add("issue in one organization" + by, median(one, Round::perSecond), "calls/s", each, rows, null);
        String hot = "commits of one row that all change, 64";
        figures.add("revoke in 32 organizations" + by, median(revoked, Round::perSecond), "calls/s", hot, row, null);
        double p50 = median(revoked, round -> round.micros(0.5));
        figures.add("revoke, p99" + by, median(revoked, round -> round.micros(0.99)), "us", "its median", p50, null);
    }

    private ListenableFuture<?> issue(int place, Tenant tenant) {
        return Futures.transform(
                stub(place, tenant).createToken(tenant.create()),
                answer -> issued.add(new Issued(tenant, answer.getToken().getName())),
                MoreExecutors.directExecutor());
    }

    private ListenableFuture<?> revoke(int place) {
        Issued next = issued.poll();
        if (next == null) {
            throw new IllegalStateException("more is revoked than was issued");
        }
        return stub(place, next.tenant())
                .deleteToken(
                        DeleteTokenRequest.newBuilder().setName(next.name()).build());
    }

    private TokenServiceFutureStub stub(int place, Tenant tenant) {
        return TokenServiceGrpc.newFutureStub(channels.get(place % channels.size()))
                .withCallCredentials(tenant.owner());
    }

    private static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() throws Exception {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ServedAuthority authority : authorities) {
            authority.close();
        }
        PostgresServer.running().drop(database);
        PostgresServer.running().drop(floor);
    }
}
