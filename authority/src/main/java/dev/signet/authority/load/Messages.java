package dev.signet.authority.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifyResponse;
import dev.signet.v1.VerifyStreamError;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Requests that were encoded before, and answers of which only the verdict is read: what the client does in a call is
 * taken from the machine that the server may share.
 */
final class Messages {
    private static final byte ID_TAG = (byte) ((VerifyStreamRequest.ID_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_VARINT);

    private Messages() {}

    /** An answer on a stream. */
    record StreamAnswer(long id, int verdict, String error) {}

    /** A method with encoded requests, whose answers are read by {@code reader}. */
    static <A> MethodDescriptor<byte[], A> method(MethodDescriptor<?, ?> generated, MethodType type, Reader<A> reader) {
        return MethodDescriptor.<byte[], A>newBuilder()
                .setType(type)
                .setFullMethodName(generated.getFullMethodName())
                .setRequestMarshaller(new Encoded<>(input -> input))
                .setResponseMarshaller(new Encoded<>(reader))
                .build();
    }

    interface Reader<A> {
        A read(byte[] message) throws IOException;
    }

    /** The number of the reason in a {@code VerifyResponse}; 0 where the token is accepted, -1 without a verdict. */
    static int verdictOf(byte[] response) throws IOException {
        int verdict = -1;
        CodedInputStream in = CodedInputStream.newInstance(response);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == VerifyResponse.VERDICT_FIELD_NUMBER) {
                verdict = verdict(in);
            } else {
                in.skipField(tag);
            }
        }
        return verdict;
    }

    static StreamAnswer streamAnswer(byte[] response) throws IOException {
        long id = 0;
        int verdict = -1;
        String error = "";
        CodedInputStream in = CodedInputStream.newInstance(response);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case VerifyStreamResponse.ID_FIELD_NUMBER -> id = in.readUInt64();
                case VerifyStreamResponse.VERDICT_FIELD_NUMBER -> verdict = verdict(in);
                case VerifyStreamResponse.ERROR_FIELD_NUMBER ->
                    error = in.readMessage(VerifyStreamError.parser(), ExtensionRegistryLite.getEmptyRegistry())
                            .getReason();
                default -> in.skipField(tag);
            }
        }
        return new StreamAnswer(id, verdict, error);
    }

    private static int verdict(CodedInputStream in) throws IOException {
        boolean accepted = false;
        int reason = 0;
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Verdict.ACCEPTED_FIELD_NUMBER -> accepted = in.readBool();
                case Verdict.REASON_FIELD_NUMBER -> reason = in.readEnum();
                default -> in.skipField(tag);
            }
        }
        in.popLimit(limit);
        return accepted ? PlannedCall.ACCEPTED : reason == 0 ? -1 : reason;
    }

    /** A request of a stream: the id before what was encoded without one. */
    static byte[] withId(long id, byte[] message) {
        int length = 1;
        for (long rest = id >>> 7; rest != 0; rest >>>= 7) {
            length++;
        }
        byte[] whole = new byte[1 + length + message.length];
        whole[0] = ID_TAG;
        int at = 1;
        long rest = id;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            whole[at++] = (byte) ((rest & 0x7f) | 0x80);
        }
        whole[at++] = (byte) rest;
        System.arraycopy(message, 0, whole, at, message.length);
        return whole;
    }

    private record Encoded<T>(Reader<T> reader) implements Marshaller<T> {
        @Override
        public InputStream stream(T value) {
            return new EncodedStream((byte[]) value);
        }

        @Override
        public T parse(InputStream stream) {
            try {
                return reader.read(stream.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Lets the transport ask how long it is, and copy it at once. */
    private static final class EncodedStream extends ByteArrayInputStream implements KnownLength, Drainable {
        EncodedStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            target.write(buf, pos, length);
            pos += length;
            return length;
        }
    }
}
