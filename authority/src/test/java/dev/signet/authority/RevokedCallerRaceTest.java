package dev.signet.authority;

import static dev.signet.authority.Verdicts.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.tokens.Tokens.WithValue;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything of a caller is revoked while it makes a token. It may get one, but none that is any good: whoever stole a
 * key must not be a step ahead of its revocation.
 */
@Timeout(240)
class RevokedCallerRaceTest {
    @TempDir
    private Path data;

    private final Random random = new Random(31);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private TestAuthority authority;
    private ResourcePath organization;
    /** By how much the revocation begins before. */
    private int delayMicros;

    TestAuthority open(Path data) {
        return TestAuthority.open(data);
    }

    int rounds() {
        return 150;
    }

    @BeforeEach
    void open() {
        authority = open(data);
        organization = authority.organization();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        authority.close();
    }

    @Test
    void byRevokingTheKeyThatSignedItsToken() throws Exception {
        int made = 0;
        for (int round = 0; round < rounds(); round++) {
            Call caller = authority.owner(organization);
            Call operator = authority.platform();
            String key = caller.credential().key().id();
            Optional<WithValue> token =
                    race(caller, () -> authority.signingKeys().revoke(operator, key));
            made += token.isPresent() ? 1 : 0;
            token.ifPresent(each -> assertEquals(Reason.REVOKED_KEY, reason(authority.verifier(), each.value())));
        }
        assertItWasARace(made);
    }

    @Test
    void byRevokingAllOfItsOrganization() throws Exception {
        int made = 0;
        for (int round = 0; round < rounds(); round++) {
            Call caller = authority.owner(organization);
            Optional<WithValue> token =
                    race(caller, () -> authority.directory().revokeAll(authority.platform(), organization));
            made += token.isPresent() ? 1 : 0;
            token.ifPresent(each -> assertEquals(Reason.EPOCH, reason(authority.verifier(), each.value())));
        }
        assertItWasARace(made);
    }

    private void assertItWasARace(int made) {
        assertTrue(made > 0 && made < rounds(), "it was no race: " + made);
    }

    private Optional<WithValue> race(Call caller, Runnable revoke) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        long headStart = TimeUnit.MICROSECONDS.toNanos(delayMicros + random.nextInt(2_000));
        Future<?> revoking = threads.submit(() -> {
            start.await();
            revoke.run();
            return true;
        });
        Future<Optional<WithValue>> making = threads.submit(() -> {
            start.await();
            spin(headStart);
            try {
                return Optional.of(authority.issue(caller, organization, "ORGANIZATION_OWNER"));
            } catch (Refusal refusal) {
                assertEquals(Refusal.Code.UNAUTHENTICATED, refusal.code(), refusal.toString());
                return Optional.empty();
            }
        });
        revoking.get(30, TimeUnit.SECONDS);
        Optional<WithValue> made = making.get(30, TimeUnit.SECONDS);
        // Whoever lost comes earlier next time, so that both always come close.
        delayMicros = made.isPresent() ? delayMicros + 2_000 : Math.max(0, delayMicros - 1_500);
        return made;
    }

    private static void spin(long nanos) {
        for (long begin = System.nanoTime(); System.nanoTime() - begin < nanos; ) {
            Thread.onSpinWait();
        }
    }
}
