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

    /** Tokens in turn, to be checked raw and by a verifier. */
    private abstract static class Pool {
        final byte[][] signed = new byte[POOL][];
        final byte[][] signatures = new byte[POOL][];
        String[] tokens = {};
        Signature raw = null;
        TokenVerifier verifier = null;
        private int at;

        void prepare(SignedTokens issuer) throws GeneralSecurityException {
            // Before the JDK's, for whoever asks for no provider by name.
            Security.insertProviderAt(Conscrypt.newProvider(), 1);
            tokens = issuer.next(POOL);
            raw = issuer.rawCheck();
            for (int i = 0; i < POOL; i++) {
                signed[i] = SignedTokens.signedPart(tokens[i]);
                signatures[i] = issuer.rawSignature(tokens[i]);
            }
            verifier = issuer.verifier(CACHED, SignedTokens.unchanged());
            SignedTokens.requireAccepted(verifier.verify(tokens[0]));
        }

        int next() {
            at = at + 1 == POOL ? 0 : at + 1;
            return at;
        }

        boolean rawCheck() throws SignatureException {
            int next = next();
            raw.update(signed[next]);
            return require(raw.verify(signatures[next]));
        }

        Verdict verdict() {
            Verdict verdict = verifier.verify(tokens[next()]);
            SignedTokens.requireAccepted(verdict);
            return verdict;
        }
    }

    /** ES256. */
    @State(Scope.Thread)
    public static class Es256 extends Pool {
        com.auth0.jwt.interfaces.JWTVerifier javaJwt = null;
        DefaultJWTProcessor<SecurityContext> nimbus = null;
        NimbusJwtDecoder spring = null;
        JwtConsumer jose4j = null;

        @Setup
        public void prepare() throws GeneralSecurityException {
            SignedTokens issuer = new SignedTokens(Algorithm.ES256);
            prepare(issuer);
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
        @Setup
        public void prepare() throws GeneralSecurityException {
            prepare(new SignedTokens(Algorithm.EDDSA));
        }
    }

    @Benchmark
    public boolean rawEs256(Es256 es256) throws SignatureException {
        return es256.rawCheck();
    }

    @Benchmark
    public Verdict signetEs256(Es256 es256) {
        return es256.verdict();
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
        return ed25519.rawCheck();
    }

    @Benchmark
    public Verdict signetEdDsa(Ed25519 ed25519) {
        return ed25519.verdict();
    }

    private static boolean require(boolean good) {
        if (!good) {
            throw new IllegalStateException("a good signature does not fit");
        }
        return good;
    }
}
