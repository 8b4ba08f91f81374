package dev.signet.verifier.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.VerifiedToken;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much is remembered, and of whom. */
class RememberedTokensTest {
    private static final int CAPACITY = 160;
    private static final int SHARE = CAPACITY / 16;

    private final RememberedTokens tokens = new RememberedTokens(CAPACITY);

    @Test
    void remembersTheSameText() {
        VerifiedToken token = verified(TestTokens.of(Kind.WORKSPACE));
        assertNull(tokens.get(token.text()));
        tokens.put(token);
        assertSame(token, tokens.get(String.valueOf(token.text().toCharArray())));
        assertNull(tokens.get(token.text().substring(1)));
        assertNull(tokens.get("short"));
    }

    @Test
    void oneSubjectDisplacesOnlyItself() {
        List<VerifiedToken> others = IntStream.range(0, 20)
                .mapToObj(i -> verified(TestTokens.of(Kind.WORKSPACE)))
                .toList();
        others.forEach(tokens::put);
        TestTokens one = TestTokens.of(Kind.WORKSPACE);
        List<VerifiedToken> many = IntStream.range(0, 3 * CAPACITY)
                .mapToObj(i -> verified(one.with("n", i)))
                .toList();
        many.forEach(tokens::put);
        others.forEach(other -> assertSame(other, tokens.get(other.text())));
        assertEquals(
                SHARE,
                many.stream().filter(each -> tokens.get(each.text()) != null).count());
        assertSame(
                many.get(many.size() - 1), tokens.get(many.get(many.size() - 1).text()));
        assertEquals(20 + SHARE, tokens.all().size());
    }

    /** What is at hand is asked of the cache now and then. */
    @Test
    void whatTheCacheLetGoOfIsNotAtHandForLong() {
        TestTokens one = TestTokens.of(Kind.WORKSPACE);
        VerifiedToken oldest = verified(one.with("n", -1));
        tokens.put(oldest);
        assertSame(oldest, tokens.get(oldest.text()));
        IntStream.range(0, SHARE).forEach(i -> tokens.put(verified(one.with("n", i))));
        assertTrue(IntStream.range(0, 64).anyMatch(i -> tokens.get(oldest.text()) == null));
    }

    /** Its hash leads to the same place as that of some other one; what is there is compared. */
    @Test
    void whatIsAtHandIsTakenForNoOtherToken() {
        RememberedTokens few = new RememberedTokens(16);
        List<VerifiedToken> all = IntStream.range(0, 6)
                .mapToObj(i -> verified(TestTokens.of(Kind.WORKSPACE)))
                .toList();
        all.forEach(few::put);
        for (int round = 0; round < 100; round++) {
            all.forEach(each -> assertSame(each, few.get(each.text())));
        }
    }

    @Test
    void whatWasEvictedTakesUpNoShare() {
        TestTokens one = TestTokens.of(Kind.WORKSPACE);
        List<VerifiedToken> own = IntStream.range(0, SHARE)
                .mapToObj(i -> verified(one.with("n", i)))
                .toList();
        for (int round = 0; round < 5; round++) {
            own.forEach(tokens::put);
            IntStream.range(0, 2 * CAPACITY).forEach(i -> tokens.put(verified(TestTokens.of(Kind.WORKSPACE))));
        }
        own.forEach(tokens::put);
        // Those that are many and new do not crowd out those that are asked for.
        own.forEach(each -> tokens.get(each.text()));
        assertTrue(tokens.all().size() <= CAPACITY);
        assertTrue(tokens.subjects() <= CAPACITY);
    }

    @Test
    void aLongTokenCountsAsSeveral() {
        for (int i = 0; i < 2 * CAPACITY; i++) {
            tokens.put(verified(TestTokens.of(Kind.WORKSPACE).with("filler", "x".repeat(4_000))));
        }
        assertTrue(tokens.all().size() <= CAPACITY / 5, () -> tokens.all().size() + " are remembered");
        assertNotNull(tokens.all().iterator().next());
    }

    @Test
    void whatIsRememberedTwiceIsRememberedOnce() {
        TestTokens one = TestTokens.of(Kind.WORKSPACE);
        VerifiedToken token = verified(one);
        for (int i = 0; i < 3 * SHARE; i++) {
            tokens.put(token);
        }
        VerifiedToken other = verified(one.with("n", 1));
        tokens.put(other);
        assertSame(token, tokens.get(token.text()));
        assertSame(other, tokens.get(other.text()));
        assertEquals(2, tokens.all().size());
        assertEquals(1, tokens.subjects());
        tokens.put(verified(TestTokens.of(Kind.WORKSPACE)));
        assertEquals(2, tokens.subjects());
    }

    /** It is a secret, and the array may be large. */
    @Test
    void nothingOfALookUpIsKept() {
        VerifiedToken token = verified(TestTokens.of(Kind.WORKSPACE));
        tokens.put(token);
        TokenTail.Presented ofThisThread = Objects.requireNonNull(TokenTail.present(token.text()));
        byte[] bytes = token.text().getBytes(US_ASCII);
        // Now and then the cache is asked, else what is at hand.
        for (int i = 0; i < 200; i++) {
            assertSame(token, tokens.get(token.text()));
            assertNotEquals(ofThisThread, TokenTail.of(token.text()));
            assertSame(token, tokens.get(bytes, 0, bytes.length));
            assertNotEquals(ofThisThread, TokenTail.of(token.text()));
        }
    }

    private static VerifiedToken verified(TestTokens token) {
        TestKey key = TestKey.shared(Algorithm.EDDSA);
        VerifiedToken verified = TokenCodec.read(token.signedBy(key).sign()).verifiedWith(TestTrust.publicHalf(key));
        assertNotNull(verified);
        return verified;
    }
}
