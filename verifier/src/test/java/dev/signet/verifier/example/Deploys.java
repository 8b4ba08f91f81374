package dev.signet.verifier.example;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The methods that one service offers to the other. Real ones come from a .proto file; these speak in plain text. */
public final class Deploys {
    public static final String SERVICE = "acme.v1.Deploys";

    /** Deploys an image, and says by whom. */
    public static final MethodDescriptor<String, String> CREATE = method("Create", MethodType.UNARY);

    /** Tells of the deploys of a deployment for as long as somebody listens. */
    public static final MethodDescriptor<String, String> WATCH = method("Watch", MethodType.SERVER_STREAMING);

    private Deploys() {}

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
