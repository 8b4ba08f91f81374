package dev.signet.authority.keys;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Another process that does something with its keys, and halts at the first step of a name. */
final class RotationProcess {
    static final int HALTED = 9;

    private RotationProcess() {}

    public static void main(String[] arguments) {
        AuthorityConfig config = TestAuthority.config(Path.of(arguments[0]));
        KeyOperation operation = KeyOperation.valueOf(arguments[1]);
        String last = arguments[2];
        long seed = Long.parseLong(arguments[3]);
        FakeClock clock = new FakeClock();
        clock.advance(Duration.ofMillis(Long.parseLong(arguments[4])));
        try (Ledger store = TestAuthority.ledger(
                config, new TrustCodec(new VerificationKeys()), new IdGenerator(clock, new Random(seed)))) {
            Faults faults = new Faults(store, () -> Runtime.getRuntime().halt(HALTED));
            operation.run(
                    config,
                    clock,
                    seed,
                    faults,
                    () -> faults.arm(steps -> steps.get(steps.size() - 1).equals(last)));
        }
    }
}
