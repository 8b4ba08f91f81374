package dev.signet.verifier.ports;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.concurrent.TimeUnit;

/**
 * Counts the frames of HTTP/2 that carry nothing of a call, and ends a connection that sends them without end: settings,
 * pings and the like cost their sender nothing, must be answered, and are no calls that anything else would count.
 */
final class FrameWatch extends ChannelInboundHandlerAdapter {
    /** In a second. A busy client sends some hundreds. */
    static final int MOST = 10_000;

    /** What a client says before its first frame. */
    private static final int PREFACE = 24;

    private static final int HEAD = 9;
    private static final int END_STREAM = 1;

    private int toSkip = PREFACE;
    private int headRead;
    private int length;
    private int type;
    private int flags;
    private int count;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && count < MOST) {
            int before = count;
            read(bytes);
            if (count >= MOST) {
                bytes.release();
                var unused = context.close();
                return;
            }
            if (before == 0 && count > 0) {
                var unused = context.executor().schedule(() -> count = 0, 1, TimeUnit.SECONDS);
            }
        }
        context.fireChannelRead(message);
    }

    private void read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, end - at);
                toSkip -= skipped;
                at += skipped;
                continue;
            }
            int value = bytes.getUnsignedByte(at);
            at++;
            switch (headRead) {
                case 0, 1, 2 -> length = length << 8 | value;
                case 3 -> type = value;
                case 4 -> flags = value;
                default -> {
                    // The stream, whichever it is.
                }
            }
            headRead++;
            if (headRead == HEAD) {
                headEnds();
            }
        }
    }

    private void headEnds() {
        boolean ofACall = type == Http2FrameTypes.HEADERS
                || (type == Http2FrameTypes.DATA && (length > 0 || (flags & END_STREAM) != 0));
        if (!ofACall) {
            count++;
        }
        toSkip = length;
        headRead = 0;
        length = 0;
    }
}
