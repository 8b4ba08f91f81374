package dev.signet.authority.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.signet.authority.errors.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/** Refuses texts that not every store can hold, or so much as be asked about, wherever they are in a request. */
final class TextGate implements ServerInterceptor {

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                if (message instanceof Message request) {
                    check("", request);
                }
                super.onMessage(message);
            }
        };
    }

    private static void check(String path, Message message) {
        message.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.STRING
                    || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                for (Object each : field.isRepeated() ? (List<?>) value : List.of(value)) {
                    check(path + field.getName(), each);
                }
            }
        });
    }

    private static void check(String path, Object value) {
        if (value instanceof Message message) {
            check(path + ".", message);
        } else if (value.toString().indexOf('\0') >= 0) {
            throw Refusal.invalid(path, "must not hold the character U+0000");
        }
    }
}
