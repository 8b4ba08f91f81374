package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.verify.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformTokensTest {
    @TempDir
    private Path data;

    private TestAuthority authority;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private PlatformTokens tokens(Path file) {
        return new PlatformTokens(authority.minter(), TestAuthority.AUDIENCE, authority.ids(), authority.clock(), file);
    }

    private List<PlatformToken> stored() {
        return authority.unpublished().read(tx -> tx.tokens().platformTokens());
    }

    private void settle() {
        authority.unpublished().read(tx -> {
            tokens(data.resolve("platform-token")).settle(tx);
            return tx;
        });
    }

    @Test
    void theFirstStartMakesOne() throws IOException {
        Path file = data.resolve("platform-token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(authority.platformText() + "\n", Files.readString(file));
        Claims claims = authority.platform().claims();
        assertEquals(Kind.PLATFORM, claims.kind());
        assertEquals(Grants.NONE, claims.grants());
        assertEquals(FakeClock.START.truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(3650)), claims.expiry());
        PlatformToken only = stored().get(0);
        assertEquals(List.of(only), stored());
        assertEquals(claims.subject(), only.id());
        assertEquals(claims.valueId(), only.value().valueId());
        assertEquals(claims.statusIndex(), only.value().index());
    }

    @Test
    void aLaterStartLeavesItAlone() {
        String text = authority.platformText();
        authority.close();
        authority = TestAuthority.open(data, 2);
        assertEquals(text, authority.platformText());
        assertEquals(1, stored().size());
        assertDoesNotThrow(authority::platform);
    }

    @Test
    void aFileThatWasRemovedIsNoticedAndNotReplaced() throws IOException {
        Path file = data.resolve("platform-token");
        assertFalse(tokens(file).isFileMissing());
        Files.delete(file);
        assertTrue(tokens(file).isFileMissing());
        authority.unpublished().write(tx -> {
            tokens(file).ensure(tx);
            return tx;
        });
        assertTrue(tokens(file).isFileMissing());
        assertEquals(1, stored().size());
    }

    @Test
    void aResetEndsEveryOneAndMakesAnother() {
        String before = authority.platformText();
        String subject = authority.platform().claims().subject();
        authority.ledger().write(tx -> {
            tokens(data.resolve("platform-token")).reset(tx);
            return tx;
        });
        assertEquals(before, authority.platformText(), "not in its place before the commit");
        settle();
        assertNotEquals(before, authority.platformText());
        assertEquals(
                new Verdict.Rejected(Verdict.Reason.REVOKED),
                authority.verifier().verify(before));
        assertNotEquals(subject, authority.platform().claims().subject());
        assertEquals(1, stored().size());
    }

    @Test
    void oneThatWasNotCommittedNeverTakesThePlaceOfTheFile() throws IOException {
        String before = authority.platformText();
        assertThrows(
                IllegalStateException.class,
                () -> authority.unpublished().write(tx -> {
                    tokens(data.resolve("platform-token")).reset(tx);
                    throw new IllegalStateException("undone");
                }));
        Path next = data.resolve("platform-token.next");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(next)));
        settle();
        assertTrue(Files.notExists(next));
        assertEquals(before, authority.platformText());
        Files.writeString(next, "not a token");
        settle();
        assertTrue(Files.notExists(next));
        assertDoesNotThrow(authority::platform);
    }

    @Test
    void whatCannotBeWrittenIsNotMade() {
        List<PlatformToken> before = stored();
        long head = authority.unpublished().read(tx -> tx.trust().head());
        InvalidConfiguration refusal = assertThrows(
                InvalidConfiguration.class,
                () -> authority.unpublished().write(tx -> {
                    tokens(data.resolve("no/such/folder/token")).reset(tx);
                    return tx;
                }));
        assertEquals("data", refusal.key());
        assertEquals(before, stored());
        assertEquals(head, (long) Objects.requireNonNull(
                authority.unpublished().read(tx -> tx.trust().head())));
    }

    /** What is revoked has to end, whatever else cannot be done then. */
    @Test
    void whereNoKeySignsTheOldOneEndsAllTheSame() {
        String before = authority.platformText();
        PlatformTokens tokens = tokens(data.resolve("platform-token"));
        authority.unpublished().write(tx -> {
            StoredKey active = tx.keys().active().orElseThrow();
            tx.keys().update(active.in(KeyState.REVOKED, authority.clock().instant()));
            tokens.replaceSignedBy(tx, active.id());
            return tx;
        });
        settle();
        assertEquals(List.of(), stored());
        assertEquals(before, authority.platformText(), "there is no other");
    }
}
