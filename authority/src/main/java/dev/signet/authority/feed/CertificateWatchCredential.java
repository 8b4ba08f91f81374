package dev.signet.authority.feed;

import dev.signet.authority.errors.Refusal;
import dev.signet.v1.Subscribe;
import dev.signet.verifier.tls.SpiffeId;
import dev.signet.verifier.tls.TlsContext;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A verifier that showed a certificate: it watches what is configured for its name. */
public final class CertificateWatchCredential implements WatchCredential {
    private static final Duration CHECKED_FOR = Duration.ofMinutes(1);

    private final SpiffeId name;
    private final Set<String> scopes;
    private final X509Certificate[] chain;
    private final String address;
    private final TlsContext tls;
    private final InstantSource clock;
    private volatile @Nullable Checked checked;

    /** When the whole chain was found good, and by which files. */
    private record Checked(SSLContext by, Instant at) {}

    CertificateWatchCredential(
            SpiffeId name,
            Set<String> scopes,
            X509Certificate[] chain,
            String address,
            TlsContext tls,
            InstantSource clock) {
        this.name = name;
        this.scopes = scopes;
        this.chain = chain.clone();
        this.address = address;
        this.tls = tls;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String organization() {
        return watchesAll() || scopes.size() != 1 ? "" : scopes.iterator().next();
    }

    /** Whoever names none gets those that are configured for it. */
    @Override
    public Subscribe admit(Subscribe asked) {
        requireStillGood();
        if (watchesAll()) {
            return asked;
        }
        if (asked.getAllOrganizations()) {
            throw Refusal.permissionDenied(TrustGrpc.PERMISSION, "all organizations");
        }
        for (String organization : asked.getOrganizationsList()) {
            if (!scopes.contains(organization)) {
                throw Refusal.notFound("organizations/" + organization);
            }
        }
        return asked.getOrganizationsCount() > 0
                ? asked
                : asked.toBuilder().addAllOrganizations(List.copyOf(scopes)).build();
    }

    /** Asked with every ping. Signatures in the chain stay what they are, so they are not checked each time. */
    @Override
    public void requireStillGood() {
        try {
            SSLContext by = tls.current();
            Instant now = clock.instant();
            Checked last = checked;
            if (last != null && last.by() == by && now.isBefore(last.at().plus(CHECKED_FOR))) {
                tls.requireUnexpired(chain);
            } else {
                tls.requireTrustedClient(chain);
                checked = new Checked(by, now);
            }
        } catch (CertificateException e) {
            throw Refusal.unauthenticated(
                    "CERTIFICATE_NOT_TRUSTED", "the watcher's certificate has expired or is no longer trusted");
        }
    }

    @Override
    public boolean mayLoad(String organization) {
        return watchesAll() || scopes.contains(organization);
    }

    private boolean watchesAll() {
        return scopes.contains(CertificateVerifiersConfig.ALL);
    }
}
