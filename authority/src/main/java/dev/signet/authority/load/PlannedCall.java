package dev.signet.authority.load;

import dev.signet.v1.RejectionReason;

/** One call, ready to be sent. Its message is a secret, as it holds a token or an API key. */
final class PlannedCall {
    static final int ACCEPTED = 0;

    private final Kind kind;
    private final byte[] message;
    private final int expected;

    private PlannedCall(Kind kind, byte[] message, int expected) {
        this.kind = kind;
        this.message = message;
        this.expected = expected;
    }

    static PlannedCall accepted(Kind kind, byte[] message) {
        return new PlannedCall(kind, message, ACCEPTED);
    }

    static PlannedCall rejected(Kind kind, byte[] message, RejectionReason reason) {
        return new PlannedCall(kind, message, reason.getNumber());
    }

    Kind kind() {
        return kind;
    }

    /** The encoded request; nobody changes it. */
    byte[] message() {
        return message;
    }

    /** The number of the reason for which it is to be rejected; 0 where it is to be accepted. */
    int expected() {
        return expected;
    }

    @Override
    public String toString() {
        return "PlannedCall[" + kind + "]";
    }
}
