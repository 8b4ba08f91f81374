package dev.signet.authority.tokens;

import dev.signet.authority.keys.SecretFile;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The operator's token: made at first start, replaced only by whoever has the machine of the store. */
public final class PlatformTokens {
    /** Long, as nobody would notice it expire; {@code signet platform-token reset} makes another at any time. */
    private static final Duration LIFETIME = Duration.ofDays(3650);

    private final TokenMinter minter;
    private final String audience;
    private final IdGenerator ids;
    private final InstantSource clock;
    private final Path file;

    public PlatformTokens(TokenMinter minter, String audience, IdGenerator ids, InstantSource clock, Path file) {
        this.minter = minter;
        this.audience = audience;
        this.ids = ids;
        this.clock = clock;
        this.file = file;
    }

    /** Makes the token and its file where none was ever made. */
    public void ensure(Transaction tx, int index) {
        if (tx.tokens().platformTokens().isEmpty()) {
            issue(tx, index);
        }
    }

    /** Whether somebody removed the file, which holds the only copy. */
    public boolean isFileMissing() {
        return Files.notExists(file);
    }

    /** Where the token is written. */
    public Path file() {
        return file;
    }

    /** Ends every platform token there is and makes a new one. */
    public void reset(Transaction tx, int index) {
        List<PlatformToken> ended = tx.tokens().platformTokens();
        ended.forEach(token -> tx.tokens().deletePlatformToken(token.id()));
        if (!ended.isEmpty()) {
            tx.announce(
                    TrustPart.INSTALLATION,
                    new TrustChange.Revoked(Indexes.of(
                            ended.stream().map(token -> token.value().index()).toList())));
        }
        issue(tx, index);
    }

    /**
     * The file is written before the commit: after a crash in between, the file holds a token that nobody knows, and
     * the next attempt replaces it. The other way round the only copy could be lost.
     */
    private void issue(Transaction tx, int index) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        IssuedValue value =
                minter.issue(ids.nextValueId(), index, tx.trust().head(), audience, now, now.plus(LIFETIME));
        PlatformToken token = new PlatformToken(ids.next(IdType.PLATFORM), value);
        tx.tokens().insert(token);
        try {
            SecretFile.write(
                    file,
                    minter.mint(token.id(), Kind.PLATFORM, null, Grants.NONE, value)
                            .text());
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the platform token cannot be written to " + file);
        }
    }
}
