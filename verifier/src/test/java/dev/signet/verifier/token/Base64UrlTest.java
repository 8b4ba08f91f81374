package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base64UrlTest {
    private static final Base64.Encoder JDK = Base64.getUrlEncoder().withoutPadding();
    private static final Random RANDOM = new Random(3);

    @Test
    void bytesOfEveryLengthAreReadWhereverTheyStand() {
        for (int length = 1; length < 100; length++) {
            byte[] bytes = new byte[length];
            RANDOM.nextBytes(bytes);
            String text = JDK.encodeToString(bytes);
            assertArrayEquals(bytes, Base64Url.decode(text.getBytes(ISO_8859_1), 0, text.length()), text);
            byte[] within = ("é." + text + "=").getBytes(ISO_8859_1);
            assertArrayEquals(bytes, Base64Url.decode(within, 2, 2 + text.length()), text);
        }
    }

    @Test
    void noOtherCharacterIsLetPassAnywhere() {
        for (int length = 1; length < 16; length++) {
            byte[] text = JDK.encode(new byte[length]);
            for (int at = 0; at < text.length; at++) {
                for (int c = 0; c < 256; c++) {
                    if (c == '-' || c == '_' || (c < 128 && Character.isLetterOrDigit(c))) {
                        continue;
                    }
                    byte[] broken = text.clone();
                    broken[at] = (byte) c;
                    assertThrows(MalformedToken.class, () -> Base64Url.decode(broken, 0, broken.length));
                }
            }
        }
    }
}
