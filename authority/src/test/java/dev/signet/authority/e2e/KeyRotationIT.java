package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.RevokeSigningKeyResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Signing keys change while a sidecar is asked about tokens some thousand times a second. */
final class KeyRotationIT {
    private static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROTATIONS = 10;
    private static final int ASKERS = 6;
    /** As fast as they can, they would slow down what runs beside, and see nothing more. */
    private static final long BETWEEN_QUESTIONS_NANOS = 2_000_000;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    /** Asks about all the tokens that there are, in turn, until it is told to end. */
    private static final class Load implements AutoCloseable {
        private final List<String> tokens = new CopyOnWriteArrayList<>();
        private final Map<String, AtomicLong> verdicts = new ConcurrentHashMap<>();
        private final AtomicBoolean ending = new AtomicBoolean();
        private final ExecutorService threads = Executors.newFixedThreadPool(ASKERS);
        private final List<Future<?>> asking;
        private final Cluster cluster;

        /** When a token was last accepted, as the time at which that was asked. */
        private final AtomicLong lastAcceptedNanos = new AtomicLong();

        Load(Cluster cluster, List<String> first) {
            this.cluster = cluster;
            tokens.addAll(first);
            asking = IntStream.range(0, ASKERS)
                    .<Future<?>>mapToObj(asker -> threads.submit(() -> ask(asker)))
                    .toList();
        }

        private void ask(int asker) {
            try (Verifier verifier = Verifier.at(cluster.socket())) {
                for (int i = asker; !ending.get(); i++) {
                    long asked = System.nanoTime();
                    String verdict = verifier.verdict(tokens.get(i % tokens.size()));
                    verdicts.computeIfAbsent(verdict, word -> new AtomicLong()).incrementAndGet();
                    if (verdict.equals(Verifier.ACCEPTED)) {
                        lastAcceptedNanos.accumulateAndGet(asked, (a, b) -> a - b > 0 ? a : b);
                    }
                    LockSupport.parkNanos(BETWEEN_QUESTIONS_NANOS);
                }
            }
        }

        long count(String verdict) {
            AtomicLong count = verdicts.get(verdict);
            return count == null ? 0 : count.get();
        }

        /** Returns once everything that was asked is answered. */
        @Override
        public void close() throws Exception {
            ending.set(true);
            for (Future<?> each : asking) {
                each.get();
            }
            threads.shutdown();
        }
    }

    @Test
    void tenRotationsUnderLoadRejectNobody() throws Exception {
        try (Cluster cluster = new Cluster(
                PROCESSES,
                folder,
                "--maximum-staleness",
                MAXIMUM_STALENESS.toSeconds() + "s",
                "--key-rotation-period",
                "1s")) {
            cluster.startAuthority();
            Wire wire = new Wire(cluster.authorityPort());
            cluster.startSidecar(wire.port());
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Rotating");
            Set<String> keys = new HashSet<>();
            long begin = System.nanoTime();
            try (Client owner = cluster.client(tenant.owner());
                    Client operator = cluster.client(cluster.platformToken())) {
                Load load = new Load(cluster, List.of(tenant.owner()));
                long sentBefore = wire.carriedToTarget();
                try (load) {
                    while (keys.size() <= ROTATIONS) {
                        Await.until("another key signs", PATIENCE, () -> !keys.contains(operator.activeKey()));
                        // The new key's first tokens, which are asked about at once.
                        for (int i = 0; i < 3; i++) {
                            String value = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci")
                                    .getValue();
                            keys.add(keyOf(value));
                            load.tokens.add(value);
                        }
                    }
                }
                long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
                long sent = wire.carriedToTarget() - sentBefore;
                System.out.printf(
                        "%d keys signed in %d s; %d tokens; verdicts %s; %d bytes from the sidecar to the authority%n",
                        keys.size(), seconds, load.tokens.size(), load.verdicts, sent);
                assertEquals(Set.of(Verifier.ACCEPTED), load.verdicts.keySet());
                // A call takes some hundred bytes at the least: what is sent is pings and reports of use.
                assertTrue(sent < load.count(Verifier.ACCEPTED), "the authority is asked about tokens");
            }
            wire.close();
            cluster.sidecar().kill();
            cluster.authority().kill();
        }
    }

    @Test
    void aRevokedKeyIsRefusedUnderLoadAndOthersSignAtOnce() throws Exception {
        // The key signed the sidecar's credential too, so its next ping ends the stream: pings are a minute apart here,
        // for the confirmation to come before.
        try (Cluster cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", "10m")) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Compromised");
            String leaked = keyOf(tenant.owner());
            Load load;
            try (Client owner = cluster.client(tenant.owner())) {
                List<String> tokens = new CopyOnWriteArrayList<>();
                for (int i = 0; i < 50; i++) {
                    tokens.add(owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci")
                            .getValue());
                }
                load = new Load(cluster, tokens);
            }
            String before = cluster.platformToken();
            long confirmed;
            try (load;
                    Client operator = cluster.client(before)) {
                Await.until("the load runs", PATIENCE, () -> load.count(Verifier.ACCEPTED) > 1_000);
                RevokeSigningKeyResponse revoked = operator.revokeKey(leaked);
                confirmed = System.nanoTime();
                assertEquals(
                        52,
                        revoked.getSigningKey().getLiveTokenCount(),
                        "the tokens, the owner's and the operator's own");
                assertEquals(1, revoked.getPropagation().getConfirmed());
                assertEquals(0, revoked.getPropagation().getPending());
                assertEquals("REVOKED_KEY", cluster.verdict(tenant.owner()));
                long refused = load.count("REVOKED_KEY");
                Await.until("the load goes on", PATIENCE, () -> load.count("REVOKED_KEY") > refused + 1_000);
            }
            System.out.printf("verdicts %s%n", load.verdicts);
            assertEquals(Set.of(Verifier.ACCEPTED, "REVOKED_KEY"), load.verdicts.keySet());
            assertTrue(load.lastAcceptedNanos.get() - confirmed < 0, "accepted after the sidecar had confirmed");

            assertNotEquals(before, cluster.platformToken());
            assertEquals("REVOKED_KEY", cluster.verdict(before));
            try (Client operator = cluster.client(cluster.platformToken())) {
                assertNotEquals(leaked, operator.activeKey());
                CreateTokenResponse owner = operator.createToken(tenant.organization(), "ORGANIZATION_OWNER", "again");
                assertEquals(Verifier.ACCEPTED, cluster.verdict(owner.getValue()));
            }
            cluster.sidecar().kill();
            cluster.authority().kill();
        }
    }

    private static String keyOf(String token) {
        String header = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), StandardCharsets.UTF_8);
        return JsonParser.parseString(header).getAsJsonObject().get("kid").getAsString();
    }
}
