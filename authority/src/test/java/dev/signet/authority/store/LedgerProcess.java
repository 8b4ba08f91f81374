package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.trust.TrustChange;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/** Another process that holds a ledger: prints each revision once it was told that it is committed, until killed. */
final class LedgerProcess {
    private LedgerProcess() {}

    public static void main(String[] arguments) {
        Ledger ledger = JdbcLedger.open(
                new StoreConfig(Path.of(arguments[0])),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(5)));
        String part = arguments[1];
        while (true) {
            long revision = ledger.write(tx -> {
                        tx.announce(part, new TrustChange.GrantsOverridden("some", Grants.NONE));
                        return tx;
                    })
                    .revision();
            System.out.println(revision);
        }
    }
}
