package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each promise holds with Conscrypt, and with the JDK's own providers where a platform has no Conscrypt. */
class VerificationKeyTest {
    /** In an order of their own, as are all cases here: a case is told by its number. */
    private static final Map<String, CryptoProvider> PROVIDERS =
            new TreeMap<>(Map.of("Conscrypt", CryptoProvider.chosen(), "JDK", CryptoProvider.jdk()));

    private static final byte[] MESSAGE = "what is signed".getBytes(UTF_8);
    private static final BigInteger N =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger L =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static Stream<Arguments> everywhere() {
        return PROVIDERS.keySet().stream()
                .flatMap(name -> Arrays.stream(Algorithm.values()).map(algorithm -> Arguments.of(name, algorithm)));
    }

    static Stream<String> providers() {
        return PROVIDERS.keySet().stream();
    }

    @Test
    void theFastProviderIsTheOneChosen() {
        assertTrue(CryptoProvider.chosen().isFast());
        assertFalse(CryptoProvider.jdk().isFast());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aGoodSignatureFitsItsOwnBytesAndKeyOnly(String provider, Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        VerificationKey verifying = key(provider, key);
        byte[] signature = key.sign(MESSAGE);
        assertTrue(verifying.verifies(MESSAGE, signature));
        assertFalse(verifying.verifies("what is not signed".getBytes(UTF_8), signature));
        assertFalse(verifying.verifies(new byte[0], signature));
        assertFalse(key(provider, TestKey.fresh("other", algorithm)).verifies(MESSAGE, signature));
        assertTrue(verifying.verifies(MESSAGE, signature), "a refusal left something behind");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aSignatureWithAnyBitTurnedDoesNotFit(String provider, Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        VerificationKey verifying = key(provider, key);
        byte[] signature = key.sign(MESSAGE);
        for (int bit = 0; bit < signature.length * 8; bit += 3) {
            byte[] turned = signature.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(verifying.verifies(MESSAGE, turned), "bit " + bit);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void rubbishIsABadSignatureAndNeverAFault(String provider, Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        VerificationKey verifying = key(provider, key);
        int length = key.sign(MESSAGE).length;
        Random random = new Random(6);
        byte[] rubbish = new byte[length];
        assertFalse(verifying.verifies(MESSAGE, rubbish), "zeros");
        Arrays.fill(rubbish, (byte) 0xff);
        assertFalse(verifying.verifies(MESSAGE, rubbish), "ones");
        for (int i = 0; i < 200; i++) {
            random.nextBytes(rubbish);
            assertFalse(verifying.verifies(MESSAGE, rubbish));
        }
        assertTrue(verifying.verifies(MESSAGE, key.sign(MESSAGE)));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aSignatureOfAnotherLengthDoesNotFit(String provider, Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        VerificationKey verifying = key(provider, key);
        byte[] signature = key.sign(MESSAGE);
        for (int length : new int[] {0, 1, 32, 63, signature.length - 1, signature.length + 1, signature.length * 2}) {
            assertFalse(verifying.verifies(MESSAGE, Arrays.copyOf(signature, length)), "length " + length);
        }
        byte[] led = new byte[signature.length + 1];
        System.arraycopy(signature, 0, led, 1, signature.length);
        assertFalse(verifying.verifies(MESSAGE, led), "a zero in front");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void ellipticNumbersOutsideTheirRangeDoNotFit(String provider) {
        TestKey key = TestKey.shared(Algorithm.ES256);
        VerificationKey verifying = key(provider, key);
        byte[] good = key.sign(MESSAGE);
        BigInteger r = new BigInteger(1, Arrays.copyOf(good, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
        BigInteger most = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        for (BigInteger odd :
                new BigInteger[] {BigInteger.ZERO, N.subtract(BigInteger.ONE), N, N.add(r), N.add(s), most}) {
            if (odd.bitLength() <= 256) {
                assertFalse(verifying.verifies(MESSAGE, signature(odd, odd)), "r = s = " + odd);
                assertFalse(verifying.verifies(MESSAGE, signature(odd, s)), "r = " + odd);
                assertFalse(verifying.verifies(MESSAGE, signature(r, odd)), "s = " + odd);
            }
        }
        assertTrue(verifying.verifies(MESSAGE, signature(r, s)));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void shortEllipticNumbersFitAllTheSame(String provider) {
        // r or s with leading zeros is where encodings go wrong: one signature in 128 has some.
        TestKey key = TestKey.shared(Algorithm.ES256);
        VerificationKey verifying = key(provider, key);
        int found = 0;
        for (int i = 0; i < 5_000 && found < 3; i++) {
            byte[] message = {(byte) i, (byte) (i >> 8)};
            byte[] signature = key.sign(message);
            if (signature[0] == 0 || signature[32] == 0) {
                found++;
                assertTrue(verifying.verifies(message, signature));
            }
        }
        assertEquals(3, found);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void anEllipticSignatureInDerDoesNotFit(String provider) throws GeneralSecurityException {
        TestKey key = TestKey.shared(Algorithm.ES256);
        Signature der = Signature.getInstance("SHA256withECDSA");
        der.initSign(key.privateKey());
        for (int i = 0; i < 20; i++) {
            der.update(MESSAGE);
            assertFalse(key(provider, key).verifies(MESSAGE, der.sign()));
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void anEdwardsSignatureHasOneFormOnly(String provider) {
        TestKey key = TestKey.shared(Algorithm.EDDSA);
        byte[] signature = key.sign(MESSAGE);
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = signature[63 - i];
        }
        BigInteger beyond = new BigInteger(1, reversed).add(L);
        byte[] malleated = signature.clone();
        for (int i = 0; i < 32; i++) {
            malleated[32 + i] = beyond.shiftRight(8 * i).byteValue();
        }
        assertFalse(key(provider, key).verifies(MESSAGE, malleated));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void paddingOfTheOtherRsaAlgorithmDoesNotFit(String provider) {
        TestKey rs256 = TestKey.shared(Algorithm.RS256);
        TestKey ps256 = TestKey.shared(Algorithm.PS256);
        VerificationKey rs256AsPs256 =
                VerificationKey.of(PROVIDERS.get(provider), "k", Algorithm.PS256, rs256.subjectPublicKeyInfo());
        VerificationKey ps256AsRs256 =
                VerificationKey.of(PROVIDERS.get(provider), "k", Algorithm.RS256, ps256.subjectPublicKeyInfo());
        assertFalse(rs256AsPs256.verifies(MESSAGE, rs256.sign(MESSAGE)));
        assertFalse(ps256AsRs256.verifies(MESSAGE, ps256.sign(MESSAGE)));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void onlyASaltAsLongAsTheHashFits(String provider) throws GeneralSecurityException {
        TestKey key = TestKey.shared(Algorithm.PS256);
        for (int salt : new int[] {0, 20, 31, 32, 33, 222}) {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
            signature.initSign(key.privateKey());
            signature.update(MESSAGE);
            assertEquals(salt == 32, key(provider, key).verifies(MESSAGE, signature.sign()), "salt of " + salt);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void onlyTheRightHashFits(String provider) throws GeneralSecurityException {
        TestKey key = TestKey.shared(Algorithm.RS256);
        for (String hash : new String[] {"SHA1", "SHA384", "SHA512"}) {
            Signature signature = Signature.getInstance(hash + "withRSA");
            signature.initSign(key.privateKey());
            signature.update(MESSAGE);
            assertFalse(key(provider, key).verifies(MESSAGE, signature.sign()), hash);
        }
    }

    static Stream<Arguments> foreignKeys() {
        byte[] p256 = TestKey.shared(Algorithm.ES256).subjectPublicKeyInfo();
        byte[] rsa = TestKey.shared(Algorithm.RS256).subjectPublicKeyInfo();
        byte[] ed25519 = TestKey.shared(Algorithm.EDDSA).subjectPublicKeyInfo();
        byte[] p384 = TestKey.ellipticPair("secp384r1").getPublic().getEncoded();
        byte[] p521 = TestKey.ellipticPair("secp521r1").getPublic().getEncoded();
        byte[] ed448 = TestKey.pair("Ed448", 0).getPublic().getEncoded();
        byte[] x25519 = TestKey.pair("X25519", 0).getPublic().getEncoded();
        byte[] weak = TestKey.pair("RSA", 1024).getPublic().getEncoded();
        byte[] offCurve = p256.clone();
        offCurve[offCurve.length - 1] ^= 1;
        return new TreeMap<>(Map.of(
                        Algorithm.ES256,
                        new byte[][] {rsa, ed25519, p384, p521, offCurve, new byte[0], new byte[91]},
                        Algorithm.EDDSA,
                        new byte[][] {rsa, p256, ed448, x25519, new byte[0], new byte[44]},
                        Algorithm.RS256,
                        new byte[][] {p256, ed25519, weak, new byte[0], new byte[294]},
                        Algorithm.PS256,
                        new byte[][] {p256, ed25519, weak, new byte[0], new byte[294]}))
                .entrySet().stream()
                        .flatMap(
                                entry -> Arrays.stream(entry.getValue()).map(der -> Arguments.of(entry.getKey(), der)));
    }

    @ParameterizedTest
    @MethodSource("foreignKeys")
    void aKeyOfAnotherKindOrTooWeakIsRefused(Algorithm algorithm, byte[] der) {
        PROVIDERS.values().forEach(provider -> {
            IllegalArgumentException refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> VerificationKey.of(provider, "k", algorithm, der),
                    () -> provider + " took it");
            assertTrue(String.valueOf(refusal.getMessage()).contains("kid=k"));
        });
    }

    @ParameterizedTest
    @MethodSource("providers")
    void anRsaKeyWithADegenerateExponentIsRefused(String provider) {
        byte[] der = TestKey.shared(Algorithm.RS256).subjectPublicKeyInfo();
        String hex = String.format("%x", new BigInteger(1, der));
        assertTrue(hex.endsWith("0203010001"));
        for (String exponent : new String[] {"0203000001", "0203000002", "0203010000"}) {
            byte[] degenerate = new BigInteger(hex.substring(0, hex.length() - 10) + exponent, 16).toByteArray();
            assertThrows(
                    IllegalArgumentException.class,
                    () -> VerificationKey.of(PROVIDERS.get(provider), "k", Algorithm.RS256, degenerate),
                    exponent);
        }
    }

    /** Every encoding of every point whose order divides 8, those with the field's size added too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            })
    void anEdwardsKeyOfSmallOrderIsRefusedWhateverItsSign(String point) {
        byte[] key = HexFormat.of().parseHex("302a300506032b6570032100" + point);
        PROVIDERS.forEach((name, provider) -> {
            for (int sign : new int[] {0, 0x80}) {
                byte[] signed = key.clone();
                signed[43] |= (byte) sign;
                IllegalArgumentException refusal = assertThrows(
                        IllegalArgumentException.class,
                        () -> VerificationKey.of(provider, "k", Algorithm.EDDSA, signed),
                        () -> name + " took it");
                assertEquals("not a key for EdDSA: kid=k", refusal.getMessage());
            }
        });
    }

    @Test
    void aKeyIsPrintedByItsIdAndAlgorithm() {
        assertEquals(
                "VerificationKey[shared-ES256, ES256]",
                key("JDK", TestKey.shared(Algorithm.ES256)).toString());
        assertEquals("Conscrypt", CryptoProvider.chosen().toString());
        assertTrue(CryptoProvider.jdk().toString().contains("slower"));
        assertEquals(
                "Conscrypt",
                Objects.requireNonNull(CryptoProvider.chosen().provider()).getName());
        assertNull(CryptoProvider.jdk().provider());
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aKeyGivesBackWhatItWasMadeOf(Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        VerificationKey verifying =
                VerificationKey.of(CryptoProvider.chosen(), "k", algorithm, key.subjectPublicKeyInfo());
        assertEquals("k", verifying.id());
        assertEquals(algorithm, verifying.algorithm());
        assertArrayEquals(key.subjectPublicKeyInfo(), verifying.subjectPublicKeyInfo());
    }

    private static VerificationKey key(String provider, TestKey key) {
        return VerificationKey.of(PROVIDERS.get(provider), key.id(), key.algorithm(), key.subjectPublicKeyInfo());
    }

    private static byte[] signature(BigInteger r, BigInteger s) {
        byte[] signature = new byte[64];
        for (int i = 0; i < 32; i++) {
            signature[31 - i] = r.shiftRight(8 * i).byteValue();
            signature[63 - i] = s.shiftRight(8 * i).byteValue();
        }
        return signature;
    }
}
