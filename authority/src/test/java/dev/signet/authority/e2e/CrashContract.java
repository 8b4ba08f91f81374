package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.Token;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged holds, whenever the authority is killed. */
abstract class CrashContract {
    private static final int ROUNDS = 3;
    private static final int WORKERS = 10;
    private static final int CHANGES_EACH = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    /** An authority over the store in question, and a sidecar. */
    abstract Cluster cluster(Path folder);

    @Test
    void everyAcknowledgedChangeSurvivesAKillAndEveryOtherIsWhollyDoneOrNot() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Cluster cluster = cluster(folder)) {
            cluster.startAuthority();
            Running sidecar = cluster.startSidecar();
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Crashing");
            List<CrashWorker> workers = IntStream.range(0, WORKERS)
                    .mapToObj(index -> new CrashWorker("worker" + index, tenant, random.nextLong()))
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                int acknowledged = changeUntilKilled(cluster, tenant, workers, random);
                long begin = System.nanoTime();
                cluster.startAuthority();
                awaitSidecarHasCaughtUp(cluster, tenant);
                long back = System.nanoTime();
                checkAll(cluster, tenant, workers);
                System.out.printf(
                        "round %d: %d changes acknowledged; back after %d ms; checked in %d ms%n",
                        round, acknowledged, millis(begin, back), millis(back, System.nanoTime()));
            }
            assertTrue(sidecar.isAlive());
            assertNoIndexTwice(workers);
        }
    }

    /** Kills the first start once a file is there, and sees that the second gets through. */
    final void killDuringTheFirstStart(String moment, Path fresh) {
        try (Cluster cluster = cluster(fresh)) {
            Running first = cluster.launchAuthority();
            Await.until(moment, PATIENCE, () -> Files.exists(fresh.resolve(moment)), first::text);
            first.killAlone();
            cluster.startAuthority();
            Cluster.Tenant tenant = cluster.newTenant("After all");
            cluster.startSidecar();
            cluster.awaitSidecar();
            assertEquals(Verifier.ACCEPTED, cluster.verdict(tenant.owner()));
            cluster.sidecar().killAlone();
            cluster.authority().killAlone();
        }
    }

    /** Kills the authority while all workers are at it; returns how many changes had been answered. */
    private static int changeUntilKilled(
            Cluster cluster, Cluster.Tenant tenant, List<CrashWorker> workers, Random random)
            throws InterruptedException, ExecutionException {
        int killAfter = random.nextInt(WORKERS * CHANGES_EACH * 3 / 4) + WORKERS;
        AtomicInteger acknowledged = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(killAfter);
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try (Client client = cluster.client(tenant.owner())) {
            List<Future<?>> working = new ArrayList<>();
            for (CrashWorker worker : workers) {
                working.add(threads.submit(() -> worker.work(client, CHANGES_EACH, () -> {
                    acknowledged.incrementAndGet();
                    enough.countDown();
                })));
            }
            assertTrue(enough.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "too few changes are answered");
            cluster.authority().killAlone();
            for (Future<?> each : working) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return acknowledged.get();
    }

    /** Changes arrive in their order: with one made now, all before it are there. */
    private static void awaitSidecarHasCaughtUp(Cluster cluster, Cluster.Tenant tenant) {
        try (Client client = cluster.client(tenant.owner())) {
            CreateTokenResponse last = client.createToken(tenant.organization(), "ORGANIZATION_MEMBER", "last");
            client.deleteToken(last.getToken().getName());
            Await.until(
                    "the sidecar follows again",
                    PATIENCE,
                    () -> cluster.verdict(last.getValue()).equals("REVOKED"));
        }
    }

    private static void checkAll(Cluster cluster, Cluster.Tenant tenant, List<CrashWorker> workers) {
        try (Client client = cluster.client(tenant.owner())) {
            List<Token> listed = client.listTokens(tenant.organization());
            workers.parallelStream().forEach(worker -> worker.check(client, cluster.verifier(), listed));
            Set<String> expected = workers.stream()
                    .flatMap(worker -> worker.tokens().stream())
                    .filter(token -> !token.isDeleted())
                    .map(Remembered::name)
                    .collect(Collectors.toSet());
            expected.add(client.whoAmI(tenant.owner()).getPrincipal().getName());
            assertEquals(expected, listed.stream().map(Token::getName).collect(Collectors.toSet()));
        }
    }

    /** A value that shared its index would be revoked with another. */
    private static void assertNoIndexTwice(List<CrashWorker> workers) {
        Set<Integer> indexes = new HashSet<>();
        workers.stream()
                .flatMap(worker -> worker.tokens().stream())
                .flatMap(token -> token.values().stream())
                .forEach(value -> assertTrue(indexes.add(index(value)), "an index was given out twice"));
    }

    private static int index(String value) {
        byte[] payload = Base64.getUrlDecoder().decode(value.split("\\.", -1)[1]);
        JsonObject claims = JsonParser.parseString(new String(payload, StandardCharsets.UTF_8))
                .getAsJsonObject();
        return claims.getAsJsonObject("status")
                .getAsJsonObject("status_list")
                .get("idx")
                .getAsInt();
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }
}
