package dev.signet.authority.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.signet.verifier.token.Algorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * The certificate beside a key in an HSM. The JDK's provider finds a private key by it alone, and nobody asks it for
 * anything else: a name, the public half, and the key's own signature (RFC 5280 section 4.1, version 1). The JDK has
 * no public way to make one, and a library that has weighs a hundred times what is needed of it.
 */
final class SelfSigned {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final byte[] COMMON_NAME = hex("0603550403");

    private SelfSigned() {}

    /** @param signature ready to sign with the private half */
    static X509Certificate of(String name, Algorithm algorithm, PublicKey publicKey, Signature signature)
            throws GeneralSecurityException {
        byte[] algorithmId = algorithmId(algorithm);
        byte[] commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, name.getBytes(US_ASCII)));
        byte[] entity = der(SEQUENCE, der(SET, commonName));
        // From any time until the one that means none (RFC 5280 section 4.1.2.5): keys end by what the store says.
        byte[] validity = der(
                SEQUENCE,
                der(UTC_TIME, "700101000000Z".getBytes(US_ASCII)),
                der(GENERALIZED_TIME, "99991231235959Z".getBytes(US_ASCII)));
        byte[] unsigned = der(
                SEQUENCE, der(INTEGER, new byte[] {1}), algorithmId, entity, validity, entity, publicKey.getEncoded());
        signature.update(unsigned);
        byte[] signed = der(SEQUENCE, unsigned, algorithmId, der(BIT_STRING, new byte[] {0}, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
    }

    /** The AlgorithmIdentifier (RFC 5758, RFC 8410, RFC 4055). */
    private static byte[] algorithmId(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> hex("300a06082a8648ce3d040302");
            case EDDSA -> hex("300506032b6570");
            case RS256 -> hex("300d06092a864886f70d01010b0500");
            case PS256 ->
                hex("304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
                        + "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120");
        };
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (length > 0xff) {
            // No part is longer than two bytes can tell.
            encoded.write(0x82);
            encoded.write(length >> 8);
        } else if (length > 0x7f) {
            encoded.write(0x81);
        }
        encoded.write(length);
        encoded.writeBytes(content.toByteArray());
        return encoded.toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
