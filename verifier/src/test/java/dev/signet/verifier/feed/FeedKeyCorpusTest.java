package dev.signet.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.signet.v1.KeyState;
import dev.signet.v1.Snapshot;
import dev.signet.v1.TrustChange;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.corpus.FeedKeyAttacks;
import dev.signet.verifier.corpus.FeedKeyAttacks.FeedKey;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The keys of the corpus, at the door by which keys come in: as a change, and in a snapshot. */
final class FeedKeyCorpusTest {
    private final TrustCodec codec = new TrustCodec(new VerificationKeys());

    static List<FeedKey> keys() {
        return FeedKeyAttacks.keys();
    }

    private static VerificationKey.Builder message(String algorithm, ByteString key) {
        return VerificationKey.newBuilder()
                .setKeyId("k")
                .setAlgorithm(algorithm)
                .setPublicKey(key)
                .setState(KeyState.KEY_STATE_ACTIVE);
    }

    private Snapshot snapshot(VerificationKey... keys) {
        Snapshot.Builder snapshot = codec.encode(TestTrust.installation(1, Freshness.NEVER)).toBuilder();
        snapshot.getInstallationBuilder().addAllKeys(List.of(keys));
        return snapshot.build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void noneOfTheseIsTaken(FeedKey attack) {
        VerificationKey key = message(attack.algorithm(), attack.key()).build();
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.decode(TrustChange.newBuilder().setKeyChanged(key).build()));
        assertThrows(IllegalArgumentException.class, () -> codec.decode(snapshot(key)));
    }

    /** Class 24: two keys of one id contradict each other, and nothing of what brings them is taken. */
    @ParameterizedTest(name = "24 two keys of one kid, {0}")
    @EnumSource(Algorithm.class)
    void twoKeysOfOneId(Algorithm algorithm) {
        VerificationKey one = good(algorithm);
        VerificationKey other = good(algorithm == Algorithm.ES256 ? Algorithm.RS256 : Algorithm.ES256);
        assertThrows(IllegalArgumentException.class, () -> codec.decode(snapshot(one, other)));
        assertThrows(IllegalArgumentException.class, () -> codec.decode(snapshot(one, one)));
    }

    /** A door that takes no key at all would pass the above. */
    @ParameterizedTest(name = "00 good: {0}")
    @EnumSource(Algorithm.class)
    void goodOnesAre(Algorithm algorithm) {
        var change = codec.decode(
                TrustChange.newBuilder().setKeyChanged(good(algorithm)).build());
        var changed = assertInstanceOf(dev.signet.verifier.trust.TrustChange.KeyChanged.class, change);
        assertEquals(algorithm, changed.key().key().algorithm());
        assertEquals(1, codec.decode(snapshot(good(algorithm))).revision());
    }

    private static VerificationKey good(Algorithm algorithm) {
        return message(
                        algorithm.headerName(),
                        ByteString.copyFrom(TestKey.shared(algorithm).subjectPublicKeyInfo()))
                .build();
    }
}
