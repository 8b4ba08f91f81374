package dev.signet.authority.bench;

import dev.signet.authority.feed.FirstSnapshot;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.authority.store.ScaleStore;
import dev.signet.authority.store.StoreConfig;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Grant;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Organization;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.verifier.bench.Figure;
import dev.signet.verifier.bench.Figures;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One organization with ever more tokens, and a ninth as many revocations, in either store: what an authority and a
 * verifier need to begin, pages of a list, and housekeeping. Each figure stands beside what it would be if it had grown
 * with the tokens since the size before: above 1, it grows worse than linearly. Medians of some small times are above
 * that by chance; those under a hundredth of a second are not looked at. Beside some times stands what they took of the
 * processor, of which others on the machine make less of a difference.
 */
final class ScalePart {
    private static final List<Integer> SIZES = Stream.of(
                    System.getProperty("bench.sizes", "100000,300000,1000000").split(",", -1))
            .map(Integer::valueOf)
            .toList();
    private static final double TOO_SMALL = 0.01;
    private static final int PAGE = 1_000;
    private static final int TIMES = 15;

    private final Path folder;
    private final Figures figures;
    private final String name;
    private final ScaleStore store;
    private final List<String> flags;
    private String organization = "";
    private String owner = "";

    private ScalePart(Path folder, Figures figures, String name, @Nullable PostgresConfig database) throws IOException {
        this.folder = Files.createDirectories(folder.resolve(name)).resolve("data");
        this.figures = figures;
        this.name = name;
        this.store = ScaleStore.of(new StoreConfig(this.folder, database));
        this.flags = database == null ? List.of() : PostgresServer.running().flags(database);
    }

    static void run(Figures figures) throws Exception {
        System.setProperty(PostgresServer.FSYNC, "on");
        Path folder = Files.createTempDirectory(
                Files.createDirectories(figures.folder().toAbsolutePath()), "scale");
        String stores = System.getProperty("bench.stores", "PostgreSQL,H2");
        if (stores.contains("PostgreSQL")) {
            PostgresConfig database = PostgresServer.running().database();
            new ScalePart(folder, figures, "PostgreSQL", database).measure();
            PostgresServer.running().drop(database);
        }
        if (stores.contains("H2")) {
            new ScalePart(folder, figures, "H2", null).measure();
        }
    }

    private void measure() throws Exception {
        try (ServedAuthority authority = ServedAuthority.start(folder, flags)) {
            begin(authority);
        }
        int before = 0;
        Map<String, Double> last = Map.of();
        for (int tokens : SIZES) {
            long begin = System.nanoTime();
            store.fill(organization, before, tokens);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %,d tokens and %,d revocations, filled in %.0f s%n",
                    name,
                    tokens,
                    tokens / 9,
                    (System.nanoTime() - begin) / 1e9);
            Map<String, Double> now = measure(tokens);
            for (Map.Entry<String, Double> each : now.entrySet()) {
                tell(each.getKey(), each.getValue(), tokens, before, last.get(each.getKey()));
            }
            last = now;
            before = tokens;
        }
    }

    private void tell(String what, double value, int tokens, int before, @Nullable Double earlier) {
        System.out.printf(Locale.ROOT, "    %-58s %12.4f%n", what, value);
        if (earlier != null && value > TOO_SMALL) {
            figures.add(
                    name + ", " + tokens / 1_000 + "k: " + what,
                    value,
                    "",
                    "grown with the tokens from " + before / 1_000 + "k",
                    earlier * tokens / before,
                    Figure.atMost(1.2));
        }
    }

    private void begin(ServedAuthority authority) throws IOException {
        ManagedChannel channel = authority.connect();
        try {
            BearerToken platform = new BearerToken(authority.platformToken());
            String resource = DirectoryServiceGrpc.newBlockingStub(channel)
                    .withCallCredentials(platform)
                    .createOrganization(CreateOrganizationRequest.newBuilder()
                            .setOrganization(Organization.newBuilder().setDisplayName("an organization"))
                            .build())
                    .getOrganization()
                    .getName();
            organization = resource.substring(resource.indexOf('/') + 1);
            owner = TokenServiceGrpc.newBlockingStub(channel)
                    .withCallCredentials(platform)
                    .createToken(CreateTokenRequest.newBuilder()
                            .setParent(resource)
                            .setToken(Token.newBuilder()
                                    .setResource(resource)
                                    .setDisplayName("the owner")
                                    .addGrants(Grant.newBuilder()
                                            .setResource(organization)
                                            .setRole("ORGANIZATION_OWNER")))
                            .build())
                    .getValue();
        } finally {
            channel.shutdownNow();
        }
    }

    private Map<String, Double> measure(int tokens) throws Exception {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("store, MiB", store.mebibytes());
        try (ServedAuthority authority = ServedAuthority.start(folder, flags)) {
            figures.put("start without checkpoint, s", authority.startSeconds());
            figures.put("start without checkpoint, processor, s", authority.startProcessorSeconds());
            figures.put("resident after the start, MiB", authority.residentMiB(false));
            ManagedChannel channel = authority.connect();
            try {
                double processor = authority.processorSeconds();
                FirstSnapshot snapshot = FirstSnapshot.of(channel, owner);
                figures.put("first snapshot, s", snapshot.seconds());
                figures.put("first snapshot, processor, s", authority.processorSeconds() - processor);
                figures.put("first snapshot, KiB", snapshot.bytes() / 1024.0);
                figures.put("first snapshot, heap of the verifier, MiB", snapshot.heapMiB());
                figures.put(
                        "second snapshot, s", FirstSnapshot.of(channel, owner).seconds());
                lists(authority, channel, tokens, figures);
            } finally {
                channel.shutdownNow();
            }
            figures.put("resident at most, MiB", authority.residentMiB(true));
        }
        store.expire(organization, tokens / 90);
        store.housekeeping().forEach((what, seconds) -> figures.put("housekeeping: " + what, seconds));
        try (ServedAuthority authority = ServedAuthority.start(folder, flags)) {
            figures.put("start with checkpoint, s", authority.startSeconds());
            figures.put("start with checkpoint, processor, s", authority.startProcessorSeconds());
        }
        return figures;
    }

    private void lists(ServedAuthority authority, ManagedChannel channel, int tokens, Map<String, Double> figures) {
        TokenServiceBlockingStub stub =
                TokenServiceGrpc.newBlockingStub(channel).withCallCredentials(new BearerToken(owner));
        String parent = "organizations/" + organization;
        ListTokensRequest all = ListTokensRequest.newBuilder()
                .setParent(parent)
                .setPageSize(PAGE)
                .build();
        // Warm, as the second one is.
        stub.listTokens(all);
        double processor = authority.processorSeconds();
        List<Double> pages = pages(stub, all, tokens + 1);
        figures.put("list of all, page by page, processor, s", authority.processorSeconds() - processor);
        figures.put("list of a thousand, first page, s", median(pages.subList(0, 9)));
        int middle = pages.size() / 2;
        figures.put("list of a thousand, middle page, s", median(pages.subList(middle - 4, middle + 5)));
        figures.put("list of a thousand, last page, s", median(pages.subList(pages.size() - 10, pages.size() - 1)));
        figures.put("list of all, page by page, s", sum(pages));
        // A tenth of them, and the owner.
        ListTokensRequest organization = all.toBuilder().setResource(parent).build();
        processor = authority.processorSeconds();
        figures.put("list of the organization's own, page by page, s", sum(pages(stub, organization, tokens / 10 + 1)));
        figures.put(
                "list of the organization's own, page by page, processor, s", authority.processorSeconds() - processor);
        for (String order : List.of("expire_time desc", "display_name", "update_time desc")) {
            ListTokensRequest ordered = all.toBuilder().setOrderBy(order).build();
            figures.put("list by " + order + ", first page, s", timed(stub, ordered));
        }
        ListTokensRequest deployment = all.toBuilder()
                .setResource(parent + "/workspaces/-/deployments/dep_" + "0".repeat(25) + "7")
                .build();
        processor = authority.processorSeconds();
        figures.put("list of a deployment, s", timed(stub, deployment));
        figures.put("list of a deployment, processor, s", (authority.processorSeconds() - processor) / TIMES);
    }

    /** The seconds that each page took. */
    private static List<Double> pages(TokenServiceBlockingStub stub, ListTokensRequest request, int expected) {
        List<Double> pages = new ArrayList<>();
        int found = 0;
        String next = "";
        do {
            long begin = System.nanoTime();
            ListTokensResponse page =
                    stub.listTokens(request.toBuilder().setPageToken(next).build());
            pages.add((System.nanoTime() - begin) / 1e9);
            found += page.getTokensCount();
            next = page.getNextPageToken();
        } while (!next.isEmpty());
        if (found != expected) {
            throw new IllegalStateException("listed " + found + " instead of " + expected);
        }
        return pages;
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static double timed(TokenServiceBlockingStub stub, ListTokensRequest request) {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            long begin = System.nanoTime();
            stub.listTokens(request);
            times.add((System.nanoTime() - begin) / 1e9);
        }
        return median(times);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
