package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import dev.signet.v1.VerificationKey;
import java.util.function.UnaryOperator;

/** Signs what verifiers are told of trust. Thread-safe. */
public interface FeedSigner {

    /** The public half, as verifiers are welcomed with it. */
    VerificationKey key();

    /** The signature over these bytes, in its JWS form. */
    byte[] sign(byte[] input);

    /** The key's {@code kid}. */
    default String id() {
        return key().getKeyId();
    }

    /** @param sign makes signatures with the private half of the key */
    static FeedSigner of(dev.signet.verifier.token.VerificationKey key, UnaryOperator<byte[]> sign) {
        VerificationKey message = VerificationKey.newBuilder()
                .setKeyId(key.id())
                .setAlgorithm(key.algorithm().headerName())
                .setPublicKey(ByteString.copyFrom(key.subjectPublicKeyInfo()))
                .build();
        return new FeedSigner() {
            @Override
            public VerificationKey key() {
                return message;
            }

            @Override
            public byte[] sign(byte[] input) {
                return sign.apply(input);
            }
        };
    }
}
