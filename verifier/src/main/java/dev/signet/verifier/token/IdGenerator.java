package dev.signet.verifier.token;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes ids that sort by the millisecond in which they were made. Thread-safe where its randomness is. */
public final class IdGenerator {
    private final InstantSource clock;
    private final RandomGenerator random;

    public IdGenerator(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public String next(IdType type) {
        return type.start() + suffix();
    }

    /** An id without a type, for {@code jti}. */
    public String nextValueId() {
        return suffix();
    }

    /** A UUIDv7 (RFC 9562, section 5.7) as 26 characters: 2 zero bits, then its 128. */
    private String suffix() {
        long high = (clock.millis() << 16) | 0x7000 | (random.nextLong() & 0x0fff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        char[] text = new char[IdType.SUFFIX_LENGTH];
        for (int i = text.length - 1; i >= 0; i--) {
            text[i] = IdType.ALPHABET.charAt((int) low & 31);
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return new String(text);
    }
}
