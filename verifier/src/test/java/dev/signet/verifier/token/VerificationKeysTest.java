package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import org.junit.jupiter.api.Test;

class VerificationKeysTest {
    private final VerificationKeys keys = new VerificationKeys();
    private final TestKey key = TestKey.shared(Algorithm.RS256);

    @Test
    void theSameKeyReadTwiceIsOneObject() {
        VerificationKey first = keys.get("k", Algorithm.RS256, key.subjectPublicKeyInfo());
        assertSame(first, keys.get("k", Algorithm.RS256, key.subjectPublicKeyInfo()));
    }

    @Test
    void anotherIdAlgorithmOrKeyIsAnotherObject() {
        byte[] der = key.subjectPublicKeyInfo();
        VerificationKey first = keys.get("k", Algorithm.RS256, der);
        assertNotEquals(first, keys.get("l", Algorithm.RS256, der));
        assertNotEquals(first, keys.get("k", Algorithm.PS256, der));
        byte[] other = TestKey.shared(Algorithm.PS256).subjectPublicKeyInfo();
        assertNotEquals(first, keys.get("k", Algorithm.RS256, other));
    }

    @Test
    void changingTheBytesAfterwardsChangesNoKey() {
        byte[] der = key.subjectPublicKeyInfo();
        VerificationKey first = keys.get("k", Algorithm.RS256, der);
        der[der.length - 1] ^= 1;
        assertSame(first, keys.get("k", Algorithm.RS256, key.subjectPublicKeyInfo()));
        first.subjectPublicKeyInfo()[0] = 0;
        assertSame(first, keys.get("k", Algorithm.RS256, first.subjectPublicKeyInfo()));
    }

    @Test
    void whatIsNoKeyIsRefusedEveryTime() {
        for (int i = 0; i < 2; i++) {
            assertThrows(IllegalArgumentException.class, () -> keys.get("k", Algorithm.ES256, new byte[91]));
        }
    }

    @Test
    void aKeyReadBySomeoneElseIsNoStandIn() {
        VerificationKey one = keys.get("k", Algorithm.RS256, key.subjectPublicKeyInfo());
        VerificationKey same = new VerificationKeys().get("k", Algorithm.RS256, key.subjectPublicKeyInfo());
        assertNotSame(one, same);
        assertNotEquals(one, same);
    }

    @Test
    void aTokenIsBoundToTheVeryKeyThatVerifiedIt() {
        VerificationKey mine = keys.get(key.id(), Algorithm.RS256, key.subjectPublicKeyInfo());
        CompactToken token =
                TokenCodec.read(TestTokens.of(Kind.USER).signedBy(key).sign());
        VerifiedToken verified = token.verifiedWith(mine);
        assertSame(mine, verified == null ? null : verified.key());
        byte[] other = TestKey.shared(Algorithm.PS256).subjectPublicKeyInfo();
        assertNull(token.verifiedWith(keys.get(key.id(), Algorithm.RS256, other)));
    }
}
