package dev.signet.authority.feed;

import com.google.protobuf.Timestamp;
import dev.signet.authority.access.Caller;
import dev.signet.authority.store.WatchingVerifier;
import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.Subscribe;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The verifiers that are connected to this authority, for those who operate them. Thread-safe. */
final class ConnectedVerifiers {
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();

    /** One that is connected, until {@link #left}. */
    final class Connection {
        private final long number = numbers.incrementAndGet();
        private final Watcher watcher;
        private final WatchCredential credential;
        private final String version;
        private final Instant since;
        private volatile Instant lastPing;

        private Connection(Watcher watcher, WatchCredential credential, Subscribe subscribe, Instant now) {
            this.watcher = watcher;
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

        private WatchingVerifier now() {
            return new WatchingVerifier(
                    number,
                    watcher.verifier(),
                    credential.address(),
                    version,
                    credential.name(),
                    credential.organization(),
                    watcher.watchesEverything(),
                    Set.copyOf(watcher.organizations()),
                    watcher.acknowledged(),
                    since,
                    lastPing);
        }
    }

    /** @param credential what the verifier watches with */
    Connection add(Watcher watcher, WatchCredential credential, Subscribe subscribe, Instant now) {
        Connection connection = new Connection(watcher, credential, subscribe, now);
        connections.add(connection);
        return connection;
    }

    /** Shows each with what it watches by. */
    void forEach(BiConsumer<Watcher, WatchCredential> each) {
        connections.forEach(connection -> each.accept(connection.watcher, connection.credential));
    }

    /** As they are now. */
    List<WatchingVerifier> list() {
        return connections.stream().map(Connection::now).toList();
    }

    /**
     * Those that a caller may see, connected longest first.
     *
     * @param elsewhere those that are connected to other authorities
     * @param head the ledger's last revision
     */
    List<ConnectedVerifier> visibleTo(Caller caller, Collection<WatchingVerifier> elsewhere, long head) {
        return Stream.concat(list().stream(), elsewhere.stream())
                .filter(verifier -> caller.isPlatform() || caller.organization().equals(verifier.organization()))
                .sorted(Comparator.comparing(WatchingVerifier::connected).thenComparing(WatchingVerifier::verifier))
                .map(verifier -> describe(verifier, head))
                .toList();
    }

    private static ConnectedVerifier describe(WatchingVerifier verifier, long head) {
        ConnectedVerifier.Builder message = ConnectedVerifier.newBuilder()
                .setVerifier(verifier.verifier())
                .setAddress(verifier.address())
                .setVersion(verifier.version())
                .setCredential(verifier.credential())
                .setAllOrganizations(verifier.all())
                .setAcknowledgedRevision(verifier.acknowledged())
                .setRevisionLag(Math.max(0, head - verifier.acknowledged()))
                .setLastPingTime(time(verifier.pinged()))
                .setConnectTime(time(verifier.connected()));
        if (!verifier.all()) {
            verifier.organizations().stream().sorted().forEach(message::addOrganizations);
        }
        return message.build();
    }

    private static Timestamp time(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
