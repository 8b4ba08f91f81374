package dev.signet.authority.cli;

import static dev.signet.authority.cli.Setting.list;
import static dev.signet.authority.cli.Setting.text;
import static dev.signet.authority.cli.Setting.toggle;

import dev.signet.verifier.tls.ClientTls;
import dev.signet.verifier.tls.Exposure;
import dev.signet.verifier.tls.ServerTls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of TLS, which are alike for each process. */
final class TlsSettings {
    static final Setting CERTIFICATE = certificate("SIGNET_TLS_CERTIFICATE");
    static final Setting KEY = key("SIGNET_TLS_KEY");
    static final Setting CLIENT_CA = text(
            ServerTls.CLIENT_AUTHORITIES,
            "--tls-client-ca",
            "SIGNET_TLS_CLIENT_CA",
            null,
            "FILE",
            "authorities, in PEM, from which the certificates of verifiers must descend; those of one trust domain");
    static final Setting VERIFIERS = list(
            "tls-verifiers",
            "--tls-verifiers",
            "SIGNET_TLS_VERIFIERS",
            null,
            "NAME=SCOPE",
            "who may watch the feed by a client certificate, as `spiffe://example.org/sidecar=org_…`, or `=all`; repeatable");
    static final Setting PLAINTEXT = plaintext("SIGNET_PLAINTEXT_OFF_LOOPBACK");
    static final Setting OPEN_METRICS = openMetrics("SIGNET_OPEN_METRICS");

    static final Setting SIDECAR_CERTIFICATE = certificate("SIGNET_SIDECAR_TLS_CERTIFICATE");
    static final Setting SIDECAR_KEY = key("SIGNET_SIDECAR_TLS_KEY");
    static final Setting SIDECAR_PLAINTEXT = plaintext("SIGNET_SIDECAR_PLAINTEXT_OFF_LOOPBACK");
    static final Setting SIDECAR_OPEN_METRICS = openMetrics("SIGNET_SIDECAR_OPEN_METRICS");

    static final Setting CA_CERTIFICATE = caCertificate("--" + ClientTls.AUTHORITIES);
    static final Setting CLIENT_CERTIFICATE = clientCertificate("--" + ClientTls.CERTIFICATE);
    static final Setting CLIENT_KEY = clientKey("--" + ClientTls.KEY);
    static final Setting CA_CERTIFICATE_OF_VERBS = caCertificate(null);
    static final Setting CLIENT_CERTIFICATE_OF_VERBS = clientCertificate(null);
    static final Setting CLIENT_KEY_OF_VERBS = clientKey(null);

    static final List<Setting> CLIENT =
            List.of(CA_CERTIFICATE_OF_VERBS, CLIENT_CERTIFICATE_OF_VERBS, CLIENT_KEY_OF_VERBS);

    /** What an installation for trying things out, which is reached in plaintext on loopback, has no use for. */
    static final List<Setting> NOT_FOR_DEV = List.of(
            CERTIFICATE,
            KEY,
            CLIENT_CA,
            VERIFIERS,
            SIDECAR_CERTIFICATE,
            SIDECAR_KEY,
            CA_CERTIFICATE,
            CLIENT_CERTIFICATE,
            CLIENT_KEY);

    private TlsSettings() {}

    static Exposure authority(Settings settings) {
        return new Exposure(
                ServerTls.of(
                        settings.optionalPath(CERTIFICATE),
                        settings.optionalPath(KEY),
                        settings.optionalPath(CLIENT_CA)),
                settings.isOn(PLAINTEXT),
                settings.isOn(OPEN_METRICS));
    }

    static Exposure sidecar(Settings settings) {
        return new Exposure(
                ServerTls.of(settings.optionalPath(SIDECAR_CERTIFICATE), settings.optionalPath(SIDECAR_KEY), null),
                settings.isOn(SIDECAR_PLAINTEXT),
                settings.isOn(SIDECAR_OPEN_METRICS));
    }

    static ClientTls sidecarAsClient(Settings settings) {
        return new ClientTls(
                settings.optionalPath(CA_CERTIFICATE),
                settings.optionalPath(CLIENT_CERTIFICATE),
                settings.optionalPath(CLIENT_KEY));
    }

    static ClientTls client(Settings settings) {
        return new ClientTls(
                settings.optionalPath(CA_CERTIFICATE_OF_VERBS),
                settings.optionalPath(CLIENT_CERTIFICATE_OF_VERBS),
                settings.optionalPath(CLIENT_KEY_OF_VERBS));
    }

    private static Setting certificate(String variable) {
        return text(
                ServerTls.CERTIFICATE,
                "--tls-certificate",
                variable,
                null,
                "FILE",
                "certificate that the TCP ports show, in PEM, with those that it was issued by; plaintext if none is named");
    }

    private static Setting key(String variable) {
        return text(
                ServerTls.KEY,
                "--tls-key",
                variable,
                null,
                "FILE",
                "its private key, PKCS#8 in PEM, readable by its owner alone");
    }

    private static Setting plaintext(String variable) {
        return toggle(
                Exposure.PLAINTEXT,
                "--" + Exposure.PLAINTEXT,
                variable,
                "false",
                "listen in plaintext off loopback, where something else encrypts");
    }

    private static Setting openMetrics(String variable) {
        return toggle(
                "open-metrics",
                "--open-metrics",
                variable,
                "false",
                "serve `/metrics` off loopback, to everybody who reaches the HTTP port");
    }

    private static Setting caCertificate(@Nullable String flag) {
        return text(
                ClientTls.AUTHORITIES,
                flag,
                "SIGNET_CA_CERTIFICATE",
                null,
                "FILE",
                "authorities, in PEM, from which the authority's certificate must descend; those that Java trusts if none is named");
    }

    private static Setting clientCertificate(@Nullable String flag) {
        return text(
                ClientTls.CERTIFICATE,
                flag,
                "SIGNET_CLIENT_CERTIFICATE",
                null,
                "FILE",
                "certificate to show the authority, in PEM, with those that it was issued by");
    }

    private static Setting clientKey(@Nullable String flag) {
        return text(
                ClientTls.KEY,
                flag,
                "SIGNET_CLIENT_KEY",
                null,
                "FILE",
                "its private key, PKCS#8 in PEM, readable by its owner alone");
    }
}
