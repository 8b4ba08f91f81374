package dev.signet.authority;

import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.authority.feed.NewerTrust;
import dev.signet.authority.feed.Reconciliation;
import dev.signet.authority.store.JdbcLedger;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.LedgerMove;
import dev.signet.authority.store.LedgerRestore;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What is done with a ledger while no authority serves it: backed up, restored, moved. */
public final class Keeping {
    private Keeping() {}

    /**
     * Writes a backup.
     *
     * @throws InvalidConfiguration where the folder or the database cannot be used, or an authority is running on it
     */
    public static void backUp(AuthorityConfig config, OutputStream target) throws IOException {
        if (config.store().postgres() == null) {
            // Opened, a folder without would be given one.
            LedgerRestore.requireLedger(config.store().data());
        }
        InstantSource clock = InstantSource.system();
        FeedChangeCodec codec = new FeedChangeCodec(new TrustCodec(new VerificationKeys()));
        try (Ledger ledger = JdbcLedger.open(config.store(), codec, new IdGenerator(clock, new SecureRandom()))) {
            ledger.backUp(target);
        }
    }

    /**
     * Reads a backup to its end.
     *
     * @throws InvalidConfiguration where it is none, or damaged
     */
    public static void check(Path backup) {
        LedgerRestore.check(backup);
    }

    /**
     * Loads a backup, decides what becomes of the credentials in it, or both. Once that is decided the ledger can be
     * served, with a new platform token.
     *
     * @return the file of that token; empty where nothing was decided yet
     * @throws InvalidConfiguration where something that is named cannot be used; a backup that was loaded stays, and can
     *     be decided upon
     */
    public static Optional<Path> restore(AuthorityConfig config, RestoreConfig restore) {
        if (config.store().postgres() != null) {
            throw new InvalidConfiguration(
                    "database-url",
                    "must not be given: a backup is restored into a folder, and `signet migrate` moves it from there");
        }
        Path file = restore.file();
        if (file != null) {
            LedgerRestore.load(file, config.store().data());
        }
        if (!restore.isDecided()) {
            return Optional.empty();
        }
        decide(config, restore);
        return Optional.of(Authority.resetPlatformToken(config));
    }

    private static void decide(AuthorityConfig config, RestoreConfig restore) {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        IdGenerator ids = new IdGenerator(clock, random);
        VerificationKeys keys = new VerificationKeys();
        TrustCodec codec = new TrustCodec(keys);
        try (JdbcLedger ledger = JdbcLedger.openRestored(config.store(), new FeedChangeCodec(codec), ids)) {
            // Nothing is changed yet where the master key is missing, or another.
            new Installation(config, ledger, RoleCatalogue.builtIn(), keys, ids, clock, random).requireMasterKey();
            Long through = restore.through();
            NewerTrust newer = through == null
                    ? new NewerTrust(List.of())
                    : NewerTrust.read(
                            restore.trustStates(),
                            new NewerTrust.Backup(ledger, ledger.backupTime(), through),
                            codec,
                            keys);
            ledger.beginAnew(ids, history -> {
                new Reconciliation(history, clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .run(newer, restore.raiseEpochs());
                return newer;
            });
        }
    }

    /**
     * Moves the ledger from the data folder to the server that is configured with it, as it is.
     *
     * @param progress is told what was done, a line at a time
     * @return how many rows were moved; 0 where all were before
     */
    public static long migrate(AuthorityConfig config, Consumer<String> progress) {
        return LedgerMove.run(config.store(), progress);
    }
}
