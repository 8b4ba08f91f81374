package dev.signet.verifier.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.testkit.TestCertificate;
import dev.signet.verifier.testkit.TestCertificates;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpiffeIdTest {
    private static final String NAME = "spiffe://example.org/ns/prod/sa/sidecar";

    private final TestCertificates certificates = new TestCertificates(Instant.now());

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAME,
                "spiffe://td/a",
                "spiffe://my_domain-1.example/A.b_c-d",
                "spiffe://td/...",
                "spiffe://td/a/.b"
            })
    void namesOfWorkloads(String text) {
        assertEquals(text, SpiffeId.parse(text).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe://",
                "spiffe:///a",
                "spiffe://td",
                "spiffe://td/",
                "spiffe://td/a/",
                "spiffe://td//a",
                "spiffe://td/./a",
                "spiffe://td/a/..",
                "spiffe://TD/a",
                "SPIFFE://td/a",
                "spiffe://td:80/a",
                "spiffe://user@td/a",
                "spiffe://td/a?b",
                "spiffe://td/a#b",
                "spiffe://td/a%62",
                "spiffe://td/ä",
                "spiffe://td/a\n",
                "https://td/a"
            })
    void whatIsNone(String text) {
        assertEquals(Optional.empty(), SpiffeId.parse(text));
    }

    @Test
    void theyAreBounded() {
        assertEquals(Optional.empty(), SpiffeId.parse("spiffe://td/" + "a/".repeat(1_100) + "b"));
        assertEquals(Optional.empty(), SpiffeId.parse("spiffe://" + "a".repeat(256) + "/b"));
        assertEquals(
                2_048,
                SpiffeId.parse("spiffe://td/" + "a/".repeat(1_017) + "bc")
                        .orElseThrow()
                        .toString()
                        .length());
    }

    @Test
    void aCertificateNamesItsWorkload() {
        assertEquals(
                SpiffeId.parse(NAME), SpiffeId.of(certificates.workload(NAME).certificate()));
        assertEquals(SpiffeId.parse(NAME), named(wanted -> wanted.uri(NAME).dns("localhost")));
    }

    @Test
    void exactlyOneUriIsAName() {
        assertEquals(Optional.empty(), named(wanted -> wanted.dns("localhost")));
        assertEquals(Optional.empty(), named(wanted -> wanted));
        assertEquals(Optional.empty(), named(wanted -> wanted.uri(NAME).uri(NAME + "2")));
        assertEquals(Optional.empty(), named(wanted -> wanted.uri(NAME).uri("https://example.org/")));
        assertEquals(Optional.empty(), named(wanted -> wanted.uri("spiffe://example.org")));
    }

    @Test
    void authoritiesAreNoWorkloads() {
        UnaryOperator<TestCertificate> name = wanted -> wanted.uri(NAME);
        assertEquals(Optional.empty(), named(wanted -> name.apply(wanted).isAuthority()));
        assertEquals(
                Optional.empty(),
                named(wanted ->
                        name.apply(wanted).usage(TestCertificate.DIGITAL_SIGNATURE, TestCertificate.KEY_CERT_SIGN)));
        assertEquals(
                Optional.empty(),
                named(wanted -> name.apply(wanted).usage(TestCertificate.DIGITAL_SIGNATURE, TestCertificate.CRL_SIGN)));
        assertEquals(Optional.empty(), named(wanted -> name.apply(wanted).usage(TestCertificate.KEY_AGREEMENT)));
    }

    private Optional<SpiffeId> named(UnaryOperator<TestCertificate> change) {
        return SpiffeId.of(certificates.issue(wanted -> change.apply(wanted)).certificate());
    }
}
