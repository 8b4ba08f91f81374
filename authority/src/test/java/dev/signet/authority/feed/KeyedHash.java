package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Statement;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.SignedStatements;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Both halves of a feed key that costs next to nothing: a hash that nobody in the simulation forges. */
final class KeyedHash implements FeedSigner, FeedKeys {
    private static final int PREFIX = SignedStatements.input(ByteString.EMPTY).length;
    private static final long KEY = 0x9e3779b97f4a7c15L;

    /** What a signature is made over, without its prefix. */
    static Statement statement(byte[] input) {
        try {
            return Statement.parser().parseFrom(input, PREFIX, input.length - PREFIX);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public VerificationKey key() {
        return VerificationKey.newBuilder().setKeyId("keyed-hash").build();
    }

    @Override
    public byte[] sign(byte[] input) {
        long hash = KEY;
        for (byte each : input) {
            hash = Long.rotateLeft((hash ^ each) * 0x100000001b3L, 7);
        }
        return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
    }

    @Override
    public boolean accepts(VerificationKey welcomed) {
        return welcomed.equals(key());
    }

    @Override
    public boolean knows(VerificationKey key) {
        return key.equals(key());
    }

    @Override
    public boolean verifies(byte[] input, byte[] signature) {
        return Arrays.equals(sign(input), signature);
    }
}
