package dev.signet.verifier.sidecar;

import com.google.protobuf.Message;
import dev.signet.v1.BatchCheckRequest;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;

/** Requests as they are read: as questions. */
final class Questions {
    static final Marshaller<Question> OF_VERIFY = reader(
            VerifyRequest.getDefaultInstance(), (VerifyRequest request) -> Question.verify(0, request.getToken()));
    static final Marshaller<Question> OF_CHECK = reader(
            CheckRequest.getDefaultInstance(),
            (CheckRequest request) ->
                    Question.check(0, request.getToken(), request.getPermission(), request.getResource()));
    static final Marshaller<Question> OF_STREAM = reader(
            VerifyStreamRequest.getDefaultInstance(),
            (VerifyStreamRequest request) ->
                    question(request.getId(), request.getToken(), request.getPermission(), request.getResource()));
    static final Marshaller<List<Question>> OF_BATCH = reader(
            BatchCheckRequest.getDefaultInstance(),
            (BatchCheckRequest request) -> request.getChecksList().stream()
                    .limit(BatchCall.MAXIMUM + 1)
                    .map(check -> question(0, check.getToken(), check.getPermission(), check.getResource()))
                    .toList());

    private Questions() {}

    /** A permission is asked for where anything is said of one. */
    private static Question question(long id, String token, String permission, String resource) {
        return permission.isEmpty() && resource.isEmpty()
                ? Question.verify(id, token)
                : Question.check(id, token, permission, resource);
    }

    static <M extends Message, T> Marshaller<T> reader(M prototype, Function<M, T> meaning) {
        Marshaller<M> generated = ProtoUtils.marshaller(prototype);
        return new Marshaller<>() {
            @Override
            public T parse(InputStream stream) {
                return meaning.apply(generated.parse(stream));
            }

            @Override
            public InputStream stream(T value) {
                throw new UnsupportedOperationException("requests are only read here");
            }
        };
    }
}
