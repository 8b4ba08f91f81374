package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.v1.CreateTokenResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a deletion promises, kept by a sidecar that knows nothing of it: bytes to it are lost, and nobody says so. */
final class CutOffIT {
    /** Longer than the command takes to start, so that the cut-off sidecar still answers when the token is deleted. */
    private static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private final int cutOffPort = Processes.freePort();
    private final Verifier cutOff = Verifier.at(cutOffPort);
    private Cluster cluster;
    private Wire wire;
    private Running cutOffSidecar;
    private Client owner;
    private Cluster.Tenant tenant;

    /** An answer, with when the question was asked, by the one clock of this machine. */
    private record Answer(Instant asked, String verdict) {
        boolean isAccepted() {
            return verdict.equals(Verifier.ACCEPTED);
        }
    }

    @BeforeEach
    void start() throws IOException {
        cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", MAXIMUM_STALENESS.toSeconds() + "s");
        cluster.startAuthority();
        wire = new Wire(cluster.authorityPort());
        cluster.startSidecar();
        cutOffSidecar = PROCESSES.start(
                Map.of("ASTRO_API_TOKEN", cluster.platformToken()),
                "sidecar",
                "--authority",
                "127.0.0.1:" + wire.port(),
                "--listen",
                "127.0.0.1:" + cutOffPort,
                "--all-organizations",
                "--exit-with-parent");
        cluster.awaitSidecar();
        Await.until("it serves", PATIENCE, cutOff::isServing);
        tenant = cluster.newTenant("Cut off");
        owner = cluster.client(tenant.owner());
    }

    @AfterEach
    void stop() throws IOException {
        owner.close();
        cutOff.close();
        wire.close();
        cluster.close();
        cutOffSidecar.kill();
        cluster.sidecar().kill();
        cluster.authority().kill();
    }

    /** Asks a sidecar over and over, on a thread of its own. */
    private static final class Questions implements AutoCloseable {
        private final List<Answer> answers = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile boolean enough;

        Questions(Verifier sidecar, String token) {
            thread = new Thread(
                    () -> {
                        while (!enough) {
                            Instant asked = Instant.now();
                            answers.add(new Answer(asked, sidecar.verdict(token)));
                            Await.pause();
                        }
                    },
                    "questions");
            thread.start();
        }

        Answer last() {
            return answers.get(answers.size() - 1);
        }

        /** From when on it accepts no more. */
        Answer firstRejection() {
            return answers.stream()
                    .filter(answer -> !answer.isAccepted())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("it never rejected the token"));
        }

        @Override
        public void close() {
            enough = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void theOneRejectsAtOnceAndTheOtherByTheMomentThatWasTold() {
        CreateTokenResponse token = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci");
        String value = token.getValue();
        Await.until(
                "both accept",
                PATIENCE,
                () -> cluster.verdict(value).equals(Verifier.ACCEPTED)
                        && cutOff.verdict(value).equals(Verifier.ACCEPTED));
        Questions ofConnected = new Questions(cluster.verifier(), value);
        Questions ofCutOff = new Questions(cutOff, value);
        Instant certainBy;
        try (ofConnected;
                ofCutOff) {
            wire.cut();
            JsonObject propagation = delete(token.getToken().getName());
            Instant returned = Instant.now();
            assertTrue(ofCutOff.last().isAccepted(), "it was refusing before it was to be tried");
            certainBy = Instant.parse(propagation.get("certainBy").getAsString());
            assertFalse(certainBy.isAfter(returned.plus(MAXIMUM_STALENESS)), certainBy::toString);
            Await.until(
                    "the time has come",
                    MAXIMUM_STALENESS.multipliedBy(2),
                    () -> Instant.now().isAfter(certainBy.plusSeconds(1)));
        }

        Instant committed = certainBy.minus(MAXIMUM_STALENESS);
        Answer rejected = ofConnected.firstRejection();
        assertEquals("REVOKED", rejected.verdict());
        assertTrue(rejected.asked().isBefore(committed.plus(MAXIMUM_STALENESS.dividedBy(2))), rejected::toString);
        report("the connected sidecar rejects", committed, rejected);

        Answer stale = ofCutOff.firstRejection();
        assertEquals("STALE_TRUST", stale.verdict(), "it knows nothing of the deletion");
        assertTrue(stale.asked().isAfter(rejected.asked()), "it was cut off");
        assertTrue(ofCutOff.answers.stream()
                .filter(answer -> !answer.asked().isBefore(certainBy))
                .noneMatch(Answer::isAccepted));
        long after = ofCutOff.answers.stream()
                .filter(answer -> answer.asked().isAfter(rejected.asked()) && answer.isAccepted())
                .count();
        assertTrue(after > 0, "it accepted what was deleted, as it could not know");
        report("the cut-off sidecar rejects", committed, stale);

        wire.mend();
        Await.until("it knows by now", PATIENCE, () -> cutOff.verdict(value).equals("REVOKED"));
    }

    /** By the command, as whoever must be sure would. */
    private JsonObject delete(String name) {
        Processes.Run run = Processes.run(
                Map.of(
                        "SIGNET_ADDRESS",
                        "127.0.0.1:" + cluster.authorityPort(),
                        "ASTRO_API_TOKEN",
                        tenant.owner(),
                        "SIGNET_DEPLOYMENT",
                        Client.id(tenant.deployment()),
                        "SIGNET_WORKSPACE",
                        Client.id(tenant.workspace())),
                "deployment",
                "token",
                "delete",
                Client.id(name),
                "--force",
                "-o",
                "json");
        return JsonParser.parseString(run.value()).getAsJsonObject().getAsJsonObject("propagation");
    }

    private static void report(String what, Instant committed, Answer first) {
        System.out.println(
                what + " " + Duration.between(committed, first.asked()).toMillis() + " ms after the deletion, of "
                        + MAXIMUM_STALENESS.toMillis());
    }
}
