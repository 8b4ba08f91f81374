package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.tls.SpiffeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateVerifiersConfigTest {
    private static final String NAME = "spiffe://example.org/sidecar";
    private static final SpiffeId SIDECAR = SpiffeId.parse(NAME).orElseThrow();

    @Test
    void aNameWatchesWhatIsSaidOfIt() {
        assertEquals(Map.of(), CertificateVerifiersConfig.of(List.of()).watching());
        assertEquals(
                Map.of(SIDECAR, Set.of(TestTokens.ORGANIZATION)),
                CertificateVerifiersConfig.of(List.of(NAME + "=" + TestTokens.ORGANIZATION))
                        .watching());
        assertEquals(
                Map.of(SIDECAR, Set.of("all")),
                CertificateVerifiersConfig.of(List.of(NAME + "=" + TestTokens.ORGANIZATION, NAME + "=all"))
                        .watching());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                NAME,
                NAME + "=",
                NAME + "=some",
                NAME + "=organizations/org_1",
                "=all",
                "all",
                "spiffe://example.org=all",
                "https://example.org/sidecar=all"
            })
    void nothingElse(String text) {
        assertEquals("tls-verifiers", refused(List.of(text)));
    }

    @Test
    void noTrustDomainVouchesForAnother() {
        assertEquals("tls-verifiers", refused(List.of(NAME + "=all", "spiffe://elsewhere/sidecar=all")));
    }

    private static String refused(List<String> texts) {
        return assertThrows(InvalidConfiguration.class, () -> CertificateVerifiersConfig.of(texts))
                .key();
    }
}
