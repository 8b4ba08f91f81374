package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.signet.v1.BatchCheckRequest;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.verifier.testkit.TestTokens;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests are read as protobuf's own messages say that they are. */
final class QuestionsTest {
    private static final int MUTATIONS = 20_000;
    private static final String RESOURCE = "organizations/" + TestTokens.ORGANIZATION;

    private static final UnknownFieldSet FROM_LATER = UnknownFieldSet.newBuilder()
            .addField(
                    900,
                    UnknownFieldSet.Field.newBuilder()
                            .addVarint(7)
                            .addFixed32(1)
                            .addFixed64(2)
                            .addLengthDelimited(ByteString.copyFromUtf8("later"))
                            .addGroup(UnknownFieldSet.getDefaultInstance())
                            .build())
            .build();

    /** What a question is by its message; null where nothing is said, which the answer tells. */
    private record Meaning(
            long id,
            String token,
            @Nullable String permission,
            @Nullable String field) {
        static Meaning of(Question question) {
            return new Meaning(
                    question.id(),
                    question.token().text(),
                    question.permission(),
                    question.mistake() == null ? null : question.mistake().field());
        }

        static Meaning of(long id, String token, String permission, String resource, boolean always) {
            TokenText text = TokenText.of(token);
            return of(
                    always || !permission.isEmpty() || !resource.isEmpty()
                            ? Question.check(id, text, permission, resource)
                            : Question.verify(id, text));
        }
    }

    @Test
    void verify() throws InvalidProtocolBufferException {
        assertEquals(new Meaning(0, "a.b.c", null, null), read(Questions.OF_VERIFY, verifyRequest()));
        assertEquals(new Meaning(0, "", null, null), read(Questions.OF_VERIFY, VerifyRequest.getDefaultInstance()));
        mutate(
                verifyRequest(),
                bytes -> {
                    VerifyRequest request = VerifyRequest.parseFrom(bytes);
                    return Meaning.of(0, request.getToken(), "", "", false);
                },
                Questions.OF_VERIFY);
    }

    @Test
    void check() throws InvalidProtocolBufferException {
        assertEquals(new Meaning(0, "a.b.c", "x.y", null), read(Questions.OF_CHECK, checkRequest()));
        assertEquals(new Meaning(0, "", null, "resource"), read(Questions.OF_CHECK, CheckRequest.getDefaultInstance()));
        mutate(
                checkRequest(),
                bytes -> {
                    CheckRequest request = CheckRequest.parseFrom(bytes);
                    return Meaning.of(0, request.getToken(), request.getPermission(), request.getResource(), true);
                },
                Questions.OF_CHECK);
    }

    @Test
    void stream() throws InvalidProtocolBufferException {
        for (long id : new long[] {0, 1, 127, 128, 70_000, Long.MAX_VALUE, -1}) {
            VerifyStreamRequest request = streamRequest().toBuilder().setId(id).build();
            assertEquals(new Meaning(id, "a.b.c", "x.y", null), read(Questions.OF_STREAM, request));
            VerifyStreamRequest unasked =
                    request.toBuilder().clearPermission().clearResource().build();
            assertEquals(new Meaning(id, "a.b.c", null, null), read(Questions.OF_STREAM, unasked));
        }
        mutate(
                streamRequest(),
                bytes -> {
                    VerifyStreamRequest request = VerifyStreamRequest.parseFrom(bytes);
                    return Meaning.of(
                            request.getId(), request.getToken(), request.getPermission(), request.getResource(), false);
                },
                Questions.OF_STREAM);
    }

    @Test
    void batch() {
        BatchCheckRequest request = BatchCheckRequest.newBuilder()
                .addChecks(checkRequest())
                .addChecks(CheckRequest.newBuilder().setToken("d.e.f"))
                .addChecks(CheckRequest.getDefaultInstance())
                .setUnknownFields(FROM_LATER)
                .build();
        assertEquals(
                List.of(
                        new Meaning(0, "a.b.c", "x.y", null),
                        new Meaning(0, "d.e.f", null, null),
                        new Meaning(0, "", null, null)),
                parse(Questions.OF_BATCH, request.toByteArray()).stream()
                        .map(Meaning::of)
                        .toList());
        byte[] whole = request.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            boolean readable = isReadable(() -> BatchCheckRequest.parseFrom(cut));
            assertEquals(readable, isReadable(() -> parse(Questions.OF_BATCH, cut)), "cut at " + length);
        }
    }

    @Test
    void noMoreOfABatchIsKeptThanTellsThatItIsTooLarge() {
        BatchCheckRequest.Builder request = BatchCheckRequest.newBuilder();
        for (int i = 0; i < BatchCall.MAXIMUM + 50; i++) {
            request.addChecks(checkRequest());
        }
        assertEquals(
                BatchCall.MAXIMUM + 1,
                parse(Questions.OF_BATCH, request.build().toByteArray()).size());
    }

    @Test
    void whatIsNoMessageEndsTheCallAsInGrpcItself() {
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class, () -> parse(Questions.OF_VERIFY, new byte[] {(byte) 0x0a, 5, 'a'}));
        assertEquals(Status.Code.INTERNAL, refused.getStatus().getCode());
    }

    /** Such text was refused together with its call before; now it is what it is, no token. */
    @Test
    void aTokenBeyondUtf8IsReadAsItsBytes() {
        byte[] message = {(byte) 0x0a, 2, (byte) 0xc3, (byte) 0x28};
        assertEquals(
                new String(new byte[] {(byte) 0xc3, 0x28}, ISO_8859_1),
                parse(Questions.OF_VERIFY, message).token().text());
    }

    /** A question may have to wait, and counts then with the length of its token. */
    @Test
    void noQuestionKeepsMoreThanTwiceItsToken() {
        UnknownFieldSet padding = UnknownFieldSet.newBuilder()
                .addField(
                        900,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[1 << 16]))
                                .build())
                .build();
        CheckRequest check =
                checkRequest().toBuilder().setUnknownFields(padding).build();
        BatchCheckRequest batch =
                BatchCheckRequest.newBuilder().addChecks(check).addChecks(check).build();
        List<Question> questions = new ArrayList<>(parse(Questions.OF_BATCH, batch.toByteArray()));
        questions.add(parse(Questions.OF_CHECK, check.toByteArray()));
        for (Question question : questions) {
            assertEquals("a.b.c", question.token().text());
            assertEquals(5, question.token().bytes().length);
        }
        byte[] usual = VerifyRequest.newBuilder().setToken("a.b.c").build().toByteArray();
        assertEquals(usual.length, parse(Questions.OF_VERIFY, usual).token().bytes().length);
    }

    @Test
    void aPermissionIsNoLongerThanAnyCanBe() {
        for (int length : new int[] {Requirement.LONGEST_PERMISSION, Requirement.LONGEST_PERMISSION + 1}) {
            CheckRequest request =
                    checkRequest().toBuilder().setPermission("x".repeat(length)).build();
            assertEquals(
                    length > Requirement.LONGEST_PERMISSION ? "permission" : null,
                    read(Questions.OF_CHECK, request).field());
        }
    }

    @Test
    void theTokenIsNotPrinted() {
        Question question = parse(Questions.OF_VERIFY, verifyRequest().toByteArray());
        assertFalse(question.toString().contains("a.b.c")
                || question.token().toString().contains("a.b.c"));
    }

    private static VerifyRequest verifyRequest() {
        return VerifyRequest.newBuilder()
                .setToken("a.b.c")
                .setUnknownFields(FROM_LATER)
                .build();
    }

    private static CheckRequest checkRequest() {
        return CheckRequest.newBuilder()
                .setToken("a.b.c")
                .setPermission("x.y")
                .setResource(RESOURCE)
                .setUnknownFields(FROM_LATER)
                .build();
    }

    private static VerifyStreamRequest streamRequest() {
        return VerifyStreamRequest.newBuilder()
                .setId(300)
                .setToken("a.b.c")
                .setPermission("x.y")
                .setResource(RESOURCE)
                .setUnknownFields(FROM_LATER)
                .build();
    }

    private interface Expected {
        Meaning of(byte[] message) throws InvalidProtocolBufferException;
    }

    private interface Attempt {
        Object run() throws InvalidProtocolBufferException;
    }

    /** Messages with bytes changed or cut off: read as protobuf reads them, or by neither but for what is no token. */
    private static void mutate(Message message, Expected expected, Marshaller<Question> marshaller)
            throws InvalidProtocolBufferException {
        Random random = new Random(6);
        byte[] whole = message.toByteArray();
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = Arrays.copyOf(whole, whole.length - random.nextInt(3));
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(128);
            }
            if (isReadable(() -> expected.of(mutated))) {
                assertEquals(expected.of(mutated), Meaning.of(parse(marshaller, mutated)));
                read++;
            } else if (isReadable(() -> parse(marshaller, mutated))) {
                String token = parse(marshaller, mutated).token().text();
                assertFalse(
                        US_ASCII.newEncoder().canEncode(token),
                        () -> HexFormat.of().formatHex(mutated));
            }
        }
        assertTrue(read > MUTATIONS / 20);
        assertNotEquals(MUTATIONS, read);
    }

    private static boolean isReadable(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (InvalidProtocolBufferException | StatusRuntimeException e) {
            return false;
        }
    }

    private static Meaning read(Marshaller<Question> marshaller, Message request) {
        return Meaning.of(parse(marshaller, request.toByteArray()));
    }

    private static <T> T parse(Marshaller<T> marshaller, byte[] message) {
        return marshaller.parse(new ByteArrayInputStream(message));
    }
}
