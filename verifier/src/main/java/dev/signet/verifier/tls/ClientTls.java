package dev.signet.verifier.tls;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whom a client believes, and what it shows, as files.
 *
 * @param authorities authorities, in PEM, from which a server's certificate must descend; null for those that Java trusts
 * @param certificate the client's own in PEM, followed by those that lead to an authority; null to show none
 * @param key its private key, PKCS#8 in PEM; for the process alone to read
 */
public record ClientTls(
        @Nullable Path authorities,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** The keys of the configuration. */
    public static final String AUTHORITIES = "ca-certificate";

    public static final String CERTIFICATE = "client-certificate";
    public static final String KEY = "client-key";

    /** Believes what Java trusts, and shows nothing. */
    public static final ClientTls DEFAULT = new ClientTls(null, null, null);

    public ClientTls {
        if (certificate == null && key != null) {
            throw new InvalidConfiguration(CERTIFICATE, "is needed, as " + KEY + " is given");
        }
        if (certificate != null && key == null) {
            throw new InvalidConfiguration(KEY, "is needed, as " + CERTIFICATE + " is given");
        }
    }

    /** Whether a certificate is shown. */
    public boolean showsCertificate() {
        return certificate != null;
    }
}
