package dev.signet.authority.http;

import dev.signet.verifier.ListenAddress;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP port.
 *
 * @param listen the address, loopback only, as there is no TLS yet; null for no such port
 */
public record HttpConfig(@Nullable ListenAddress listen) {

    public HttpConfig {
        if (listen != null) {
            listen.loopback("http-listen");
        }
    }
}
