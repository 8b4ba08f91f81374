package dev.signet.verifier.bench;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Messages as they are on the wire, so that neither client nor echo spends time on what they say. */
final class Bytes {
    private static final Marshaller<byte[]> MARSHALLER = new Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
            return new Whole(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readNBytes(stream.available());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    private Bytes() {}

    static MethodDescriptor<byte[], byte[]> method(MethodDescriptor<?, ?> generated) {
        return generated.toBuilder(MARSHALLER, MARSHALLER).build();
    }

    private static final class Whole extends ByteArrayInputStream implements Drainable, KnownLength {
        Whole(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
