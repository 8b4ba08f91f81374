package dev.signet.verifier.sidecar;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests straight from their bytes: a token is base64url, for which protobuf's checked decoding of strings
 * takes several times as long as all of the verifier's own work. Text that is not UTF-8 becomes a malformed token.
 */
final class Questions {
    static final Marshaller<Question> OF_VERIFY = new Reader<>() {
        @Override
        Question read(CodedInputStream bytes) throws IOException {
            return question(bytes, 0, Asking.NEVER);
        }
    };
    static final Marshaller<Question> OF_CHECK = new Reader<>() {
        @Override
        Question read(CodedInputStream bytes) throws IOException {
            return question(bytes, 0, Asking.ALWAYS);
        }
    };
    static final Marshaller<Question> OF_STREAM = new Reader<>() {
        @Override
        Question read(CodedInputStream bytes) throws IOException {
            return question(bytes, 1, Asking.MAYBE);
        }
    };
    /** Reads one more than a batch may hold at most, which tells that there are too many. */
    static final Marshaller<List<Question>> OF_BATCH = new Reader<>() {
        @Override
        List<Question> read(CodedInputStream bytes) throws IOException {
            List<Question> questions = new ArrayList<>();
            for (int tag = bytes.readTag(); tag != 0; tag = bytes.readTag()) {
                if (tag == textTag(1) && questions.size() <= BatchCall.MAXIMUM) {
                    int end = bytes.pushLimit(bytes.readRawVarint32());
                    questions.add(question(bytes, 0, Asking.MAYBE));
                    bytes.popLimit(end);
                } else {
                    skip(bytes, tag);
                }
            }
            return questions;
        }
    };

    private enum Asking {
        NEVER,
        MAYBE,
        ALWAYS
    }

    private Questions() {}

    /** @param before how many fields there are before the token: none, or the id */
    private static Question question(CodedInputStream bytes, int before, Asking asking) throws IOException {
        long id = 0;
        String token = "";
        String permission = "";
        String resource = "";
        for (int tag = bytes.readTag(); tag != 0; tag = bytes.readTag()) {
            if (tag == textTag(before + 1)) {
                token = bytes.readString();
            } else if (asking != Asking.NEVER && tag == textTag(before + 2)) {
                permission = bytes.readString();
            } else if (asking != Asking.NEVER && tag == textTag(before + 3)) {
                resource = bytes.readString();
            } else if (before == 1 && tag == (1 << 3 | WireFormat.WIRETYPE_VARINT)) {
                id = bytes.readUInt64();
            } else {
                skip(bytes, tag);
            }
        }
        boolean asks = asking == Asking.ALWAYS || !permission.isEmpty() || !resource.isEmpty();
        return asks ? Question.check(id, token, permission, resource) : Question.verify(id, token);
    }

    private static int textTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** What a newer client may say. */
    private static void skip(CodedInputStream bytes, int tag) throws IOException {
        if (!bytes.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that never began");
        }
    }

    /** From a stream to its bytes, which do not outlive the call. */
    private abstract static class Reader<T> implements Marshaller<T> {
        private static final int USUAL = 16 << 10;
        private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[USUAL]);

        abstract T read(CodedInputStream bytes) throws IOException;

        @Override
        public T parse(InputStream stream) {
            try {
                int length = stream instanceof KnownLength ? stream.available() : Integer.MAX_VALUE;
                if (length > USUAL) {
                    return read(CodedInputStream.newInstance(stream.readAllBytes()));
                }
                byte[] buffer = BUFFER.get();
                return read(CodedInputStream.newInstance(buffer, 0, stream.readNBytes(buffer, 0, length)));
            } catch (IOException e) {
                // Its cause may quote the request.
                throw Status.INVALID_ARGUMENT
                        .withDescription("not a message of this method")
                        .asRuntimeException();
            }
        }

        @Override
        public InputStream stream(T value) {
            throw new UnsupportedOperationException("requests are only read here");
        }
    }
}
