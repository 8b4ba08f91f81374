package dev.signet.authority.keys;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A real verifier whose feed is played: pings go out, are answered and come back in their own time, changes may come
 * before them, and all of it may stop.
 */
final class SimulatedVerifier {
    /** That of {@link TokenVerifier}. */
    private static final double MARGIN = 0.99;

    private final TrustState state = new TrustState();
    private final Clocks clocks = new Clocks(this::elapsedNanos, this::wall);
    private final TokenVerifier verifier =
            new TokenVerifier(VerifierConfig.of(TestAuthority.ISSUER, TestAuthority.AUDIENCE), state, clocks);
    private MemoryLedger ledger = new MemoryLedger();
    private Random random = new Random(0);
    private LongSupplier now = () -> 0;
    /** Both clocks are off by what they may be: in how fast they run, and in what the wall shows. */
    private double rate;

    private long offsetMillis;
    private boolean partitioned;
    private Freshness.@Nullable Measured ping;
    /** The head when the ping was answered; -1 where it is not yet. */
    private int answeredHead = -1;

    private long authorityMillis;

    /**
     * Begins anew, in another world. What it remembers is which signatures are good, which saves most of the time.
     *
     * @param now the true time in milliseconds
     */
    void begin(MemoryLedger ledger, Random random, LongSupplier now) {
        this.ledger = ledger;
        this.random = random;
        this.now = now;
        this.rate = 0.995 + random.nextDouble() * 0.01;
        this.offsetMillis = random.nextLong(-5_000, 5_001);
        this.partitioned = false;
        restart();
    }

    private void restart() {
        state.clear();
        ping = null;
    }

    private long elapsedNanos() {
        return (long) (passed() * 1e6);
    }

    private Instant wall() {
        return FakeClock.START.plusMillis((long) passed() + offsetMillis);
    }

    private double passed() {
        return (now.getAsLong() - FakeClock.START.toEpochMilli()) * rate;
    }

    /** Something of its own happens. */
    String step(long authorityMillis) {
        int choice = random.nextInt(100);
        if (choice < (partitioned ? 20 : 4)) {
            partitioned = !partitioned;
            ping = null;
            return partitioned ? "is cut off" : "is back";
        }
        if (choice >= 98) {
            restart();
            return "restarts";
        }
        if (partitioned) {
            return "hears nothing";
        }
        if (choice < 12) {
            InstallationTrust held = state.installation();
            if (held != null) {
                apply((int) random.nextLong(held.revision(), ledger.head() + 1L));
            }
            return "hears changes";
        }
        if (ping == null) {
            ping = Freshness.now(clocks);
            answeredHead = -1;
            return "pings";
        }
        if (answeredHead < 0) {
            answeredHead = ledger.head();
            this.authorityMillis = authorityMillis;
            return "is answered up to " + answeredHead;
        }
        apply(answeredHead);
        state.confirm(ping.answered(this.authorityMillis), Set.of(TrustPart.INSTALLATION));
        ping = null;
        return "is confirmed up to " + answeredHead;
    }

    private void apply(int head) {
        InstallationTrust held = state.installation();
        if (held == null) {
            state.replace(ledger.at(head));
            return;
        }
        for (int revision = (int) held.revision() + 1; revision <= head; revision++) {
            if (!state.apply(TrustPart.INSTALLATION, ledger.change(revision), revision, revision - 1)) {
                throw new AssertionError("a change does not follow the one before");
            }
        }
    }

    boolean isStale() {
        InstallationTrust held = state.installation();
        return held == null
                || held.freshness().ageNanos(clocks.now())
                        > held.policy().maximumStaleness().toNanos() * MARGIN;
    }

    Verdict verify(String token) {
        return verifier.verify(token);
    }
}
