package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.CreateTokenResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that does not hear from its authority answers for a while, then refuses, and comes back by itself. */
final class StalenessIT {
    private static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(3);
    /** The last pong may have been asked for that long before the authority went, on a busy machine. */
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(1500);

    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private Cluster cluster;
    private Wire wire;
    private Client owner;
    private Cluster.Tenant tenant;
    private CreateTokenResponse token;
    private String test;

    /** An answer, with when the question was asked and when it came, in milliseconds after the break. */
    private record Answer(long asked, long came, String verdict) {}

    @BeforeEach
    void start(TestInfo info) throws IOException {
        test = info.getDisplayName();
        cluster = new Cluster(PROCESSES, folder, "--maximum-staleness", MAXIMUM_STALENESS.toSeconds() + "s");
        cluster.startAuthority();
        wire = new Wire(cluster.authorityPort());
        cluster.startSidecar(wire.port());
        cluster.awaitSidecar();
        tenant = cluster.newTenant("Staleness");
        owner = cluster.client(tenant.owner());
        token = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci");
        awaitVerdict(token.getValue(), Verifier.ACCEPTED);
    }

    @AfterEach
    void stop() throws IOException {
        owner.close();
        wire.close();
        cluster.close();
        cluster.sidecar().kill();
        cluster.authority().kill();
    }

    @Test
    void aDeadAuthority() {
        long broken = System.nanoTime();
        cluster.authority().killAlone();
        assertRefusesInTime(askUntilStale(broken));
        cluster.startAuthority();
        awaitVerdict(token.getValue(), Verifier.ACCEPTED);
        assertTrue(cluster.sidecar().isAlive());
        assertSeesRevocations();
    }

    @Test
    void anAuthorityThatStandsStill() {
        long broken = System.nanoTime();
        cluster.authority().freeze();
        assertRefusesInTime(askUntilStale(broken));
        cluster.authority().thaw();
        awaitVerdict(token.getValue(), Verifier.ACCEPTED);
        assertSeesRevocations();
    }

    @Test
    void aRevocationWhileCutOffIsCertainInTimeAndHoldsOnReturn() {
        long broken = System.nanoTime();
        wire.cut();
        owner.deleteToken(token.getToken().getName());
        long deleted = System.nanoTime();
        List<Answer> answers = askUntilStale(broken);
        assertRefusesInTime(answers);
        // From the moment that delete returned, nobody is let in for longer than the maximum staleness.
        assertTrue(answers.stream()
                .filter(answer -> answer.verdict().equals(Verifier.ACCEPTED))
                .allMatch(answer -> answer.asked() <= millis(broken, deleted) + MAXIMUM_STALENESS.toMillis()));

        wire.mend();
        long mended = System.nanoTime();
        String next = "STALE_TRUST";
        while (next.equals("STALE_TRUST")) {
            assertTrue(System.nanoTime() - mended < RECOVERY.toNanos(), "does not come back");
            Await.pause();
            next = cluster.verdict(token.getValue());
        }
        assertEquals("REVOKED", next);
        report("back after " + millis(mended, System.nanoTime()) + " ms");
        assertSeesRevocations();
    }

    /** Asks until it refuses, and for a second more. */
    private List<Answer> askUntilStale(long broken) {
        List<Answer> answers = new ArrayList<>();
        long enough = MAXIMUM_STALENESS.plusSeconds(1).toMillis();
        do {
            long asked = millis(broken, System.nanoTime());
            String verdict = cluster.verdict(token.getValue());
            answers.add(new Answer(asked, millis(broken, System.nanoTime()), verdict));
            Await.pause();
        } while (answers.get(answers.size() - 1).asked() < enough);
        return answers;
    }

    private void assertRefusesInTime(List<Answer> answers) {
        List<Answer> accepted = answers.stream()
                .filter(answer -> answer.verdict().equals(Verifier.ACCEPTED))
                .toList();
        List<Answer> rest = answers.subList(accepted.size(), answers.size());
        assertEquals(accepted, answers.subList(0, accepted.size()), "refuses and then accepts again");
        assertTrue(rest.stream().allMatch(answer -> answer.verdict().equals("STALE_TRUST")), rest::toString);
        Answer last = accepted.get(accepted.size() - 1);
        report("accepted " + accepted.size() + " times, last after " + last.asked() + " ms");
        assertTrue(last.asked() <= MAXIMUM_STALENESS.toMillis(), last::toString);
        assertTrue(last.came() >= LEAST_PATIENCE.toMillis(), last::toString);
    }

    /** All is as before: what is deleted now is refused before long. */
    private void assertSeesRevocations() {
        CreateTokenResponse later = owner.createToken(tenant.workspace(), "WORKSPACE_MEMBER", "later");
        // A revocation may be seen a moment before the pong that makes the rest fresh.
        awaitVerdict(later.getValue(), Verifier.ACCEPTED);
        owner.deleteToken(later.getToken().getName());
        awaitVerdict(later.getValue(), "REVOKED");
    }

    private void awaitVerdict(String value, String verdict) {
        long begin = System.nanoTime();
        Await.until(verdict, RECOVERY, () -> cluster.verdict(value).equals(verdict));
        report(verdict + " after " + millis(begin, System.nanoTime()) + " ms");
    }

    private void report(String what) {
        System.out.println(test + ": " + what);
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }
}
