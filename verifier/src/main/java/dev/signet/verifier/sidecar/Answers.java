package dev.signet.verifier.sidecar;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import dev.signet.v1.Grant;
import dev.signet.v1.Kind;
import dev.signet.v1.Principal;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.VerifyResponse;
import dev.signet.v1.VerifyStreamError;
import dev.signet.v1.VerifyStreamResponse;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.Verdict.Reason;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Verdicts as they are sent. The bytes of an accepted token are kept with it for as long as its grants are the same
 * ones, as they say nothing else that could change. A verdict is the first field of the answers to {@code Verify} and
 * {@code Check} and of each entry of a batch, so the same bytes do for all three.
 */
final class Answers {
    /** Sends bytes as they are. */
    static final Marshaller<byte[]> AS_THEY_ARE = new Marshaller<>() {
        @Override
        public InputStream stream(byte[] answer) {
            return new Whole(answer);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("answers are only written here");
        }
    };

    private static final Map<Reason, byte[]> REJECTIONS = new EnumMap<>(Reason.class);

    static {
        for (Reason reason : Reason.values()) {
            REJECTIONS.put(
                    reason,
                    answer(dev.signet.v1.Verdict.newBuilder()
                            .setReason(RejectionReason.valueOf("REJECTION_REASON_" + reason))
                            .build()));
        }
    }

    /** What is kept with a token. */
    private static final class Kept {
        private final Grants grants;
        private final byte[] answer;

        Kept(Grants grants, byte[] answer) {
            this.grants = grants;
            this.answer = answer;
        }

        /** The same object, as comparing what it says would cost more than to encode it anew. */
        @SuppressWarnings("ReferenceEquality")
        boolean holdsFor(Grants now) {
            return grants == now;
        }
    }

    private Answers() {}

    /** A response with this verdict as its first field; not to be changed. */
    static byte[] of(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            if (accepted.token().attachment() instanceof Kept kept && kept.holdsFor(accepted.grants())) {
                return kept.answer;
            }
            byte[] answer = answer(encode(accepted));
            accepted.token().attach(new Kept(accepted.grants(), answer));
            return answer;
        }
        return Objects.requireNonNull(REJECTIONS.get(((Verdict.Rejected) verdict).reason()));
    }

    /** On a stream the id comes first, and the verdict is the field after it. */
    static byte[] streamed(long id, Verdict verdict) {
        byte[] answer = of(verdict);
        try {
            byte[] streamed = new byte
                    [(id == 0 ? 0 : CodedOutputStream.computeUInt64Size(VerifyStreamResponse.ID_FIELD_NUMBER, id))
                            + answer.length];
            CodedOutputStream out = CodedOutputStream.newInstance(streamed);
            if (id != 0) {
                out.writeUInt64(VerifyStreamResponse.ID_FIELD_NUMBER, id);
            }
            out.write((byte) (VerifyStreamResponse.VERDICT_FIELD_NUMBER << 3 | 2));
            out.write(answer, 1, answer.length - 1);
            return streamed;
        } catch (IOException e) {
            throw new IllegalStateException("an array has room for what was measured", e);
        }
    }

    static byte[] streamed(long id, String reason, String field, String message) {
        return VerifyStreamResponse.newBuilder()
                .setId(id)
                .setError(VerifyStreamError.newBuilder()
                        .setReason(reason)
                        .setField(field)
                        .setMessage(message))
                .build()
                .toByteArray();
    }

    static byte[] batch(byte[][] answers) {
        int length = 0;
        for (byte[] answer : answers) {
            length += answer.length;
        }
        byte[] batch = new byte[length];
        int at = 0;
        for (byte[] answer : answers) {
            System.arraycopy(answer, 0, batch, at, answer.length);
            at += answer.length;
        }
        return batch;
    }

    private static byte[] answer(dev.signet.v1.Verdict verdict) {
        return VerifyResponse.newBuilder().setVerdict(verdict).build().toByteArray();
    }

    private static dev.signet.v1.Verdict encode(Verdict.Accepted accepted) {
        Claims claims = accepted.claims();
        dev.signet.v1.Verdict.Builder message = dev.signet.v1.Verdict.newBuilder()
                .setAccepted(true)
                .setPrincipal(principal(claims))
                .addAllGrants(encode(accepted.grants()));
        if (claims.expiresAt() != Claims.NEVER) {
            message.setExpireTime(Timestamp.newBuilder().setSeconds(claims.expiresAt()));
        }
        return message.build();
    }

    private static Principal principal(Claims claims) {
        String organization = claims.organization() == null ? "" : "organizations/" + claims.organization();
        return Principal.newBuilder()
                .setName(claims.principalName())
                .setKind(Kind.valueOf("KIND_" + claims.kind()))
                .setOrganization(organization)
                .build();
    }

    /** In the order of resource ids, so that equal grants read equal. */
    private static List<Grant> encode(Grants grants) {
        List<Grant> encoded = new ArrayList<>();
        new TreeMap<>(grants.byResource())
                .forEach((resource, roles) -> roles.forEach(role -> encoded.add(
                        Grant.newBuilder().setResource(resource).setRole(role).build())));
        return encoded;
    }

    /** Bytes that are copied once, to where the transport wants them. */
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
