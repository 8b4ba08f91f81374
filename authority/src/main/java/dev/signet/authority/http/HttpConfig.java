package dev.signet.authority.http;

import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.tls.Exposure;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP port.
 *
 * @param listen the address; null for no such port
 * @param exposure how others may reach it
 */
public record HttpConfig(@Nullable ListenAddress listen, Exposure exposure) {

    public HttpConfig {
        if (listen != null) {
            exposure.admit("http-listen", listen);
        }
    }

    /** In plaintext on loopback. */
    public HttpConfig(@Nullable ListenAddress listen) {
        this(listen, Exposure.LOCAL);
    }

    /** Whether metrics are served there. */
    public boolean showsMetrics() {
        return listen == null || exposure.showsMetricsOn(listen);
    }
}
