package dev.signet.authority.e2e;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.bench.Figures;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a third client gets done while two others ask for ten times what the authority can do, one with a credential and one
 * with none: both as lanes alone keep them apart, without limits by credential, and as it is by default. The process is
 * served from the launcher; clients and server share the machine. {@code -Dsignet.overload.seconds} says for how long,
 * 60 by default.
 */
public final class OverloadPart {
    private static final int SECONDS = Integer.getInteger("signet.overload.seconds", 60);
    private static final int FACTOR = 10;
    private static final int IN_FLIGHT = 64;
    /** A client that behaves: some in a second. */
    private static final Duration BETWEEN_REVOCATIONS = Duration.ofMillis(50);

    private final Figures figures;
    private final Processes processes;
    private final Path folder;
    private final String name;
    private final Map<String, String> environment;

    private OverloadPart(
            Figures figures, Processes processes, Path folder, String name, Map<String, String> environment) {
        this.figures = figures;
        this.processes = processes;
        this.folder = folder;
        this.name = name;
        this.environment = environment;
    }

    public static void run(Figures figures) throws Exception {
        Path folder = Files.createTempDirectory("signet-overload");
        Processes processes = new Processes(figures.folder().resolve("overload"));
        try {
            new OverloadPart(figures, processes, Files.createDirectory(folder.resolve("lanes")), "lanes", Map.of())
                    .measure();
            // With an empty value the default counts.
            new OverloadPart(
                            figures,
                            processes,
                            Files.createDirectory(folder.resolve("defaults")),
                            "defaults",
                            Map.of(
                                    "SIGNET_RATE_LIMIT_READS", "",
                                    "SIGNET_RATE_LIMIT_CHANGES", "",
                                    // Enough for what the third client is to end.
                                    "SIGNET_RATE_LIMIT_DELETES", "25",
                                    "SIGNET_RATE_LIMIT_LOOKUPS", ""))
                    .measure();
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private void measure() throws Exception {
        System.out.println(
                "-- " + name + ": " + LimitsConfig.DEFAULT.rates() + (environment.isEmpty() ? " are off" : ""));
        try (Cluster cluster = new Cluster(processes, folder)) {
            // What it can do is measured without limits by credential, on the same store.
            cluster.startAuthority();
            Cluster.Tenant tenant = cluster.newTenant("Overload");
            double capacity = capacity(cluster, tenant);
            System.out.printf("creates %.0f tokens a second%n", capacity);
            List<String> toEnd = create(cluster, tenant, revocations());
            String busy;
            try (Client owner = cluster.client(tenant.owner())) {
                busy = owner.createToken(tenant.organization(), "ORGANIZATION_OWNER", "busy")
                        .getValue();
            }
            if (!environment.isEmpty()) {
                cluster.authority().terminate();
            }
            try (Cluster served = environment.isEmpty() ? cluster : new Cluster(processes, folder, environment)) {
                if (served != cluster) {
                    served.startAuthority();
                }
                overload(served, tenant, busy, capacity, new ArrayDeque<>(toEnd));
                served.authority().terminate();
            }
        }
    }

    private static int revocations() {
        return (int) (TimeUnit.SECONDS.toMillis(SECONDS) / BETWEEN_REVOCATIONS.toMillis());
    }

    /** Answers a second, as many calls under way as the store takes together. */
    private static double capacity(Cluster cluster, Cluster.Tenant tenant) throws Exception {
        ManagedChannel channel = channel(cluster);
        try {
            keepUnderWay(channel, tenant, TimeUnit.SECONDS.toNanos(Math.min(5, SECONDS)));
            long time = TimeUnit.SECONDS.toNanos(Math.min(10, SECONDS));
            return keepUnderWay(channel, tenant, time) / (time / 1e9);
        } finally {
            channel.shutdownNow();
        }
    }

    private static int keepUnderWay(Channel channel, Cluster.Tenant tenant, long nanos) throws Exception {
        var call = Floods.createToken(tenant.owner(), tenant.workspace());
        Deque<ListenableFuture<CreateTokenResponse>> underWay = new ArrayDeque<>();
        int answered = 0;
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; answered++) {
            while (underWay.size() < IN_FLIGHT) {
                underWay.add(call.apply(channel));
            }
            underWay.remove().get();
        }
        for (ListenableFuture<CreateTokenResponse> last : underWay) {
            last.get();
        }
        return answered;
    }

    private static List<String> create(Cluster cluster, Cluster.Tenant tenant, int count) throws Exception {
        ManagedChannel channel = channel(cluster);
        try {
            var call = Floods.createToken(tenant.owner(), tenant.workspace());
            List<String> names = new ArrayList<>();
            while (names.size() < count) {
                List<ListenableFuture<CreateTokenResponse>> some = new ArrayList<>();
                for (int each = 0; each < Math.min(IN_FLIGHT, count - names.size()); each++) {
                    some.add(call.apply(channel));
                }
                for (ListenableFuture<CreateTokenResponse> each : some) {
                    names.add(each.get().getToken().getName());
                }
            }
            return names;
        } finally {
            channel.shutdownNow();
        }
    }

    private void overload(Cluster cluster, Cluster.Tenant tenant, String busy, double capacity, Deque<String> toEnd)
            throws Exception {
        double perSecond = FACTOR * capacity;
        String forged = busy.substring(0, busy.lastIndexOf('.') + 1) + "A".repeat(86);
        ManagedChannel third = channel(cluster);
        try {
            long[] alone = revoke(third, tenant.owner(), toEnd, revocations() / 10, new Outcome());
            long before = memoryKib(cluster, "VmRSS");
            Outcome outcome = new Outcome();
            Set<String> acknowledged = new HashSet<>();
            long[] during;
            try (Flood<WhoAmIResponse> strangers =
                            new Flood<>(cluster.authorityPort(), perSecond, Floods.whoAmI(forged));
                    Flood<CreateTokenResponse> creates = new Flood<>(
                            cluster.authorityPort(), perSecond, Floods.createToken(busy, tenant.workspace()))) {
                during = revoke(third, tenant.owner(), toEnd, toEnd.size(), outcome);
                strangers.stopSending();
                creates.stopSending();
                long ended = System.nanoTime();
                double recovered = recovery(third, tenant, ended);
                System.out.println("without a credential: " + strangers.stop());
                System.out.println("with one: " + creates.stop());
                System.out.printf(
                        "asked %.1f and %.1f times what it can do%n",
                        strangers.sent() / (capacity * SECONDS), creates.sent() / (capacity * SECONDS));
                System.out.printf("an ordinary change was made %.0f ms after the last call of the flood%n", recovered);
                creates.answers()
                        .forEach(each -> acknowledged.add(each.getToken().getName()));
            }
            tell(during, alone);
            System.out.printf("%d revocations, %d failed: %s%n", during.length, outcome.failed.size(), outcome.failed);
            System.out.printf(
                    "memory: %d MiB before, %d at most, %d after%n",
                    before >> 10, memoryKib(cluster, "VmHWM") >> 10, memoryKib(cluster, "VmRSS") >> 10);
            check(cluster, tenant, acknowledged, outcome.done);
            if (!outcome.failed.isEmpty()) {
                throw new IllegalStateException("revocations failed: " + outcome.failed);
            }
        } finally {
            third.shutdownNow();
        }
    }

    private static final class Outcome {
        private final Queue<String> done = new ConcurrentLinkedQueue<>();
        private final Queue<Status.Code> failed = new ConcurrentLinkedQueue<>();
    }

    /** At their own pace, whether the former are answered or not; how long each took from when it was to be made. */
    private static long[] revoke(Channel channel, String token, Deque<String> names, int count, Outcome outcome)
            throws InterruptedException {
        long[] took = new long[Math.min(count, names.size())];
        CountDownLatch ended = new CountDownLatch(took.length);
        long began = System.nanoTime();
        for (int each = 0; each < took.length; each++) {
            int number = each;
            long due = began + each * BETWEEN_REVOCATIONS.toNanos();
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            String name = names.remove();
            Futures.addCallback(
                    Floods.deleteToken(token, name).apply(channel),
                    new FutureCallback<DeleteTokenResponse>() {
                        @Override
                        public void onSuccess(DeleteTokenResponse answer) {
                            outcome.done.add(name);
                            ended();
                        }

                        @Override
                        public void onFailure(Throwable failure) {
                            outcome.failed.add(Status.fromThrowable(failure).getCode());
                            ended();
                        }

                        private void ended() {
                            took[number] = System.nanoTime() - due;
                            ended.countDown();
                        }
                    },
                    MoreExecutors.directExecutor());
        }
        ended.await();
        Arrays.sort(took);
        return took;
    }

    /** Milliseconds until an ordinary change is made that nobody would have had made before. */
    private static double recovery(Channel channel, Cluster.Tenant tenant, long ended) throws InterruptedException {
        while (true) {
            try {
                var unused = Floods.createToken(tenant.owner(), tenant.workspace())
                        .apply(channel)
                        .get();
                return (System.nanoTime() - ended) / 1e6;
            } catch (ExecutionException e) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private void tell(long[] during, long[] alone) {
        for (double quantile : new double[] {0.5, 0.99, 1}) {
            figures.add(
                    "%s: a revocation while overloaded, p%.0f".formatted(name, 100 * quantile),
                    millis(during, quantile),
                    "ms",
                    "nothing else asked",
                    millis(alone, quantile),
                    null);
        }
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * sorted.length))] / 1e6;
    }

    private static void check(
            Cluster cluster, Cluster.Tenant tenant, Set<String> acknowledged, Collection<String> ended) {
        Set<String> there = new HashSet<>();
        try (Client owner = cluster.client(tenant.owner())) {
            owner.listTokens(tenant.organization()).forEach(token -> there.add(token.getName()));
        }
        long lost = acknowledged.stream().filter(name -> !there.contains(name)).count();
        long back = ended.stream().filter(there::contains).count();
        System.out.printf(
                "%d tokens acknowledged, %d of them lost; %d ended, %d of them there%n",
                acknowledged.size(), lost, ended.size(), back);
        if (lost + back > 0) {
            throw new IllegalStateException("the authority lost what it had acknowledged");
        }
    }

    private static long memoryKib(Cluster cluster, String what) throws IOException {
        long pid = cluster.authority().process().pid();
        return Files.readString(Path.of("/proc", String.valueOf(pid), "status"))
                .lines()
                .filter(line -> line.startsWith(what + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static ManagedChannel channel(Cluster cluster) {
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.authorityPort()))
                .usePlaintext()
                .directExecutor()
                .build();
    }
}
