package dev.signet.verifier;

import java.net.InetSocketAddress;

/**
 * Where a server is reached: by TLS as {@code https://host:port}, or in plaintext as {@code host:port} on loopback.
 *
 * @param tls whether the server must prove to be the one that the host names
 */
public record ServerAddress(String host, int port, boolean tls) {
    private static final String TLS = "https://";

    /**
     * Reads an address.
     *
     * @throws InvalidConfiguration naming {@code key} where the text is something else
     */
    public static ServerAddress parse(String key, String text) {
        boolean tls = text.startsWith(TLS);
        ListenAddress address = ListenAddress.parse(key, tls ? text.substring(TLS.length()) : text);
        return new ServerAddress(address.host(), address.port(), tls);
    }

    /**
     * Resolves an address to which plaintext may go.
     *
     * @throws InvalidConfiguration naming {@code key} where the host is unknown or not loopback
     */
    public InetSocketAddress plaintext(String key) {
        InetSocketAddress resolved = new ListenAddress(host, port).resolve(key);
        if (!resolved.getAddress().isLoopbackAddress()) {
            throw new InvalidConfiguration(
                    key,
                    "without TLS only a loopback address is allowed (127.0.0.1, ::1), got %s; write %s%s"
                            .formatted(host, TLS, this));
        }
        return resolved;
    }

    @Override
    public String toString() {
        return (tls ? TLS : "") + new ListenAddress(host, port);
    }
}
