package dev.signet.verifier.bench;

import com.auth0.jwt.JWT;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.Set;
import org.conscrypt.Conscrypt;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** What it costs to verify a token for the first time, beside its signature check alone and beside other libraries. */
public class FirstSeenTokens {
    private static final int POOL = 20_000;
    /** So few that none is known when its turn comes again. */
    private static final int CACHED = 64;

    /** Tokens in turn. */
    private abstract static class Pool {
        String[] tokens = {};
        private int at;

        void sign(Algorithm algorithm) throws GeneralSecurityException {
            // Before the JDK's, for whoever asks for no provider by name.
            Security.insertProviderAt(Conscrypt.newProvider(), 1);
            tokens = new SignedTokens(algorithm).next(POOL);
        }

        int next() {
            at = at + 1 == POOL ? 0 : at + 1;
            return at;
        }
    }

    /** ES256. */
    @State(Scope.Thread)
    public static class Es256 extends Pool {
        byte[][] signed = new byte[POOL][];
        byte[][] signatures = new byte[POOL][];
        Signature raw = null;
        TokenVerifier verifier = null;
        com.auth0.jwt.interfaces.JWTVerifier javaJwt = null;
        DefaultJWTProcessor<SecurityContext> nimbus = null;
        NimbusJwtDecoder spring = null;
        JwtConsumer jose4j = null;

        @Setup
        public void prepare() throws GeneralSecurityException {
            sign(Algorithm.ES256);
            SignedTokens issuer = new SignedTokens(Algorithm.ES256);
            raw = issuer.rawCheck();
            for (int i = 0; i < POOL; i++) {
                signed[i] = SignedTokens.signedPart(tokens[i]);
                signatures[i] = issuer.rawSignature(tokens[i]);
            }
            verifier = issuer.verifier(CACHED, SignedTokens.unchanged());
            SignedTokens.requireAccepted(verifier.verify(tokens[0]));
            ECPublicKey key = (ECPublicKey) issuer.publicKey();
            javaJwt = JWT.require(com.auth0.jwt.algorithms.Algorithm.ECDSA256(key, null))
                    .withIssuer(TestTokens.ISSUER)
                    .withAudience(TestTokens.AUDIENCE)
                    .build();
            nimbus = processor(key);
            spring = new NimbusJwtDecoder(processor(key));
            spring.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                    new JwtTimestampValidator(), new JwtIssuerValidator(TestTokens.ISSUER)));
            jose4j = new JwtConsumerBuilder()
                    .setVerificationKey(key)
                    .setExpectedIssuer(TestTokens.ISSUER)
                    .setExpectedAudience(TestTokens.AUDIENCE)
                    .setRequireExpirationTime()
                    .setRequireSubject()
                    .setJwsAlgorithmConstraints(
                            AlgorithmConstraints.ConstraintType.PERMIT,
                            org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                    .build();
        }

        private static DefaultJWTProcessor<SecurityContext> processor(ECPublicKey key) {
            DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
            processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    JWSAlgorithm.ES256,
                    new ImmutableJWKSet<>(new JWKSet(new ECKey.Builder(Curve.P_256, key)
                            .keyID(TestKey.shared(Algorithm.ES256).id())
                            .build()))));
            processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                    TestTokens.AUDIENCE,
                    new JWTClaimsSet.Builder().issuer(TestTokens.ISSUER).build(),
                    Set.of("sub", "exp")));
            return processor;
        }
    }

    /** EdDSA over Ed25519. */
    @State(Scope.Thread)
    public static class Ed25519 extends Pool {
        byte[][] signed = new byte[POOL][];
        byte[][] signatures = new byte[POOL][];
        Signature raw = null;
        TokenVerifier verifier = null;

        @Setup
        public void prepare() throws GeneralSecurityException {
            sign(Algorithm.EDDSA);
            SignedTokens issuer = new SignedTokens(Algorithm.EDDSA);
            raw = issuer.rawCheck();
            for (int i = 0; i < POOL; i++) {
                signed[i] = SignedTokens.signedPart(tokens[i]);
                signatures[i] = issuer.rawSignature(tokens[i]);
            }
            verifier = issuer.verifier(CACHED, SignedTokens.unchanged());
            SignedTokens.requireAccepted(verifier.verify(tokens[0]));
        }
    }

    @Benchmark
    public boolean rawEs256(Es256 es256) throws SignatureException {
        int next = es256.next();
        es256.raw.update(es256.signed[next]);
        return require(es256.raw.verify(es256.signatures[next]));
    }

    @Benchmark
    public Verdict signetEs256(Es256 es256) {
        Verdict verdict = es256.verifier.verify(es256.tokens[es256.next()]);
        SignedTokens.requireAccepted(verdict);
        return verdict;
    }

    @Benchmark
    public DecodedJWT javaJwt(Es256 es256) {
        return es256.javaJwt.verify(es256.tokens[es256.next()]);
    }

    @Benchmark
    public JWTClaimsSet nimbus(Es256 es256) throws BadJOSEException, JOSEException, ParseException {
        return es256.nimbus.process(es256.tokens[es256.next()], null);
    }

    @Benchmark
    public Jwt spring(Es256 es256) {
        return es256.spring.decode(es256.tokens[es256.next()]);
    }

    @Benchmark
    public JwtContext jose4j(Es256 es256) throws InvalidJwtException {
        return es256.jose4j.process(es256.tokens[es256.next()]);
    }

    @Benchmark
    public boolean rawEdDsa(Ed25519 ed25519) throws SignatureException {
        int next = ed25519.next();
        ed25519.raw.update(ed25519.signed[next]);
        return require(ed25519.raw.verify(ed25519.signatures[next]));
    }

    @Benchmark
    public Verdict signetEdDsa(Ed25519 ed25519) {
        Verdict verdict = ed25519.verifier.verify(ed25519.tokens[ed25519.next()]);
        SignedTokens.requireAccepted(verdict);
        return verdict;
    }

    private static boolean require(boolean good) {
        if (!good) {
            throw new IllegalStateException("a good signature does not fit");
        }
        return good;
    }
}
