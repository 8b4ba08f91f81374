package dev.signet.verifier.ports;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that carry nothing of a call. */
final class FrameWatchTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private Client client;

    @BeforeEach
    void connect() {
        Connections connections = Connections.ofAnybody(10);
        client = new Client(1);
        connections.opened(client);
        client.writeInbound(Unpooled.copiedBuffer(PREFACE, US_ASCII));
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
    }

    private static ByteBuf frame(int type, int flags, int length) {
        return Unpooled.buffer()
                .writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(1)
                .writeZero(length);
    }

    private void send(int count, int type, int flags, int length) {
        for (int sent = 0; sent < count && client.isOpen(); sent++) {
            client.writeInbound(frame(type, flags, length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                Http2FrameTypes.SETTINGS,
                Http2FrameTypes.PING,
                Http2FrameTypes.PRIORITY,
                Http2FrameTypes.RST_STREAM,
                Http2FrameTypes.WINDOW_UPDATE,
                Http2FrameTypes.CONTINUATION,
                Http2FrameTypes.DATA,
                77
            })
    void withoutEndTheyEndTheConnection(byte type) {
        int length = type == Http2FrameTypes.DATA ? 0 : 8;
        send(FrameWatch.MOST - 1, type, 0, length);
        assertTrue(client.isOpen());
        send(1, type, 0, length);
        assertFalse(client.isOpen());
    }

    @Test
    void callsAreNotCounted() {
        send(FrameWatch.MOST, Http2FrameTypes.HEADERS, 4, 60);
        send(FrameWatch.MOST, Http2FrameTypes.DATA, 0, 20);
        send(FrameWatch.MOST, Http2FrameTypes.DATA, 1, 0);
        assertTrue(client.isOpen());
    }

    @Test
    void inEachSecondTheyAreCountedAnew() {
        for (int second = 0; second < 3; second++) {
            send(FrameWatch.MOST - 1, Http2FrameTypes.PING, 0, 8);
            assertTrue(client.isOpen());
            client.advanceTimeBy(1, TimeUnit.SECONDS);
            client.runScheduledPendingTasks();
        }
    }

    @Test
    void theyAreFoundHoweverTheyAreCutIntoPieces() {
        ByteBuf all = Unpooled.buffer();
        for (int frame = 0; frame < FrameWatch.MOST; frame++) {
            all.writeBytes(frame(Http2FrameTypes.HEADERS, 4, frame % 300))
                    .writeBytes(frame(Http2FrameTypes.PING, 0, 8));
        }
        int size = 1;
        int last = all.readableBytes() - 1;
        while (all.readerIndex() < last) {
            client.writeInbound(all.readRetainedSlice(Math.min(size, last - all.readerIndex())));
            size = size % 700 + 1;
        }
        // What comes last is what such a frame holds, so all of them have been counted.
        assertFalse(client.isOpen());
        all.release();
    }

    /** What is no HTTP/2 is for others to refuse, and passed on as it came. */
    @Test
    void whatIsSomethingElseIsPassedOn() {
        Client other = new Client(2);
        Connections.ofAnybody(10).opened(other);
        String junk = "GET / HTTP/1.1\r\n\r\n".repeat(100);
        other.writeInbound(Unpooled.copiedBuffer(junk, US_ASCII));
        ByteBuf passed = other.readInbound();
        assertEquals(junk, passed.toString(US_ASCII));
        passed.release();
        other.finishAndReleaseAll();
    }
}
