package dev.signet.verifier.bench;

import com.google.protobuf.ByteString;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Requests of {@code VerifierService} as bytes: good tokens in turns, and floods of bad ones, each of them new. */
final class Requests {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private Requests() {}

    static byte[] verify(String token) {
        return VerifyRequest.newBuilder().setToken(token).build().toByteArray();
    }

    static byte[] streamed(String token) {
        return VerifyStreamRequest.newBuilder()
                .setId(70_000)
                .setToken(token)
                .build()
                .toByteArray();
    }

    /** One after the other, over and over; for one thread. */
    static Supplier<byte[]> inTurns(String[] tokens, Function<String, byte[]> request) {
        byte[][] requests = java.util.Arrays.stream(tokens).map(request).toArray(byte[][]::new);
        return new Supplier<>() {
            private int at;

            @Override
            public byte[] get() {
                at = at + 1 < requests.length ? at + 1 : 0;
                return requests[at];
            }
        };
    }

    /** What was signed, with a signature that fits nothing. */
    static Supplier<byte[]> badSignatures(String token) {
        return withRandomSignature(token.substring(0, token.lastIndexOf('.') + 1));
    }

    /** Keys that nobody has. */
    static Supplier<byte[]> unknownKeys(String token) {
        String header = BASE64URL.encodeToString("{\"alg\":\"ES256\",\"kid\":\"nobodys\",\"typ\":\"at+jwt\"}"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return withRandomSignature(header + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1));
    }

    /** A segment too many. */
    static Supplier<byte[]> malformed(String token) {
        return withRandomSignature(token + ".");
    }

    private static Supplier<byte[]> withRandomSignature(String before) {
        ByteString fixed = ByteString.copyFromUtf8(before);
        return () -> {
            byte[] signature = new byte[64];
            ThreadLocalRandom.current().nextBytes(signature);
            return VerifyRequest.newBuilder()
                    .setTokenBytes(fixed.concat(ByteString.copyFrom(BASE64URL.encode(signature))))
                    .build()
                    .toByteArray();
        };
    }
}
