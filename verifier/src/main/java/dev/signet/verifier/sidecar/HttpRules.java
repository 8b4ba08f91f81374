package dev.signet.verifier.sidecar;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;

/** What RFC 9112 has to say of the head of a request, beyond how it is read. */
final class HttpRules {
    /** The request may be answered for what it asks. */
    static final int FOLLOWED = 0;

    private HttpRules() {}

    /** {@link #FOLLOWED}, or the status that says why it is not answered for what it asks. */
    static int check(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            Throwable failure = request.decoderResult().cause();
            if (failure instanceof TooLongHttpLineException) {
                return 414;
            }
            return failure instanceof TooLongHttpHeaderException ? 431 : 400;
        }
        HttpVersion version = request.protocolVersion();
        if (version.equals(HttpVersion.HTTP_1_1)) {
            return namesOneHost(request.headers()) && isChunkedAtMost(request.headers()) ? FOLLOWED : 400;
        }
        return version.equals(HttpVersion.HTTP_1_0) ? FOLLOWED : 505;
    }

    private static boolean namesOneHost(HttpHeaders headers) {
        Iterator<String> hosts = headers.valueStringIterator(HttpHeaderNames.HOST);
        if (!hosts.hasNext()) {
            return false;
        }
        hosts.next();
        return !hosts.hasNext();
    }

    /** Any other coding, or one more, is read in another way by others. */
    private static boolean isChunkedAtMost(HttpHeaders headers) {
        Iterator<String> codings = headers.valueStringIterator(HttpHeaderNames.TRANSFER_ENCODING);
        return !codings.hasNext()
                || (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.next()) && !codings.hasNext());
    }

    static boolean announcesBody(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return (length != null && !length.equals("0")) || headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    }
}
