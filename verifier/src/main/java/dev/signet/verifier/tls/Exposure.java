package dev.signet.verifier.tls;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a process may be reached from elsewhere.
 *
 * @param tls what its TCP ports show, on loopback as well; null for plaintext
 * @param plaintextOffLoopback whether plaintext may be spoken off loopback, since something around it encrypts
 * @param openMetrics whether metrics are for everybody who reaches a port off loopback
 */
public record Exposure(@Nullable ServerTls tls, boolean plaintextOffLoopback, boolean openMetrics) {
    /** The key of the configuration. */
    public static final String PLAINTEXT = "plaintext-off-loopback";

    /** In plaintext, and on loopback only. */
    public static final Exposure LOCAL = new Exposure(null, false, false);

    public Exposure {
        if (tls != null && plaintextOffLoopback) {
            throw new InvalidConfiguration(PLAINTEXT, "contradicts " + ServerTls.CERTIFICATE + ": give one of the two");
        }
    }

    /**
     * Resolves an address for listening.
     *
     * @throws InvalidConfiguration naming {@code key} where the host is unknown, or plaintext would leave loopback
     */
    public InetSocketAddress admit(String key, ListenAddress address) {
        InetSocketAddress resolved = address.resolve(key);
        if (tls == null && !plaintextOffLoopback && !resolved.getAddress().isLoopbackAddress()) {
            throw new InvalidConfiguration(
                    key,
                    "without TLS only a loopback address is allowed (127.0.0.1, ::1), got %s; give %s and %s, or %s where something else encrypts"
                            .formatted(address.host(), ServerTls.CERTIFICATE, ServerTls.KEY, PLAINTEXT));
        }
        return resolved;
    }

    /** Whether an address serves metrics, which tell a stranger how the process is doing. */
    public boolean showsMetricsOn(ListenAddress address) {
        return openMetrics || address.isLoopback();
    }
}
