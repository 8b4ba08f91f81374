package dev.signet.authority.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.signet.authority.tokens.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** By what a request with a request id is recognized when it comes again. */
final class Fingerprint {
    private Fingerprint() {}

    static Retry of(String requestId, Message asked) {
        if (requestId.isEmpty()) {
            return Retry.NEVER;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(asked.getDescriptorForType().getFullName().getBytes(StandardCharsets.UTF_8));
            byte[] bytes = new byte[asked.getSerializedSize()];
            CodedOutputStream output = CodedOutputStream.newInstance(bytes);
            output.useDeterministicSerialization();
            asked.writeTo(output);
            return new Retry(requestId, HexFormat.of().formatHex(digest.digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not to be had", e);
        } catch (IOException e) {
            throw new UncheckedIOException("an array has no end", e);
        }
    }
}
