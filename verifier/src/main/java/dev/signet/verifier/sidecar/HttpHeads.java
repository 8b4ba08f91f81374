package dev.signet.verifier.sidecar;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads the heads of requests, strictly and within bounds. Once a connection is to end, nothing more is read of it: what
 * comes then may be the rest of a body, and must not be taken for a request.
 */
final class HttpHeads extends HttpRequestDecoder {
    /** Request line. The target is the gateway's own, and may have got the client's query. */
    static final int LONGEST_LINE = 16 << 10;

    /** All headers together: those of the client, the URL that it wanted among them. */
    static final int LARGEST_HEAD = 32 << 10;

    private final HttpConnection connection;

    HttpHeads(HttpConnection connection) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setInitialBufferSize(1 << 10)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (connection.isEnding()) {
            ReferenceCountUtil.release(message);
            return;
        }
        connection.headBegins();
        super.channelRead(context, message);
        if (actualReadableBytes() > 0) {
            connection.headBegins();
        }
    }
}
