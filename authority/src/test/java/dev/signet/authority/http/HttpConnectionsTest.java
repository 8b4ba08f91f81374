package dev.signet.authority.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.limits.FakeNanos;
import java.time.Duration;
import java.util.EventListener;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.Test;

/** Which connections end before their clients want them to. */
final class HttpConnectionsTest {
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

    private final FakeNanos nanos = new FakeNanos();
    private final HttpConnections connections = new HttpConnections(3, LONGEST_REQUEST, nanos);

    /** A connection with as much read and answered as a test says. */
    private static final class Client implements Connection {
        private final EndPoint endPoint = new ByteArrayEndPoint();
        private long bytes;
        private long asked;
        private long answered;

        boolean isOpen() {
            return endPoint.isOpen();
        }

        void says(int count) {
            bytes += count;
        }

        void asks() {
            bytes += 100;
            asked++;
        }

        void isAnswered() {
            answered++;
        }

        @Override
        public EndPoint getEndPoint() {
            return endPoint;
        }

        @Override
        public void close() {
            endPoint.close();
        }

        @Override
        public long getMessagesIn() {
            return asked;
        }

        @Override
        public long getMessagesOut() {
            return answered;
        }

        @Override
        public long getBytesIn() {
            return bytes;
        }

        @Override
        public long getBytesOut() {
            return 0;
        }

        @Override
        public long getCreatedTimeStamp() {
            return 0;
        }

        @Override
        public boolean onIdleExpired(TimeoutException timeout) {
            return true;
        }

        @Override
        public void onOpen() {}

        @Override
        public void onClose(Throwable cause) {}

        @Override
        public void addEventListener(EventListener listener) {}

        @Override
        public void removeEventListener(EventListener listener) {}
    }

    private Client open() {
        Client client = new Client();
        connections.onOpened(client);
        return client;
    }

    private void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            nanos.advance(Duration.ofSeconds(1));
            connections.endOverdue();
        }
    }

    @Test
    void whoAsksNothingGoesForTheNext() {
        Client first = open();
        Client second = open();
        second.asks();
        second.isAnswered();
        Client third = open();
        Client fourth = open();
        assertFalse(first.isOpen());
        assertTrue(second.isOpen() && third.isOpen() && fourth.isOpen());
    }

    @Test
    void whoHasAskedTakesNoStrangersPlace() {
        Client first = open();
        first.asks();
        first.isAnswered();
        pass(1);
        Client second = open();
        Client third = open();
        Client fourth = open();
        assertTrue(first.isOpen() && second.isOpen() && third.isOpen() && fourth.isOpen());
        connections.onClosed(second);
        open();
        assertTrue(third.isOpen() && fourth.isOpen());
    }

    @Test
    void aFirstHeadThatDoesNotEndEndsTheConnection() {
        Client client = open();
        for (int second = 0; second < 10; second++) {
            client.says(1);
            pass(1);
            assertTrue(client.isOpen());
        }
        client.says(1);
        pass(1);
        assertFalse(client.isOpen());
    }

    @Test
    void aLaterHeadThatDoesNotEndEndsItToo() {
        Client client = open();
        client.asks();
        pass(1);
        client.isAnswered();
        pass(100);
        assertTrue(client.isOpen());
        for (int second = 0; second < 11; second++) {
            client.says(1);
            pass(1);
        }
        assertTrue(client.isOpen());
        client.says(1);
        pass(1);
        assertFalse(client.isOpen());
    }

    @Test
    void aRequestThatGoesOnAndOnEnds() {
        Client client = open();
        client.asks();
        pass(61);
        assertTrue(client.isOpen());
        pass(1);
        assertFalse(client.isOpen());
    }

    @Test
    void manyRequestsOneAfterTheOtherDoNot() {
        Client client = open();
        for (int second = 0; second < 200; second++) {
            client.asks();
            pass(1);
            client.isAnswered();
        }
        assertTrue(client.isOpen());
    }
}
