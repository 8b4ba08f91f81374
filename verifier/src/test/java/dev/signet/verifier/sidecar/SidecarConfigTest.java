package dev.signet.verifier.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarConfigTest {
    private static final VerifierConfig VERIFIER = VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE);
    private static final ListenAddress LOOPBACK = new ListenAddress("127.0.0.1", 8470);

    @Test
    void theSecretIsNotPrinted() {
        SidecarConfig config = config(LOOPBACK, "s3cr3t", LOOPBACK, Set.of(TestTokens.ORGANIZATION), false);
        assertFalse(config.toString().contains("s3cr3t"));
        assertTrue(config.toString().contains("127.0.0.1:8470"));
        assertTrue(config.toString().contains(TestTokens.ORGANIZATION));
    }

    @Test
    void aCredentialIsNeeded() {
        assertInvalid("credential", () -> config(LOOPBACK, " ", LOOPBACK, Set.of(), false));
    }

    @Test
    void allOrganizationsIncludesEachOfThem() {
        assertInvalid("all-organizations", () -> config(LOOPBACK, "t", LOOPBACK, Set.of("org_1"), true));
        assertTrue(config(LOOPBACK, "t", LOOPBACK, Set.of(), true).allOrganizations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1"})
    void withoutTlsOnlyLoopbackWillDo(String host) {
        ListenAddress open = new ListenAddress(host, 8480);
        assertInvalid("listen", () -> config(LOOPBACK, "t", open, Set.of(), false));
        assertInvalid("authority", () -> config(open, "t", LOOPBACK, Set.of(), false));
        assertInvalid("http-listen", () -> overHttp(open, Path.of("h")));
    }

    @Test
    void theTwoProtocolsHaveTwoSockets() {
        assertEquals(Path.of("h"), overHttp(LOOPBACK, Path.of("h")).httpSocket());
        assertInvalid("http-socket", () -> overHttp(LOOPBACK, Path.of("./s").normalize()));
    }

    @Test
    void aFeedKeyIsPinnedByItsWholeId() {
        String id = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assertEquals(id, pinning(id).feedKey());
        for (String text : new String[] {
            "", "key", id + "A", id.substring(1), " " + id, id.replace('-', '+'), id.replace('s', 't'), id + "="
        }) {
            assertInvalid("feed-key", () -> pinning(text));
        }
    }

    @Test
    void whatIsRememberedMustFitTheHeap() {
        SidecarConfig usual = config(LOOPBACK, "t", LOOPBACK, Set.of(), false);
        assertInvalid("cached-tokens", () -> usual.requireHeap(32 << 20));
        SidecarConfig small = new SidecarConfig(
                LOOPBACK,
                "t",
                null,
                LOOPBACK,
                null,
                LOOPBACK,
                null,
                null,
                Set.of(),
                false,
                new VerifierConfig(
                        TestTokens.ISSUER,
                        Set.of(TestTokens.AUDIENCE),
                        VerifierConfig.MAXIMUM_SKEW,
                        null,
                        SidecarConfig.DEFAULT_CACHED_TOKENS));
        // What Java makes of -Xmx32m with the serial collector.
        small.requireHeap(31 << 20);
        assertInvalid("cached-tokens", () -> small.requireHeap(16 << 20));
    }

    private static SidecarConfig pinning(String feedKey) {
        return new SidecarConfig(
                LOOPBACK, "t", feedKey, LOOPBACK, null, LOOPBACK, null, null, Set.of(), false, VERIFIER);
    }

    private static SidecarConfig overHttp(ListenAddress listen, Path socket) {
        return new SidecarConfig(
                LOOPBACK, "t", null, LOOPBACK, Path.of("s"), listen, socket, null, Set.of(), false, VERIFIER);
    }

    @Test
    void anAddressReadsBackAsItPrints() {
        for (String text : new String[] {"127.0.0.1:8480", "[::1]:0", "localhost:65535"}) {
            assertEquals(text, ListenAddress.parse("listen", text).toString());
        }
        assertEquals(new ListenAddress("::1", 80), ListenAddress.parse("listen", "[::1]:80"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1",
                "8480",
                ":8480",
                "127.0.0.1:",
                "127.0.0.1:-1",
                "127.0.0.1:65536",
                "::1:80",
                "[]:80",
                "a:b"
            })
    void whatIsNoAddressIsRefusedByItsKey(String text) {
        assertInvalid("listen", () -> ListenAddress.parse("listen", text));
    }

    private static void assertInvalid(String key, Runnable making) {
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, making::run);
        assertEquals(key, refusal.key());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith(key + ": "));
    }

    private static SidecarConfig config(
            ListenAddress authority,
            String credential,
            ListenAddress listen,
            Set<String> organizations,
            boolean allOrganizations) {
        return new SidecarConfig(
                authority,
                credential,
                null,
                listen,
                Path.of("s"),
                LOOPBACK,
                Path.of("h"),
                Path.of("d"),
                organizations,
                allOrganizations,
                VERIFIER);
    }
}
