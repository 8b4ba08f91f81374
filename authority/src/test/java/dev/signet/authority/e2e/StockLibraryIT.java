package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.signet.authority.feed.Heard;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Subscribe;
import dev.signet.v1.VerificationKey;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A token is an ordinary JWT: a library that knows nothing of this project takes it, with the keys of the feed. */
final class StockLibraryIT {
    private static final Set<String> CLAIMS = Set.of("sub", "client_id", "jti", "iat", "exp");

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    @Test
    void aStockLibraryTakesATokenAndOnlyForItsIssuerAndAudience() throws Exception {
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            Cluster.Tenant tenant = cluster.newTenant("Stock library");
            try (Client owner = cluster.client(tenant.owner())) {
                CreateTokenResponse token = owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "ci");
                List<JWK> keys = keysOfTheFeed(owner);
                JWTClaimsSet claims =
                        library(keys, "https://signet.local", "signet").process(token.getValue(), null);
                assertEquals(Client.id(token.getToken().getName()), claims.getSubject());
                assertEquals(
                        token.getToken().getExpireTime().getSeconds(),
                        claims.getExpirationTime().toInstant().getEpochSecond());
                refuses(library(keys, "https://signet.local", "other"), token.getValue());
                refuses(library(keys, "https://other.local", "signet"), token.getValue());
                refuses(library(List.of(), "https://signet.local", "signet"), token.getValue());
            }
        }
    }

    private static void refuses(DefaultJWTProcessor<SecurityContext> library, String token) {
        assertThrows(BadJOSEException.class, () -> library.process(token, null));
    }

    private static DefaultJWTProcessor<SecurityContext> library(List<JWK> keys, String issuer, String audience) {
        DefaultJWTProcessor<SecurityContext> library = new DefaultJWTProcessor<>();
        library.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        library.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(new JWKSet(keys))));
        library.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                audience, new JWTClaimsSet.Builder().issuer(issuer).build(), CLAIMS));
        return library;
    }

    private static List<JWK> keysOfTheFeed(Client client) throws Exception {
        CompletableFuture<List<VerificationKey>> keys = new CompletableFuture<>();
        StreamObserver<WatchRequest> requests = client.trust().watch(new StreamObserver<WatchResponse>() {
            @Override
            public void onNext(WatchResponse message) {
                for (Snapshot snapshot : Heard.snapshots(List.of(message))) {
                    if (snapshot.hasInstallation()) {
                        keys.complete(snapshot.getInstallation().getKeysList());
                    }
                }
            }

            @Override
            public void onError(Throwable error) {
                keys.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                keys.completeExceptionally(new IllegalStateException("the feed ended"));
            }
        });
        requests.onNext(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.getDefaultInstance())
                .build());
        List<JWK> all = new ArrayList<>();
        for (VerificationKey key : keys.get(20, TimeUnit.SECONDS)) {
            all.add(jwk(key));
        }
        requests.onCompleted();
        return all;
    }

    private static JWK jwk(VerificationKey key) throws GeneralSecurityException {
        assertEquals("ES256", key.getAlgorithm());
        ECPublicKey point = (ECPublicKey) KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(key.getPublicKey().toByteArray()));
        return new ECKey.Builder(Curve.P_256, point).keyID(key.getKeyId()).build();
    }
}
