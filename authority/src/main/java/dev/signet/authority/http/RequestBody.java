package dev.signet.authority.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** The body of a request, read as it comes: no thread waits for a client. */
final class RequestBody {
    private final Request request;
    private final int largest;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    RequestBody(Request request, int largest) {
        this.request = request;
        this.largest = largest;
    }

    /** Who is told once, on any thread. */
    interface Reader {
        void whole(byte[] bytes);

        /** The rest was not read. */
        void tooLarge();

        /** It did not come, or is no body. */
        void failed(Throwable failure);
    }

    void read(Reader reader) {
        if (request.getLength() > largest) {
            reader.tooLarge();
            return;
        }
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(() -> read(reader));
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                reader.failed(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            ByteBuffer content = chunk.getByteBuffer();
            byte[] part = new byte[content.remaining()];
            content.get(part);
            chunk.release();
            bytes.writeBytes(part);
            if (bytes.size() > largest) {
                reader.tooLarge();
                return;
            }
            if (last) {
                reader.whole(bytes.toByteArray());
                return;
            }
        }
    }
}
