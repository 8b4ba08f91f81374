package dev.signet.authority.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open, each with how long it takes for what it is about. Jetty ends those on which nothing comes;
 * here those end that send a head without coming to its end, and requests that go on and on. Where there are very many on
 * which nothing was asked yet, the oldest of them goes for each that comes. Thread-safe.
 */
final class HttpConnections implements Connection.Listener {
    /** From the connection, or from the first byte of a head, to the last. */
    static final Duration LONGEST_HEAD = Duration.ofSeconds(10);

    private final int mostStrangers;
    private final Duration longestRequest;
    private final LongSupplier nanos;
    /** From the one that came first. */
    private final Map<Connection, Progress> open = new LinkedHashMap<>();

    private int strangers;

    /**
     * None yet.
     *
     * @param mostStrangers on how many nothing was asked yet
     * @param longestRequest from the end of a head to the answer
     * @param nanos monotonic time
     */
    HttpConnections(int mostStrangers, Duration longestRequest, LongSupplier nanos) {
        this.mostStrangers = mostStrangers;
        this.longestRequest = longestRequest;
        this.nanos = nanos;
    }

    /** What a connection is about. */
    private enum Phase {
        /** Nothing was asked yet. */
        NEW,
        IDLE,
        HEAD,
        REQUEST
    }

    private static final class Progress {
        private Phase phase = Phase.NEW;
        private long since;
        private long asked;
        private long bytes;

        Progress(long since) {
            this.since = since;
        }
    }

    @Override
    public void onOpened(Connection connection) {
        Connection gone = null;
        synchronized (this) {
            open.put(connection, new Progress(nanos.getAsLong()));
            strangers++;
            if (strangers > mostStrangers) {
                gone = oldestStranger();
            }
        }
        if (gone != null) {
            gone.getEndPoint().close();
        }
    }

    @Override
    public synchronized void onClosed(Connection connection) {
        forget(connection);
    }

    private void forget(Connection connection) {
        Progress progress = open.remove(connection);
        if (progress != null && progress.phase == Phase.NEW) {
            strangers--;
        }
    }

    private @Nullable Connection oldestStranger() {
        Connection oldest = open.entrySet().stream()
                .filter(entry -> entry.getValue().phase == Phase.NEW)
                .map(Map.Entry::getKey)
                .filter(connection -> connection.getMessagesIn() == 0)
                .findFirst()
                .orElse(null);
        if (oldest != null) {
            forget(oldest);
        }
        return oldest;
    }

    /** Ends what takes too long. To be called about once a second. */
    void endOverdue() {
        for (Connection overdue : overdue()) {
            overdue.getEndPoint().close();
        }
    }

    private synchronized List<Connection> overdue() {
        long now = nanos.getAsLong();
        open.forEach((connection, progress) -> look(connection, progress, now));
        return open.entrySet().stream()
                .filter(entry -> isOverdue(entry.getValue(), now))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void look(Connection connection, Progress progress, long now) {
        long asked = connection.getMessagesIn();
        long bytes = connection.getBytesIn();
        Phase phase = phase(progress, asked, connection.getMessagesOut(), bytes);
        if (progress.phase == Phase.NEW && phase != Phase.NEW) {
            strangers--;
        }
        if (phase != progress.phase || asked != progress.asked) {
            progress.since = now;
        }
        if (phase != Phase.HEAD) {
            progress.bytes = bytes;
        }
        progress.phase = phase;
        progress.asked = asked;
    }

    private static Phase phase(Progress before, long asked, long answered, long bytes) {
        if (asked == 0) {
            return Phase.NEW;
        }
        if (asked > answered) {
            return Phase.REQUEST;
        }
        boolean nothingAsked = asked == before.asked && before.phase != Phase.REQUEST;
        return nothingAsked && bytes > before.bytes ? Phase.HEAD : Phase.IDLE;
    }

    private boolean isOverdue(Progress progress, long now) {
        long took = now - progress.since;
        return switch (progress.phase) {
            case NEW, HEAD -> took > LONGEST_HEAD.toNanos();
            case REQUEST -> took > longestRequest.toNanos();
            case IDLE -> false;
        };
    }
}
