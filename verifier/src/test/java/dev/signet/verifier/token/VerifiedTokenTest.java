package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is kept of a token beside its claims. */
final class VerifiedTokenTest {
    private static final long FIRST = 1_000_000;
    private static final long RESOLUTION = 300_000;

    private final VerifiedToken token =
            Objects.requireNonNull(TokenCodec.read(TestTokens.of(Kind.USER).sign())
                    .verifiedWith(TestTrust.publicHalf(TestKey.shared(Algorithm.ES256))));

    @Test
    void aTokenThatWasNeverUsedHasNothingToReport() {
        assertEquals(0, token.takeUse(RESOLUTION));
    }

    @Test
    void theFirstUseIsReportedOnce() {
        token.noteUse(FIRST);
        assertEquals(FIRST, token.takeUse(RESOLUTION));
        assertEquals(0, token.takeUse(RESOLUTION));
    }

    @Test
    void aLaterUseIsReportedOnceTheLastReportIsOldEnough() {
        token.noteUse(FIRST);
        token.takeUse(RESOLUTION);
        token.noteUse(FIRST + RESOLUTION - 1_000);
        assertEquals(0, token.takeUse(RESOLUTION));
        token.noteUse(FIRST + RESOLUTION);
        assertEquals(FIRST + RESOLUTION, token.takeUse(RESOLUTION));
        assertEquals(0, token.takeUse(RESOLUTION));
    }

    @Test
    void aUseIsNotedOnceASecond() {
        token.noteUse(FIRST);
        token.noteUse(FIRST + 999);
        assertEquals(FIRST, token.takeUse(0));
        token.noteUse(FIRST + 1_000);
        assertEquals(FIRST + 1_000, token.takeUse(0));
    }

    @Test
    void whatIsAttachedIsKept() {
        assertNull(token.attachment());
        Object made = "made of it";
        token.attach(made);
        assertSame(made, token.attachment());
    }
}
