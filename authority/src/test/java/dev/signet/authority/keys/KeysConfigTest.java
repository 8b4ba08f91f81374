package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysConfigTest {
    private static final Path LIBRARY = Path.of("/usr/lib/a module.so");
    private static final Path PIN_FILE = Path.of("/a/pin");

    private static void assertInvalid(String key, Executable making) {
        assertEquals(key, assertThrows(InvalidConfiguration.class, making).key());
    }

    private static KeysConfig rotating(Duration period) {
        return new KeysConfig(null, null, Algorithm.ES256, period, null);
    }

    private static @Nullable Pkcs11Config hsm(
            @Nullable Path library, @Nullable String token, @Nullable Path pinFile, @Nullable String pin) {
        return Pkcs11Config.of(library, token, pinFile, pin);
    }

    @Test
    void aKeySignsForASecondAtLeastAndTenYearsAtMost() {
        Duration tenYears = Duration.ofDays(3650);
        assertDoesNotThrow(() -> rotating(Duration.ofSeconds(1)));
        assertDoesNotThrow(() -> rotating(tenYears));
        assertInvalid("key-rotation-period", () -> rotating(Duration.ofMillis(999)));
        assertInvalid("key-rotation-period", () -> rotating(tenYears.plusNanos(1)));
    }

    @Test
    void anHsmIsConfiguredAsAWholeOrNotAtAll() {
        assertNull(hsm(null, null, null, null));
        assertInvalid("pkcs11-library", () -> hsm(null, "token", null, null));
        assertInvalid("pkcs11-library", () -> hsm(null, null, PIN_FILE, null));
        assertInvalid("pkcs11-library", () -> hsm(null, null, null, "1234"));
        assertInvalid("pkcs11-token", () -> hsm(LIBRARY, null, PIN_FILE, null));
        assertInvalid("pkcs11-token", () -> hsm(LIBRARY, " ", PIN_FILE, null));
        assertInvalid("pkcs11-pin-file", () -> hsm(LIBRARY, "token", null, null));
        assertEquals(new Pkcs11Config(LIBRARY, "token", PIN_FILE, null), hsm(LIBRARY, "token", PIN_FILE, null));
        assertEquals(new Pkcs11Config(LIBRARY, "token", null, "1234"), hsm(LIBRARY, "token", null, "1234"));
    }

    /** What would end the line in the configuration of the JDK's provider, and begin another. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/a\"b.so", "/a\\b.so", "/a${b}.so", "/a\nb.so", "/a\tb.so"})
    void aLibraryIsAPathAndNothingElse(String library) {
        assertInvalid("pkcs11-library", () -> hsm(Path.of(library), "token", PIN_FILE, null));
    }

    @Test
    void nothingPrintsThePin() {
        assertEquals(
                "Pkcs11Config[library=/usr/lib/a module.so, token=token, pinFile=null, pin=given]",
                new Pkcs11Config(LIBRARY, "token", null, "1234").toString());
        assertEquals(
                "Pkcs11Config[library=/usr/lib/a module.so, token=token, pinFile=/a/pin, pin=none]",
                new Pkcs11Config(LIBRARY, "token", PIN_FILE, null).toString());
    }
}
