package dev.signet.authority.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Header;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;

/** A private key that this process can sign with, which does not leave this class. Thread-safe. */
public final class SigningKey {
    private static final int ES256_SIGNATURE = 64;

    /** Makes the signatures, one object each, as they are not thread-safe. */
    interface Signatures {
        Signature next() throws GeneralSecurityException;
    }

    private final String id;
    private final Algorithm algorithm;
    private final PrivateKey privateKey;
    private final Signatures signatures;
    private final String header;

    SigningKey(String id, Algorithm algorithm, PrivateKey privateKey, Signatures signatures) {
        this.id = id;
        this.algorithm = algorithm;
        this.privateKey = privateKey;
        this.signatures = signatures;
        this.header = header(Header.TYPE);
    }

    private String header(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.headerName()))
                .keyID(id)
                .type(new JOSEObjectType(type))
                .build()
                .toBase64URL()
                .toString();
    }

    /** The {@code kid}. */
    public String id() {
        return id;
    }

    /** A token with these claims, in its compact form (RFC 7515 section 3.1). */
    public String sign(JWTClaimsSet claims) {
        return sign(claims, header);
    }

    /** A document that is no token, with a {@code typ} of its own that nobody takes for one. */
    public String sign(String type, JWTClaimsSet claims) {
        return sign(claims, header(type));
    }

    private String sign(JWTClaimsSet claims, String header) {
        String input = header + "." + claims.toPayload().toBase64URL();
        return input + "." + Base64URL.encode(sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The signature over these bytes, in its JWS form. */
    byte[] sign(byte[] input) {
        try {
            Signature signature = signatures.next();
            signature.initSign(privateKey);
            signature.update(input);
            byte[] signed = signature.sign();
            return algorithm == Algorithm.ES256 ? ECDSA.transcodeSignatureToConcat(signed, ES256_SIGNATURE) : signed;
        } catch (GeneralSecurityException | JOSEException | ProviderException e) {
            throw new IllegalStateException("the crypto provider cannot sign with kid=" + id, e);
        }
    }

    /** Nothing of the private half. */
    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
