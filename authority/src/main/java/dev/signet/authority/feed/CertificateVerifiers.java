package dev.signet.authority.feed;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.tls.SpiffeId;
import dev.signet.verifier.tls.TlsContext;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** Lets verifiers watch by the certificates that they show, in place of a token. Thread-safe. */
public final class CertificateVerifiers {
    private final Map<SpiffeId, Set<String>> watching;
    private final TlsContext tls;
    private final InstantSource clock;

    /** @param tls by which clients are believed */
    public CertificateVerifiers(CertificateVerifiersConfig config, TlsContext tls, InstantSource clock) {
        this.clock = clock;
        this.watching = config.watching();
        this.tls = tls;
    }

    /**
     * Sees who shows a certificate.
     *
     * @param chain which the TLS connection was made with
     * @throws Refusal where it names nobody who may watch
     */
    public CertificateWatchCredential identify(X509Certificate[] chain, String address) {
        SpiffeId name = SpiffeId.of(chain[0])
                .orElseThrow(() -> Refusal.unauthenticated(
                        "CERTIFICATE_WITHOUT_NAME",
                        "the client certificate is none of a workload with exactly one SPIFFE name"));
        Set<String> scopes = watching.get(name);
        if (scopes == null) {
            throw Refusal.unauthenticated(
                    "UNKNOWN_CERTIFICATE", "the client certificate names no verifier that is known here: " + name);
        }
        return new CertificateWatchCredential(name, scopes, chain, address, tls, clock);
    }
}
