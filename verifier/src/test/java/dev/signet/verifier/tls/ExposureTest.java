package dev.signet.verifier.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ExposureTest {
    private static final ServerTls TLS = new ServerTls(Path.of("tls.crt"), Path.of("tls.key"), null);
    private static final ListenAddress HERE = new ListenAddress("127.0.0.1", 8470);
    private static final ListenAddress EVERYWHERE = new ListenAddress("0.0.0.0", 8470);

    @Test
    void plaintextLeavesLoopbackOnlyIfToldTo() {
        assertEquals(8470, Exposure.LOCAL.admit("listen", HERE).getPort());
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> Exposure.LOCAL.admit("listen", EVERYWHERE));
        assertEquals("listen", refused.key());
        assertTrue(String.valueOf(refused.getMessage()).contains("tls-certificate"));
        assertTrue(String.valueOf(refused.getMessage()).contains("plaintext-off-loopback"));
        assertEquals(
                8470,
                new Exposure(null, true, false).admit("listen", EVERYWHERE).getPort());
        assertEquals(
                8470,
                new Exposure(TLS, false, false).admit("listen", EVERYWHERE).getPort());
    }

    @Test
    void bothAtOnceIsAMistake() {
        assertEquals(
                Exposure.PLAINTEXT,
                assertThrows(InvalidConfiguration.class, () -> new Exposure(TLS, true, false))
                        .key());
    }

    @Test
    void metricsAreForStrangersOnlyIfToldSo() {
        assertTrue(Exposure.LOCAL.showsMetricsOn(HERE));
        assertFalse(new Exposure(TLS, false, false).showsMetricsOn(EVERYWHERE));
        assertTrue(new Exposure(TLS, false, true).showsMetricsOn(EVERYWHERE));
    }
}
