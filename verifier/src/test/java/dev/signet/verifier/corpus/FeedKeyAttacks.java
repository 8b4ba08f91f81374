package dev.signet.verifier.corpus;

import com.google.protobuf.ByteString;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.token.Algorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Classes 8, 10 to 12, 20 and 43, where the key itself is the attack: keys as the feed tells them, which is how they
 * reach verifiers. Even a signed statement must not bring one of these.
 */
public final class FeedKeyAttacks {
    private static final byte[] EDWARDS_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);

    /**
     * One key.
     *
     * @param attack the number of its class
     * @param algorithm as it is told
     * @param key the public key as it is told, DER
     */
    public record FeedKey(int attack, String name, String algorithm, ByteString key) {
        @Override
        public String toString() {
            return "%02d %s".formatted(attack, name);
        }
    }

    private static final List<FeedKey> KEYS = make();

    private final List<FeedKey> keys = new ArrayList<>();

    private FeedKeyAttacks() {}

    public static List<FeedKey> keys() {
        return KEYS;
    }

    private static List<FeedKey> make() {
        FeedKeyAttacks attacks = new FeedKeyAttacks();
        attacks.withoutAlgorithm();
        attacks.ofOtherKinds();
        attacks.weakRsa();
        attacks.smallOrder();
        return List.copyOf(attacks.keys);
    }

    private void add(int attack, String name, Algorithm algorithm, byte[] key) {
        keys.add(new FeedKey(
                attack, name + ", for " + algorithm.headerName(), algorithm.headerName(), ByteString.copyFrom(key)));
    }

    private void withoutAlgorithm() {
        byte[] elliptic = Forge.KEY.subjectPublicKeyInfo();
        for (String algorithm :
                List.of("", "none", "HS256", "ES384", "ES256K", "es256", "ES256 ", "RS512", "RSA1_5", "Ed25519", "*")) {
            keys.add(new FeedKey(8, "a key for '" + algorithm + "'", algorithm, ByteString.copyFrom(elliptic)));
        }
    }

    private void ofOtherKinds() {
        byte[] elliptic = Forge.KEY.subjectPublicKeyInfo();
        byte[] edwards = Forge.EDWARDS.subjectPublicKeyInfo();
        byte[] rsa = Forge.RSA.subjectPublicKeyInfo();
        byte[] offCurve = elliptic.clone();
        offCurve[offCurve.length - 1] ^= 1;
        add(
                10,
                "a P-384 key",
                Algorithm.ES256,
                TestKey.ellipticPair("secp384r1").getPublic().getEncoded());
        add(
                10,
                "a P-521 key",
                Algorithm.ES256,
                TestKey.ellipticPair("secp521r1").getPublic().getEncoded());
        add(10, "a secp256k1 key", Algorithm.ES256, secp256k1());
        add(
                11,
                "an Ed448 key",
                Algorithm.EDDSA,
                TestKey.pair("Ed448", 0).getPublic().getEncoded());
        add(
                11,
                "an X25519 key",
                Algorithm.EDDSA,
                TestKey.pair("X25519", 0).getPublic().getEncoded());
        add(11, "a P-256 key", Algorithm.EDDSA, elliptic);
        add(11, "an Ed25519 key", Algorithm.ES256, edwards);
        add(11, "an RSA key", Algorithm.ES256, rsa);
        add(11, "an Ed25519 key", Algorithm.RS256, edwards);
        add(11, "a P-256 key", Algorithm.PS256, elliptic);
        add(43, "a point off the curve", Algorithm.ES256, offCurve);
        add(43, "the point at infinity", Algorithm.ES256, Arrays.copyOf(elliptic, elliptic.length - 64));
        add(43, "coordinates 0", Algorithm.ES256, zeroed(elliptic, 64));
        for (Algorithm algorithm : Algorithm.values()) {
            add(43, "no bytes", algorithm, new byte[0]);
            add(43, "zeros", algorithm, new byte[91]);
        }
        add(43, "a key cut short", Algorithm.ES256, Arrays.copyOf(elliptic, 60));
        add(43, "a key cut short", Algorithm.RS256, Arrays.copyOf(rsa, 200));
    }

    private void weakRsa() {
        add(
                12,
                "an RSA key of 512 bits",
                Algorithm.RS256,
                TestKey.pair("RSA", 512).getPublic().getEncoded());
        add(
                12,
                "an RSA key of 1024 bits",
                Algorithm.RS256,
                TestKey.pair("RSA", 1024).getPublic().getEncoded());
        add(
                12,
                "an RSA key of 1024 bits",
                Algorithm.PS256,
                TestKey.pair("RSA", 1024).getPublic().getEncoded());
        add(
                12,
                "an RSA key of 2047 bits",
                Algorithm.RS256,
                rsa(BigInteger.ONE.shiftLeft(2046).add(EXPONENT), EXPONENT));
        String good = HexFormat.of().formatHex(Forge.RSA.subjectPublicKeyInfo());
        for (String exponent : List.of("0203000001", "0203000000", "0203000002", "0203010000")) {
            byte[] key = HexFormat.of().parseHex(good.substring(0, good.length() - 10) + exponent);
            add(12, "an RSA key with the exponent " + exponent.substring(4), Algorithm.RS256, key);
            add(12, "an RSA key with the exponent " + exponent.substring(4), Algorithm.PS256, key);
        }
    }

    /** Under such a key one signature fits every message, or one message in a few. */
    private void smallOrder() {
        for (String point : List.of(
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")) {
            add(
                    20,
                    "a point of small order " + point.substring(0, 4) + "…" + point.substring(62),
                    Algorithm.EDDSA,
                    Forge.joined(EDWARDS_PREFIX, HexFormat.of().parseHex(point)));
        }
    }

    private static byte[] zeroed(byte[] key, int last) {
        byte[] zeroed = key.clone();
        Arrays.fill(zeroed, key.length - last, key.length, (byte) 0);
        return zeroed;
    }

    /** Its generator, which every provider that knows the curve takes for a key. */
    private static byte[] secp256k1() {
        return HexFormat.of()
                .parseHex("3056301006072a8648ce3d020106052b8104000a034200"
                        + "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
    }

    private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, exponent))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
