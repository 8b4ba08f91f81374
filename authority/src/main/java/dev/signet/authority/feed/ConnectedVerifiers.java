package dev.signet.authority.feed;

import com.google.protobuf.Timestamp;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.Subscribe;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The verifiers that are connected to this authority, for those who operate them. Thread-safe. */
final class ConnectedVerifiers {
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    /** One that is connected, until {@link #left}. */
    final class Connection {
        private final Watcher watcher;
        private final Call call;
        private final String credential;
        private final String version;
        private final Instant since;
        private volatile Instant lastPing;

        private Connection(Watcher watcher, Call call, String credential, Subscribe subscribe, Instant now) {
            this.watcher = watcher;
            this.call = call;
            this.credential = credential;
            this.version = Watcher.printable(subscribe.getVersion());
            this.since = now;
            this.lastPing = now;
        }

        String version() {
            return version;
        }

        void pinged(Instant now) {
            lastPing = now;
        }

        void left() {
            connections.remove(this);
        }

        private ConnectedVerifier describe(long head) {
            ConnectedVerifier.Builder message = ConnectedVerifier.newBuilder()
                    .setVerifier(watcher.verifier())
                    .setAddress(call.address())
                    .setVersion(version)
                    .setCredential(credential)
                    .setAllOrganizations(watcher.watchesEverything())
                    .setAcknowledgedRevision(watcher.acknowledged())
                    .setRevisionLag(Math.max(0, head - watcher.acknowledged()))
                    .setLastPingTime(time(lastPing))
                    .setConnectTime(time(since));
            if (!watcher.watchesEverything()) {
                watcher.organizations().stream().sorted().forEach(message::addOrganizations);
            }
            return message.build();
        }
    }

    /** @param credential the name of what the verifier watches with */
    Connection add(Watcher watcher, Call call, String credential, Subscribe subscribe, Instant now) {
        Connection connection = new Connection(watcher, call, credential, subscribe, now);
        connections.add(connection);
        return connection;
    }

    /**
     * Those that a caller may see, connected longest first.
     *
     * @param head the ledger's last revision
     */
    List<ConnectedVerifier> visibleTo(Caller caller, long head) {
        return connections.stream()
                .filter(connection -> caller.isPlatform()
                        || caller.organization().equals(connection.call.claims().organization()))
                .sorted(Comparator.comparing((Connection connection) -> connection.since)
                        .thenComparing(connection -> connection.watcher.verifier()))
                .map(connection -> connection.describe(head))
                .toList();
    }

    private static Timestamp time(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
