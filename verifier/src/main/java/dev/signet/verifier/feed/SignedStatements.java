package dev.signet.verifier.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;

/** What the signature of a statement is made over. */
public final class SignedStatements {
    private static final byte[] TYP = "signet-feed+v1\0".getBytes(US_ASCII);

    private SignedStatements() {}

    /** The statement behind a prefix of its own, so that no signature over anything else fits it. */
    public static byte[] input(ByteString statement) {
        byte[] input = new byte[TYP.length + statement.size()];
        System.arraycopy(TYP, 0, input, 0, TYP.length);
        statement.copyTo(input, TYP.length);
        return input;
    }
}
