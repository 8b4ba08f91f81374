package dev.signet.authority.tokens;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeptCredentials;
import dev.signet.authority.keys.SecretFile;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.FileAccess;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's token: made at first start, replaced only by whoever has the machine of the store, or where the key
 * that signed it is revoked.
 *
 * <p>Its file is the only copy, so a new one is first written beside it, then committed, and takes the file's place
 * last. A crash before the commit leaves the old token with its file, one after it a new token that {@link #settle}
 * puts in place.
 */
public final class PlatformTokens implements KeptCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(PlatformTokens.class);
    /** Long, as nobody would notice it expire; {@code signet platform-token reset} makes another at any time. */
    private static final Duration LIFETIME = Duration.ofDays(3650);

    private final TokenMinter minter;
    private final String audience;
    private final IdGenerator ids;
    private final InstantSource clock;
    private final Path file;
    /** Where a token lies that is not in its place yet. */
    private final Path next;

    public PlatformTokens(TokenMinter minter, String audience, IdGenerator ids, InstantSource clock, Path file) {
        this.minter = minter;
        this.audience = audience;
        this.ids = ids;
        this.clock = clock;
        this.file = file;
        this.next = file.resolveSibling(file.getFileName() + ".next");
    }

    /** Makes the token and its file where none was ever made. */
    public void ensure(Transaction tx) {
        if (tx.tokens().platformTokens().isEmpty()) {
            put(tx, make(tx));
        }
    }

    /**
     * Makes a new one where the key that signed the present one was revoked. Where no key can sign, as in an HSM that is
     * away, or the file cannot be written, the old one ends all the same: nothing may keep a key from being revoked.
     */
    @Override
    public void replaceSignedBy(Transaction tx, String keyId) {
        boolean signed = tx.tokens().platformTokens().stream()
                .anyMatch(token -> token.value().keyId().equals(keyId));
        if (!signed) {
            return;
        }
        Made made;
        try {
            made = make(tx);
            write(made);
        } catch (Refusal | InvalidConfiguration | IllegalStateException e) {
            LOG.error(
                    "no platform token can be made or written, so there is none now; the next start makes one, or "
                            + "`signet platform-token reset`",
                    e);
            endAll(tx);
            return;
        }
        endAll(tx);
        tx.tokens().insert(made.token());
    }

    /** To be called after each commit that may have made one, and at each start. */
    @Override
    public void settle(Transaction tx) {
        if (Files.notExists(next)) {
            return;
        }
        try {
            String valueId = valueId(Files.readString(next).strip());
            boolean committed = tx.tokens().platformTokens().stream()
                    .anyMatch(token -> token.value().valueId().equals(valueId));
            if (committed) {
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(next);
            }
        } catch (NoSuchFileException e) {
            // Another start over the same folder moved it meanwhile.
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the platform token cannot be moved to its place from " + next);
        }
    }

    private static String valueId(String text) {
        try {
            return SignedJWT.parse(text).getJWTClaimsSet().getJWTID();
        } catch (ParseException e) {
            return "";
        }
    }

    /**
     * To be called at each start.
     *
     * @throws InvalidConfiguration where others can read or write the file
     */
    public void requirePrivate() {
        for (Path each : List.of(file, next)) {
            try {
                FileAccess.requireSecret("data", each);
            } catch (NoSuchFileException e) {
                // Nothing that anybody could read.
            } catch (IOException e) {
                throw new InvalidConfiguration("data", "the platform token cannot be looked at: " + each);
            }
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
    public void reset(Transaction tx) {
        endAll(tx);
        put(tx, make(tx));
    }

    private static void endAll(Transaction tx) {
        tx.lockSubjects(
                tx.tokens().platformTokens().stream().map(PlatformToken::id).toList());
        List<PlatformToken> ended = tx.tokens().platformTokens();
        ended.forEach(token -> tx.tokens().deletePlatformToken(token.id()));
        tx.revoke(
                TrustPart.INSTALLATION,
                ended.stream().map(token -> EndedValue.of(token.value())).toList());
    }

    /**
     * A token that is not kept yet.
     *
     * @param text its value, a secret
     */
    private record Made(PlatformToken token, String text) {
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    private Made make(Transaction tx) {
        SigningKey signer = minter.signer(tx);
        int index = tx.reserveIndexes(TrustPart.INSTALLATION, 1);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        IssuedValue value = minter.issue(tx, signer, ids.nextValueId(), index, audience, now, now.plus(LIFETIME));
        PlatformToken token = new PlatformToken(ids.next(IdType.PLATFORM), value);
        return new Made(
                token,
                minter.mint(signer, token.id(), Kind.PLATFORM, null, Grants.NONE, value)
                        .text());
    }

    private void put(Transaction tx, Made made) {
        tx.tokens().insert(made.token());
        write(made);
    }

    private void write(Made made) {
        try {
            SecretFile.write(next, made.text());
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the platform token cannot be written to " + next);
        }
    }
}
