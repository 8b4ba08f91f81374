package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.EDWARDS;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.PSS;
import static dev.signet.verifier.corpus.Forge.RSA;
import static dev.signet.verifier.corpus.Forge.filled;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.input;
import static dev.signet.verifier.corpus.Forge.joined;
import static dev.signet.verifier.corpus.Forge.resigned;
import static dev.signet.verifier.corpus.Forge.signature;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Classes 13 to 21: signatures that are nearly some, and texts with more than one. */
final class SignatureAttacks {
    /** The order of P-256. */
    private static final BigInteger N =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    /** The field of P-256. */
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    /** The order of Ed25519. */
    private static final BigInteger L =
            new BigInteger("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16);

    private SignatureAttacks() {}

    static void addTo(Cases cases) {
        psychic(cases);
        encodings(cases);
        secondText(cases);
        rsaNumbers(cases);
        rsaPaddings(cases);
        edwards(cases);
        empty(cases);
    }

    private static void psychic(Cases cases) {
        String token = good().sign();
        BigInteger r = number(signature(token), 0);
        BigInteger s = number(signature(token), 32);
        String rsa = good().signedBy(RSA).sign();
        byte[] one = new byte[256];
        one[255] = 1;
        cases.of(13)
                .badSignature("r = s = 0", elliptic(token, BigInteger.ZERO, BigInteger.ZERO))
                .badSignature("r = 0", elliptic(token, BigInteger.ZERO, s))
                .badSignature("s = 0", elliptic(token, r, BigInteger.ZERO))
                .badSignature(
                        "zeros under EdDSA", resigned(good().signedBy(EDWARDS).sign(), new byte[64]))
                .badSignature("zero under RS256", resigned(rsa, new byte[256]))
                .badSignature("one under RS256", resigned(rsa, one))
                .badSignature("zero under PS256", resigned(good().signedBy(PSS).sign(), new byte[256]));
        cases.of(14);
        Map<String, BigInteger> edges = new LinkedHashMap<>();
        edges.put("n", N);
        edges.put("n - 1", N.subtract(BigInteger.ONE));
        edges.put("n + 1", N.add(BigInteger.ONE));
        edges.put("p", P);
        edges.put("2^256 - 1", BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE));
        edges.put("1", BigInteger.ONE);
        edges.forEach((name, edge) -> cases.badSignature("r = s = " + name, elliptic(token, edge, edge))
                .badSignature("r = " + name, elliptic(token, edge, s))
                .badSignature("s = " + name, elliptic(token, r, edge)));
    }

    private static void encodings(Cases cases) {
        String token = good().sign();
        byte[] good = signature(token);
        byte[] r = Arrays.copyOf(good, 32);
        byte[] s = Arrays.copyOfRange(good, 32, 64);
        byte[] der = AlgorithmAttacks.signed("SHA256withECDSA", null, KEY.privateKey(), token);
        byte[] longForm = joined(new byte[] {0x30, (byte) 0x81, der[1]}, Arrays.copyOfRange(der, 2, der.length));
        cases.of(15)
                .badSignature("ES256 in DER", resigned(token, der))
                .badSignature("ES256 in DER, a length in long form", resigned(token, longForm))
                .badSignature("ES256 in DER, cut to 64 bytes", resigned(token, Arrays.copyOf(der, 64)))
                .badSignature("ES256 in DER, zeros behind", resigned(token, Arrays.copyOf(der, 80)))
                .badSignature(
                        "ES256 in hexadecimal",
                        resigned(token, HexFormat.of().formatHex(good).getBytes(UTF_8)));
        cases.of(16)
                .badSignature("63 bytes", resigned(token, Arrays.copyOf(good, 63)))
                .badSignature("63 bytes, the first one gone", resigned(token, Arrays.copyOfRange(good, 1, 64)))
                .badSignature("65 bytes, a zero behind", resigned(token, Arrays.copyOf(good, 65)))
                .badSignature("65 bytes, a zero in front", resigned(token, joined(new byte[1], good)))
                .badSignature(
                        "66 bytes, each number with a zero in front",
                        resigned(token, joined(joined(new byte[1], r), joined(new byte[1], s))))
                .badSignature(
                        "96 bytes, each number of 48",
                        resigned(token, joined(joined(new byte[16], r), joined(new byte[16], s))))
                .badSignature("r alone", resigned(token, r))
                .badSignature("twice the signature", resigned(token, joined(good, good)))
                .badSignature("s and then r", resigned(token, joined(s, r)))
                .badSignature("one byte", resigned(token, new byte[1]));
    }

    /** Whoever has a token can write its second text: its signature is good, and it must end with the first. */
    private static void secondText(Cases cases) {
        cases.of(17)
                .unseen(Reason.REVOKED, "the second text of a revoked token", twin(good().sign()), CorpusTrust::revoke)
                .unseen(
                        Reason.EPOCH,
                        "the second text of a token below the epoch",
                        twin(good().sign()),
                        trust -> trust.change(new TrustChange.EpochRaised(TestTokens.GRANTS_REVISION + 1)))
                .unseen(
                        Reason.EXPIRED,
                        "the second text of an expired token",
                        twin(good().sign()),
                        trust -> trust.pass(Duration.ofHours(2)))
                .unseen(
                        Reason.REVOKED_KEY,
                        "the second text of a token by a revoked key",
                        twin(good().sign()),
                        trust -> trust.keyIs(KEY, KeyState.REVOKED));
        String token = good().sign();
        cases.known(
                Reason.REVOKED, "the second text, the first one remembered", token, CorpusTrust::revoke, twin(token));
        String second = good().sign();
        cases.known(
                Reason.REVOKED, "the first text, the second one remembered", twin(second), CorpusTrust::revoke, second);
    }

    private static String twin(String token) {
        byte[] signature = signature(token);
        return elliptic(token, number(signature, 0), N.subtract(number(signature, 32)));
    }

    private static void rsaNumbers(Cases cases) {
        BigInteger modulus = ((RSAPrivateKey) RSA.privateKey()).getModulus();
        String token = good().signedBy(RSA).sign();
        while (new BigInteger(1, signature(token)).add(modulus).bitLength() > 2048) {
            token = good().signedBy(RSA).sign();
        }
        byte[] good = signature(token);
        BigInteger number = new BigInteger(1, good);
        byte[] reversed = good.clone();
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = good[good.length - 1 - i];
        }
        cases.of(18)
                .badSignature(
                        "the signature and the modulus added", resigned(token, unsigned(number.add(modulus), 256)))
                .badSignature(
                        "the modulus less the signature", resigned(token, unsigned(modulus.subtract(number), 256)))
                .badSignature("the modulus itself", resigned(token, unsigned(modulus, 256)))
                .badSignature("a zero in front", resigned(token, joined(new byte[1], good)))
                .badSignature("a zero behind", resigned(token, Arrays.copyOf(good, 257)))
                .badSignature("one byte less", resigned(token, Arrays.copyOf(good, 255)))
                .badSignature("half of it", resigned(token, Arrays.copyOf(good, 128)))
                .badSignature("backwards", resigned(token, reversed))
                .badSignature("ones", resigned(token, filled(256, 0xff)))
                .badSignature("two bytes", resigned(token, new byte[2]));
        String pss = good().signedBy(PSS).sign();
        cases.badSignature("PS256 with a zero in front", resigned(pss, joined(new byte[1], signature(pss))))
                .badSignature("PS256 cut short", resigned(pss, Arrays.copyOf(signature(pss), 255)));
    }

    /** Made with the private key itself, so that the padding is all that is wrong. */
    private static void rsaPaddings(Cases cases) {
        cases.of(19);
        String token = good().signedBy(RSA).sign();
        byte[] digest = sha256(input(token));
        String info = "3031300d060960864801650304020105000420";
        Map<String, byte[]> messages = new LinkedHashMap<>();
        messages.put(
                "without the NULL of its parameters",
                padded(1, 0xff, hex("302f300b0609608648016503040201" + "0420"), digest));
        messages.put("a length in long form", padded(1, 0xff, hex("308131300d060960864801650304020105000420"), digest));
        messages.put("block type 2", padded(2, 0xff, hex(info), digest));
        messages.put("block type 0", padded(0, 0, hex(info), digest));
        messages.put("padding of other bytes", padded(1, 0xfe, hex(info), digest));
        messages.put("the name of SHA-512", padded(1, 0xff, hex("3031300d060960864801650304020305000420"), digest));
        messages.put("the name of SHA-1", padded(1, 0xff, hex("302d300906052b0e03021a05000420"), digest));
        messages.put("no name of a hash", padded(1, 0xff, new byte[0], digest));
        messages.put("a digest of something else", padded(1, 0xff, hex(info), sha256("something else")));
        messages.put("half a digest", padded(1, 0xff, hex(info), Arrays.copyOf(digest, 16)));
        messages.put("something behind the digest", padded(1, 0xff, hex(info), joined(digest, new byte[8])));
        messages.put(
                "an implicit length",
                padded(1, 0xff, hex("3080300d060960864801650304020105000420"), joined(digest, new byte[2])));
        byte[] shortPadding = Arrays.copyOf(joined(hex("0001ffffffffffffffff00" + info), digest), 256);
        messages.put("eight bytes of padding and zeros behind (Bleichenbacher 2006)", shortPadding);
        byte[] noSeparator = padded(1, 0xff, hex(info), digest);
        noSeparator[256 - digest.length - hex(info).length - 1] = (byte) 0xff;
        messages.put("no zero behind the padding", noSeparator);
        RSAPrivateKey key = (RSAPrivateKey) RSA.privateKey();
        messages.forEach((name, message) -> {
            BigInteger raw = new BigInteger(1, message).modPow(key.getPrivateExponent(), key.getModulus());
            cases.badSignature(name, resigned(token, unsigned(raw, 256)));
        });
    }

    private static void edwards(Cases cases) {
        String token = good().signedBy(EDWARDS).sign();
        byte[] good = signature(token);
        byte[] r = Arrays.copyOf(good, 32);
        BigInteger s = littleEndian(Arrays.copyOfRange(good, 32, 64));
        byte[] identity = new byte[32];
        identity[0] = 1;
        cases.of(20)
                .badSignature("S and the order added", resigned(token, joined(r, littleEndian(s.add(L)))))
                .badSignature(
                        "S and eight times the order added",
                        resigned(token, joined(r, littleEndian(s.add(L.shiftLeft(3))))))
                .badSignature("S = the order", resigned(token, joined(r, littleEndian(L))))
                .badSignature("S = 0", resigned(token, joined(r, new byte[32])))
                .badSignature("R of small order, S = 0", resigned(token, joined(identity, new byte[32])))
                .badSignature("R of small order", resigned(token, joined(identity, littleEndian(s))))
                .badSignature("R no point", resigned(token, joined(filled(32, 0xff), littleEndian(s))))
                .badSignature("R with its sign turned", resigned(token, joined(turned(r), littleEndian(s))))
                .badSignature("S of ones", resigned(token, joined(r, filled(32, 0xff))))
                .badSignature("63 bytes", resigned(token, Arrays.copyOf(good, 63)))
                .badSignature("65 bytes", resigned(token, Arrays.copyOf(good, 65)));
    }

    private static void empty(Cases cases) {
        cases.of(21);
        for (TestKey key : List.of(KEY, EDWARDS, RSA, PSS)) {
            cases.malformed(
                    "no signature, " + key.algorithm().headerName(),
                    resigned(good().signedBy(key).sign(), ""));
        }
        String[] segments = good().sign().split("\\.", -1);
        cases.malformed("no header", "." + segments[1] + "." + segments[2])
                .malformed("no payload", segments[0] + ".." + segments[2])
                .malformed("no payload, signed", Forge.segments(segments[0], ""))
                .malformed("a header alone", segments[0] + "..")
                .malformed("a payload alone", "." + segments[1] + ".")
                .malformed("a signature alone", ".." + segments[2])
                .malformed("three empty segments", "..");
    }

    private static String elliptic(String token, BigInteger r, BigInteger s) {
        return resigned(token, joined(unsigned(r, 32), unsigned(s, 32)));
    }

    private static BigInteger number(byte[] signature, int from) {
        return new BigInteger(1, Arrays.copyOfRange(signature, from, from + 32));
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger number = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xff));
        }
        return number;
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    private static byte[] turned(byte[] point) {
        byte[] turned = point.clone();
        turned[31] ^= (byte) 0x80;
        return turned;
    }

    /** A block of 256 bytes: its type, padding up to a zero, and what is said to be signed. */
    private static byte[] padded(int type, int padding, byte[] info, byte[] digest) {
        byte[] said = joined(info, digest);
        byte[] message = filled(256, padding);
        message[0] = 0;
        message[1] = (byte) type;
        message[255 - said.length] = 0;
        System.arraycopy(said, 0, message, 256 - said.length, said.length);
        return message;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
