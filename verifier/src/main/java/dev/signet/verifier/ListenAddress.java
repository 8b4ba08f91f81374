package dev.signet.verifier;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where a process listens or is reached: {@code host:port}, IPv6 hosts in brackets. Port 0 means any free one. */
public record ListenAddress(String host, int port) {

    /**
     * Reads {@code host:port}.
     *
     * @throws InvalidConfiguration naming {@code key} where the text is something else
     */
    public static ListenAddress parse(String key, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new InvalidConfiguration(key, "an IPv6 host needs brackets, as in [::1]:8470, got " + text);
        }
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new InvalidConfiguration(key, "must be host:port, got " + text);
        }
        if (host.isEmpty() || port < 0 || port > 65_535) {
            throw new InvalidConfiguration(key, "must be host:port with a port from 0 to 65535, got " + text);
        }
        return new ListenAddress(host, port);
    }

    /**
     * Resolves the address for plaintext.
     *
     * @throws InvalidConfiguration naming {@code key} where the host is unknown or not loopback
     */
    public InetSocketAddress loopback(String key) {
        InetSocketAddress resolved = resolve(key);
        if (!resolved.getAddress().isLoopbackAddress()) {
            throw new InvalidConfiguration(
                    key, "without TLS only a loopback address is allowed (127.0.0.1, ::1), got " + host);
        }
        return resolved;
    }

    /**
     * Resolves the address.
     *
     * @throws InvalidConfiguration naming {@code key} where the host is unknown
     */
    public InetSocketAddress resolve(String key) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new InvalidConfiguration(key, "unknown host " + host);
        }
    }

    /** Whether only this machine reaches it. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
