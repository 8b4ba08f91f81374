package dev.signet.verifier.tls;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a server shows those who connect, as files.
 *
 * @param certificate the server's own in PEM, followed by those that lead to an authority
 * @param key its private key, PKCS#8 in PEM; for the process alone to read
 * @param clientAuthorities authorities, in PEM, from which a client's certificate may descend; null where clients show
 *     none
 */
public record ServerTls(
        Path certificate, Path key, @Nullable Path clientAuthorities) {
    /** The keys of the configuration. */
    public static final String CERTIFICATE = "tls-certificate";

    public static final String KEY = "tls-key";
    public static final String CLIENT_AUTHORITIES = "tls-client-ca";

    /**
     * Puts together what is configured.
     *
     * @return null where nothing is: plaintext
     * @throws InvalidConfiguration where a part is missing
     */
    public static @Nullable ServerTls of(
            @Nullable Path certificate, @Nullable Path key, @Nullable Path clientAuthorities) {
        if (certificate == null && key == null && clientAuthorities == null) {
            return null;
        }
        if (certificate == null) {
            throw new InvalidConfiguration(
                    CERTIFICATE, "is needed, as " + (key == null ? CLIENT_AUTHORITIES : KEY) + " is given");
        }
        if (key == null) {
            throw new InvalidConfiguration(KEY, "is needed, as " + CERTIFICATE + " is given");
        }
        return new ServerTls(certificate, key, clientAuthorities);
    }
}
