package dev.signet.verifier.bench;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to verify a token that was verified before, beside the SHA-256 of its text. */
public class KnownTokens {

    /** One token, and little else. */
    @State(Scope.Benchmark)
    public static class Alone {
        String token = "";
        byte[] bytes = {};
        TokenVerifier verifier = null;

        @Setup
        public void prepare() {
            SignedTokens tokens = new SignedTokens(Algorithm.ES256);
            token = tokens.next();
            bytes = token.getBytes(StandardCharsets.US_ASCII);
            verifier = tokens.verifier(100_000, SignedTokens.unchanged());
            SignedTokens.requireAccepted(verifier.verify(token));
        }
    }

    /** One token among 100,000, and a million revocations. */
    @State(Scope.Benchmark)
    public static class Among {
        static final int CACHED = 100_000;
        private static final int REVOKED = 1_000_000;

        final String[] tokens = new String[CACHED];
        final byte[][] bytes = new byte[CACHED][];
        TokenVerifier verifier = null;

        @Setup
        public void prepare() {
            SignedTokens signed = new SignedTokens(Algorithm.ES256);
            int[] revoked = new Random(20260301)
                    .ints(0, 10 * REVOKED)
                    .filter(index -> index != TestTokens.STATUS_INDEX)
                    .distinct()
                    .limit(REVOKED)
                    .toArray();
            OrganizationTrust organization =
                    SignedTokens.unchanged().after(new TrustChange.Revoked(Indexes.of(revoked)), 2);
            verifier = signed.verifier(CACHED, organization);
            for (int i = 0; i < CACHED; i++) {
                tokens[i] = signed.next();
                bytes[i] = tokens[i].getBytes(StandardCharsets.US_ASCII);
                SignedTokens.requireAccepted(verifier.verify(tokens[i]));
            }
        }
    }

    /** Each thread walks through all tokens in an order of its own. */
    @State(Scope.Thread)
    public static class Walk {
        private int at = (int) System.nanoTime();

        int next() {
            at = at * 1_664_525 + 1_013_904_223;
            return (at >>> 8) % Among.CACHED;
        }
    }

    /** A digest of each thread's own, as it is no better shared. */
    @State(Scope.Thread)
    public static class Hash {
        private final MessageDigest sha256;

        public Hash() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256", "SUN");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Benchmark
    public byte[] sha256(Alone alone, Hash hash) {
        return hash.sha256.digest(alone.bytes);
    }

    @Benchmark
    public Verdict string(Alone alone) {
        return alone.verifier.verify(alone.token);
    }

    @Benchmark
    public Verdict bytes(Alone alone) {
        return alone.verifier.verify(alone.bytes, 0, alone.bytes.length);
    }

    @Benchmark
    public Verdict bytesAmongMany(Among among) {
        byte[] bytes = among.bytes[4_711];
        return among.verifier.verify(bytes, 0, bytes.length);
    }

    @Benchmark
    public Verdict stringAmongMany(Among among) {
        return among.verifier.verify(among.tokens[4_711]);
    }

    @Benchmark
    public byte[] sha256OfAny(Among among, Walk walk, Hash hash) {
        return hash.sha256.digest(among.bytes[walk.next()]);
    }

    @Benchmark
    public Verdict anyBytes(Among among, Walk walk) {
        byte[] bytes = among.bytes[walk.next()];
        return among.verifier.verify(bytes, 0, bytes.length);
    }

    @Benchmark
    public Verdict anyString(Among among, Walk walk) {
        return among.verifier.verify(among.tokens[walk.next()]);
    }
}
