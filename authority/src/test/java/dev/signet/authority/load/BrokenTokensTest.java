package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.signet.v1.RejectionReason;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BrokenTokensTest {
    private static final String TOKEN =
            "eyJhbGciOiJFUzI1NiJ9." + "eyJzdWIi".repeat(40) + "." + "aZ09-_".repeat(14) + "AA";

    @Test
    void allAreDifferentAndBrokenAsTheySay() {
        Set<String> texts = new HashSet<>();
        int badSignatures = 0;
        for (BrokenTokens.Broken broken : BrokenTokens.of(TOKEN, 201)) {
            texts.add(broken.text());
            assertNotEquals(TOKEN, broken.text());
            String[] parts = broken.text().split("\\.", -1);
            assertEquals(3, parts.length, broken.text());
            boolean isText = broken.text().matches("[A-Za-z0-9_.-]+");
            if (broken.reason() == RejectionReason.REJECTION_REASON_BAD_SIGNATURE) {
                badSignatures++;
                assertEquals(TOKEN.substring(0, TOKEN.lastIndexOf('.')), parts[0] + "." + parts[1]);
                assertEquals(true, isText);
                assertEquals('A', broken.text().charAt(broken.text().length() - 1));
            } else {
                assertEquals(false, isText, broken.text());
            }
        }
        assertEquals(201, texts.size());
        assertEquals(101, badSignatures);
    }
}
