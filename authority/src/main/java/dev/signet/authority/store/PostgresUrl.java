package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which database, and on which servers: the first that takes writes is used.
 *
 * @param database its name
 */
record PostgresUrl(List<ListenAddress> servers, String database) {
    private static final String KEY = "database-url";
    private static final int DEFAULT_PORT = 5432;
    private static final Pattern URL = Pattern.compile("(?:jdbc:)?postgres(?:ql)?://([^/?#]+)/([A-Za-z0-9_.-]+)");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0(:0){6}:1");

    PostgresUrl {
        servers = List.copyOf(servers);
    }

    /**
     * Reads {@code postgresql://HOST[:PORT][,HOST[:PORT]…]/NAME}, or the same as JDBC writes it. Nothing of the text is
     * repeated where it is refused, as somebody may have put a password into it.
     *
     * @throws InvalidConfiguration where it is something else, or holds a user, a password or parameters
     */
    static PostgresUrl parse(String text) {
        int path = text.indexOf('/', text.indexOf("//") + 2);
        String servers = path < 0 ? text : text.substring(0, path);
        if (servers.indexOf('@') >= 0 || text.matches("(?is).*[?&](ssl)?password=.*")) {
            throw new InvalidConfiguration(
                    KEY,
                    "must hold neither user nor password: give them by database-user and database-password-file, and "
                            + "change that password if others could read it here");
        }
        if (text.indexOf('?') >= 0) {
            throw new InvalidConfiguration(KEY, "takes no parameters: TLS and timeouts have keys of their own");
        }
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            throw new InvalidConfiguration(KEY, "must be postgresql://HOST[:PORT][,HOST[:PORT]…]/NAME");
        }
        List<ListenAddress> addresses = new ArrayList<>();
        for (String server : url.group(1).split(",", -1)) {
            addresses.add(address(server));
        }
        return new PostgresUrl(addresses, url.group(2));
    }

    private static ListenAddress address(String server) {
        boolean hasPort = server.lastIndexOf(':') > server.lastIndexOf(']');
        ListenAddress address = ListenAddress.parse(KEY, hasPort ? server : server + ":" + DEFAULT_PORT);
        if (address.port() == 0) {
            throw new InvalidConfiguration(KEY, "must name a port from 1 to 65535");
        }
        return address;
    }

    /** Whether nothing leaves this machine. Names are not looked up: one that is, is not sure to stay what it is. */
    boolean isLoopback() {
        return servers.stream()
                .allMatch(server ->
                        LOOPBACK.matcher(server.host().toLowerCase(Locale.ROOT)).matches());
    }

    @Override
    public String toString() {
        return String.join(",", servers.stream().map(ListenAddress::toString).toList()) + "/" + database;
    }
}
