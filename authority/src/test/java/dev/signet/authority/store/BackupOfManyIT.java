package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many tokens are backed up and restored; {@code -Dsignet.tokens} says how many. */
@Timeout(300)
final class BackupOfManyIT {
    private static final int TOKENS = Integer.getInteger("signet.tokens", 20_000);
    private static final int AT_ONCE = 1_000;

    @TempDir
    private Path folder;

    private final IdGenerator ids = new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(7));

    @Test
    void manyTokens() throws Exception {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("backup");
        try (JdbcLedger ledger = JdbcLedger.open(new StoreConfig(data), LedgerContract.CODEC, ids)) {
            fill(ledger);
            long begin = System.nanoTime();
            try (OutputStream out = Files.newOutputStream(backup)) {
                ledger.backUp(out);
            }
            said("backed up into " + Files.size(backup) / 1024 + " KiB", begin);
        }
        long begin = System.nanoTime();
        LedgerRestore.load(backup, folder.resolve("restored"));
        said("restored", begin);
        H2 restored = H2.open(folder.resolve("restored"));
        try (restored;
                Connection connection = restored.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM api_token")) {
            row.next();
            assertEquals(TOKENS, row.getInt(1));
        }
    }

    private static void said(String what, long begin) {
        System.out.println(what + " in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    private static void fill(Ledger ledger) {
        Samples samples = new Samples();
        ResourcePath organization = samples.organization();
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            return tx;
        });
        for (int from = 0; from < TOKENS; from += AT_ONCE) {
            int first = from;
            ledger.write(tx -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    tx.tokens().insert(samples.token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER")));
                }
                tx.announce(organization.organization(), new TrustChange.Revoked(Indexes.of(first)));
                return tx;
            });
        }
    }
}
