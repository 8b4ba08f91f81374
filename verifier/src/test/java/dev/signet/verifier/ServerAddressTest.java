package dev.signet.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
    @Test
    void plaintextOrTls() {
        assertEquals(new ServerAddress("127.0.0.1", 8470, false), ServerAddress.parse("authority", "127.0.0.1:8470"));
        assertEquals(
                new ServerAddress("signet.example", 8470, true),
                ServerAddress.parse("authority", "https://signet.example:8470"));
        assertEquals(
                "https://[::1]:8470",
                ServerAddress.parse("authority", "https://[::1]:8470").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://", "https://host", "https://host:8470/", "http://127.0.0.1:8470", "https://a@b:8470/c"})
    void nothingElse(String text) {
        assertEquals(
                "authority",
                assertThrows(InvalidConfiguration.class, () -> ServerAddress.parse("authority", text))
                        .key());
    }

    @Test
    void plaintextStaysOnLoopback() {
        assertEquals(
                1,
                ServerAddress.parse("authority", "127.0.0.1:1")
                        .plaintext("authority")
                        .getPort());
        InvalidConfiguration refused = assertThrows(
                InvalidConfiguration.class,
                () -> ServerAddress.parse("authority", "192.0.2.1:8470").plaintext("authority"));
        assertTrue(String.valueOf(refused.getMessage()).contains("https://192.0.2.1:8470"), refused.getMessage());
    }
}
