package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.v1.Subscribe;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestCertificates;
import dev.signet.verifier.testkit.TestCertificates.Issued;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.tls.ServerTls;
import dev.signet.verifier.tls.TlsContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who watches by a certificate, and what. */
final class CertificateWatchTest {
    private static final String OF_ONE = "spiffe://test/one";
    private static final String OF_TWO = "spiffe://test/two";
    private static final String OF_ALL = "spiffe://test/all";
    private static final String FIRST = TestTokens.ORGANIZATION;
    private static final String SECOND = FIRST.substring(0, FIRST.length() - 1) + "0";
    private static final Duration RELOADED = Duration.ofSeconds(10);

    private final Instant now = Instant.now();
    private final TestCertificates certificates = new TestCertificates(now);
    private final FakeScheduler scheduler = new FakeScheduler(new FakeClocks());
    private Instant time = now;

    @TempDir
    private Path folder;

    private CertificateVerifiers verifiers;

    @BeforeEach
    void open() {
        InstantSource clock = () -> time;
        Path authorities = certificates.writeAuthority(folder.resolve("ca.crt"));
        certificates.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        TlsContext tls =
                TlsContext.of(new ServerTls(folder.resolve("tls.crt"), folder.resolve("tls.key"), authorities), clock);
        tls.follow(scheduler);
        verifiers = new CertificateVerifiers(
                CertificateVerifiersConfig.of(
                        List.of(OF_ONE + "=" + FIRST, OF_TWO + "=" + FIRST, OF_TWO + "=" + SECOND, OF_ALL + "=all")),
                tls,
                clock);
    }

    @Test
    void oneOrganizationIsItsOwn() {
        WatchCredential one = identify(certificates.workload(OF_ONE));
        assertEquals(OF_ONE, one.name());
        assertEquals(FIRST, one.organization());
        assertEquals(List.of(FIRST), one.admit(asking()).getOrganizationsList());
        assertTrue(one.mayLoad(FIRST));
        assertFalse(one.mayLoad(SECOND));
        assertRefused("NOT_FOUND", () -> one.admit(asking(SECOND)));
        assertRefused("NOT_FOUND", () -> one.admit(asking(FIRST, SECOND)));
        assertRefused(
                "PERMISSION_DENIED",
                () -> one.admit(Subscribe.newBuilder().setAllOrganizations(true).build()));
    }

    @Test
    void severalAreWatchedTogetherOrEachByItself() {
        WatchCredential two = identify(certificates.workload(OF_TWO));
        assertEquals("", two.organization());
        assertEquals(Set.of(FIRST, SECOND), Set.copyOf(two.admit(asking()).getOrganizationsList()));
        assertEquals(List.of(SECOND), two.admit(asking(SECOND)).getOrganizationsList());
        assertTrue(two.mayLoad(FIRST) && two.mayLoad(SECOND));
    }

    @Test
    void allIsForWhoMayWatchAll() {
        WatchCredential all = identify(certificates.workload(OF_ALL));
        assertEquals("", all.organization());
        assertTrue(all.admit(Subscribe.newBuilder().setAllOrganizations(true).build())
                .getAllOrganizations());
        assertTrue(all.mayLoad(SECOND));
    }

    @Test
    void nobodyElse() {
        assertRefused("UNKNOWN_CERTIFICATE", () -> identify(certificates.workload("spiffe://test/one/more")));
        assertRefused("UNKNOWN_CERTIFICATE", () -> identify(certificates.workload("spiffe://other/one")));
        assertRefused("CERTIFICATE_WITHOUT_NAME", () -> identify(certificates.server()));
        assertRefused(
                "CERTIFICATE_WITHOUT_NAME",
                () -> identify(certificates.issue(wanted -> wanted.uri(OF_ONE).uri(OF_ALL))));
    }

    @Test
    void itEndsWithItsCertificate() {
        Issued shown =
                certificates.issue(wanted -> wanted.uri(OF_ONE).forClients().notAfter(now.plusSeconds(90)));
        WatchCredential one = identify(shown);
        one.requireStillGood();
        time = now.plusSeconds(50);
        one.requireStillGood();
        time = now.plusSeconds(91);
        assertRefused("CERTIFICATE_NOT_TRUSTED", one::requireStillGood);
    }

    @Test
    void itEndsWithTheTrustInWhoIssuedIt() {
        WatchCredential one = identify(certificates.workload(OF_ONE));
        one.requireStillGood();
        new TestCertificates(now).writeAuthority(folder.resolve("ca.crt"));
        one.requireStillGood();
        scheduler.advance(RELOADED);
        assertRefused("CERTIFICATE_NOT_TRUSTED", one::requireStillGood);
        assertRefused("CERTIFICATE_NOT_TRUSTED", () -> one.admit(asking()));
    }

    private WatchCredential identify(Issued shown) {
        return verifiers.identify(shown.chain(), "192.0.2.1");
    }

    private static Subscribe asking(String... organizations) {
        return Subscribe.newBuilder()
                .addAllOrganizations(List.of(organizations))
                .build();
    }

    private static void assertRefused(String reason, Runnable call) {
        assertEquals(reason, assertThrows(Refusal.class, call::run).reason());
    }
}
