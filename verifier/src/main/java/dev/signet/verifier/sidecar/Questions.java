package dev.signet.verifier.sidecar;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import dev.signet.v1.BatchCheckRequest;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Requests as they are read: as questions. The messages in between are left out and the token stays where it is, as
 * most questions are answered in less time than it takes to make these.
 */
final class Questions {
    static final Marshaller<Question> OF_VERIFY =
            reader(new Fields(0, VerifyRequest.TOKEN_FIELD_NUMBER, 0, 0, false)::question);
    static final Marshaller<Question> OF_CHECK = reader(check(true)::question);
    static final Marshaller<Question> OF_STREAM = reader(new Fields(
            VerifyStreamRequest.ID_FIELD_NUMBER,
            VerifyStreamRequest.TOKEN_FIELD_NUMBER,
            VerifyStreamRequest.PERMISSION_FIELD_NUMBER,
            VerifyStreamRequest.RESOURCE_FIELD_NUMBER,
            false)::question);
    static final Marshaller<List<Question>> OF_BATCH = reader(Questions::batch);

    private static final Fields OF_BATCHED = check(false);
    private static final int CHECKS = text(BatchCheckRequest.CHECKS_FIELD_NUMBER);

    private Questions() {}

    private interface Reading<T> {
        T of(byte[] message) throws IOException;
    }

    /** What is where in a message that asks about one token, by the tags of its fields. */
    private static final class Fields {
        private final int id;
        private final int token;
        private final int permission;
        private final int resource;
        private final boolean always;

        /**
         * By their numbers, 0 for what the message does not have.
         *
         * @param always whether a permission is asked for even where nothing is said of one
         */
        Fields(int id, int token, int permission, int resource, boolean always) {
            this.id = (id << 3) | WireFormat.WIRETYPE_VARINT;
            this.token = text(token);
            this.permission = text(permission);
            this.resource = text(resource);
            this.always = always;
        }

        Question question(byte[] message) throws IOException {
            return question(message, 0, message.length);
        }

        Question question(byte[] message, int from, int length) throws IOException {
            CodedInputStream in = CodedInputStream.newInstance(message, from, length);
            long chosen = 0;
            TokenText presented = TokenText.NONE;
            String asked = "";
            String on = "";
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == token) {
                    int bytes = in.readRawVarint32();
                    int at = from + in.getTotalBytesRead();
                    in.skipRawBytes(bytes);
                    presented = TokenText.in(message, at, bytes);
                } else if (tag == id) {
                    chosen = in.readUInt64();
                } else if (tag == permission) {
                    asked = in.readStringRequireUtf8();
                } else if (tag == resource) {
                    on = in.readStringRequireUtf8();
                } else {
                    skip(in, tag);
                }
            }
            return always || !asked.isEmpty() || !on.isEmpty()
                    ? Question.check(chosen, presented, asked, on)
                    : Question.verify(chosen, presented);
        }
    }

    private static Fields check(boolean always) {
        return new Fields(
                0,
                CheckRequest.TOKEN_FIELD_NUMBER,
                CheckRequest.PERMISSION_FIELD_NUMBER,
                CheckRequest.RESOURCE_FIELD_NUMBER,
                always);
    }

    /** No more of them than tell that there are too many. */
    private static List<Question> batch(byte[] message) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        List<Question> questions = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == CHECKS) {
                int bytes = in.readRawVarint32();
                int from = in.getTotalBytesRead();
                in.skipRawBytes(bytes);
                if (questions.size() <= BatchCall.MAXIMUM) {
                    questions.add(OF_BATCHED.question(message, from, bytes));
                }
            } else {
                skip(in, tag);
            }
        }
        return questions;
    }

    private static int text(int field) {
        return (field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("the end of a group that did not begin");
        }
    }

    private static <T> Marshaller<T> reader(Reading<T> reading) {
        return new Reader<>() {
            @Override
            public T parse(InputStream stream) {
                try {
                    return reading.of(bytes(stream));
                } catch (IOException e) {
                    // As gRPC's own reader of messages.
                    throw Status.INTERNAL
                            .withDescription("Invalid protobuf byte sequence")
                            .withCause(e)
                            .asRuntimeException();
                }
            }
        };
    }

    /** Of what is less often asked, by its message. */
    static <M extends Message, T> Marshaller<T> reader(M prototype, Function<M, T> meaning) {
        Marshaller<M> generated = ProtoUtils.marshaller(prototype);
        return new Reader<>() {
            @Override
            public T parse(InputStream stream) {
                return meaning.apply(generated.parse(stream));
            }
        };
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        byte[] whole = new byte[stream.available()];
        int read = stream.readNBytes(whole, 0, whole.length);
        if (read < whole.length) {
            throw new IOException("less than was told");
        }
        return whole;
    }

    private abstract static class Reader<T> implements Marshaller<T> {
        @Override
        public final InputStream stream(T value) {
            throw new UnsupportedOperationException("requests are only read here");
        }
    }
}
