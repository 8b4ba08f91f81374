package dev.signet.authority.load;

import dev.signet.v1.RejectionReason;
import java.util.ArrayList;
import java.util.List;

/** Texts that are rejected for what they are, made of a good token. */
final class BrokenTokens {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private BrokenTokens() {}

    /** @param reason why it is rejected */
    record Broken(String text, RejectionReason reason) {
        @Override
        public String toString() {
            return "Broken[" + reason + "]";
        }
    }

    /** Half of them no tokens, half with a signature that does not fit, all different. */
    static List<Broken> of(String token, int count) {
        int payload = token.indexOf('.') + 1;
        int signature = token.lastIndexOf('.') + 1;
        // The last character also holds bits that must be 0, and is left alone.
        int changeable = token.length() - 1 - signature;
        List<Broken> broken = new ArrayList<>();
        for (int number = 0; broken.size() < count; number++) {
            int round = 1 + number / changeable;
            broken.add(new Broken(
                    changed(token, signature + number % changeable, round),
                    RejectionReason.REJECTION_REASON_BAD_SIGNATURE));
            if (broken.size() < count) {
                int at = payload + number % (signature - payload - 2);
                broken.add(new Broken(
                        token.substring(0, at) + "!" + token.substring(at + 1 + number % 2),
                        RejectionReason.REJECTION_REASON_MALFORMED));
            }
        }
        return broken;
    }

    private static String changed(String token, int at, int by) {
        int next = (ALPHABET.indexOf(token.charAt(at)) + by) % ALPHABET.length();
        return token.substring(0, at) + ALPHABET.charAt(next) + token.substring(at + 1);
    }
}
