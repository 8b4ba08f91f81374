package dev.signet.verifier.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who stays connected where not all can. */
final class ConnectionsTest {
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(Client::finishAndReleaseAll);
    }

    private Client open(Connections connections, boolean expected) {
        Client client = new Client(clients.size() + 1);
        clients.add(client);
        assertEquals(expected, connections.opened(client));
        return client;
    }

    private Client open(Connections connections) {
        return open(connections, true);
    }

    private static void say(Client client) {
        client.writeInbound(Unpooled.wrappedBuffer(new byte[] {1}));
    }

    @Test
    void whoHasBeenSilentForLongestGoesForTheNext() {
        Connections connections = Connections.ofAnybody(3);
        Client first = open(connections);
        Client second = open(connections);
        Client third = open(connections);
        say(first);
        Client fourth = open(connections);
        assertFalse(second.isOpen());
        assertTrue(first.isOpen() && third.isOpen() && fourth.isOpen());
        assertEquals(3, connections.size());
    }

    @Test
    void thereIsRoomAgainWhenSomebodyLeaves() {
        Connections connections = Connections.ofAnybody(2);
        Client first = open(connections);
        Client second = open(connections);
        var unused = second.close();
        assertEquals(1, connections.size());
        open(connections);
        assertTrue(first.isOpen());
    }

    @Test
    void nobodyKnownGoesForAStranger() {
        Connections connections = Connections.ofCallers(3, 3);
        Client known = open(connections);
        connections.known(known.remoteAddress());
        Client stranger = open(connections);
        Client another = open(connections);
        open(connections);
        assertTrue(known.isOpen() && another.isOpen());
        assertFalse(stranger.isOpen());
    }

    @Test
    void whereAllAreKnownThereIsNoRoom() {
        Connections connections = Connections.ofCallers(2, 2);
        Client first = open(connections);
        connections.known(first.remoteAddress());
        Client second = open(connections);
        connections.known(second.remoteAddress());
        open(connections, false);
        assertTrue(first.isOpen() && second.isOpen());
        var unused = first.close();
        open(connections, true);
    }

    @Test
    void strangersHaveLessRoomThanThereIs() {
        Connections connections = Connections.ofCallers(10, 2);
        Client first = open(connections);
        Client second = open(connections);
        open(connections);
        assertFalse(first.isOpen());
        connections.known(second.remoteAddress());
        open(connections);
        assertEquals(3, connections.size());
    }

    @Test
    void whereNobodyHasACredentialWhoAskedGoesLast() {
        Connections connections = Connections.ofRequests(2);
        Client asked = open(connections);
        asked.pipeline().addLast(connections.knownByMessage());
        say(asked);
        Client silent = open(connections);
        Client other = open(connections);
        assertFalse(silent.isOpen());
        assertTrue(asked.isOpen());
        other.pipeline().addLast(connections.knownByMessage());
        say(other);
        // Both have asked: the one goes that is silent for longer.
        say(other);
        open(connections);
        assertFalse(asked.isOpen() && other.isOpen());
    }

    @Test
    void whoIsRefusedWithoutEndIsReadFromMoreSlowly() {
        Connections connections = Connections.ofCallers(2, 2);
        Client client = open(connections);
        for (int call = 0; call < Connection.MOST_REFUSED - 1; call++) {
            connections.refused(client.remoteAddress());
        }
        assertTrue(client.config().isAutoRead());
        connections.refused(client.remoteAddress());
        assertFalse(client.config().isAutoRead());
        client.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        client.runScheduledPendingTasks();
        assertTrue(client.config().isAutoRead());
        // From then on it is counted anew.
        for (int call = 0; call < Connection.MOST_REFUSED - 1; call++) {
            connections.refused(client.remoteAddress());
        }
        assertTrue(client.config().isAutoRead());
    }

    @Test
    void ofWhomNothingIsKnownIsNothingToBeDone() {
        Connections connections = Connections.ofCallers(2, 2);
        connections.known((java.net.SocketAddress) null);
        connections.refused(null);
        connections.refused(new Client(9).remoteAddress());
        assertEquals(0, connections.size());
    }
}
