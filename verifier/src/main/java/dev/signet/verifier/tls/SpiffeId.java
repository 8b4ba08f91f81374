package dev.signet.verifier.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a workload: {@code spiffe://trust-domain/path} (SPIFFE-ID section 2).
 *
 * @param trustDomain whose authorities vouch for it
 * @param path begins with a slash
 */
public record SpiffeId(String trustDomain, String path) {
    private static final int LONGEST = 2_048;
    private static final Pattern FORM = Pattern.compile("spiffe://([a-z0-9._-]{1,255})((?:/[A-Za-z0-9._-]++)++)");
    private static final int URI_NAME = 6;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    /** Reads a name; empty where the text is none, or names a trust domain as such. */
    public static Optional<SpiffeId> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > LONGEST || !form.matches()) {
            return Optional.empty();
        }
        String path = form.group(2);
        boolean climbs = (path + "/").contains("/./") || (path + "/").contains("/../");
        return climbs ? Optional.empty() : Optional.of(new SpiffeId(form.group(1), path));
    }

    /**
     * The name for which a certificate vouches (X509-SVID section 5.2), whose chain somebody else has checked.
     *
     * @return empty where it is no certificate of a workload, or has not exactly one URI, or another kind of one
     */
    public static Optional<SpiffeId> of(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        boolean isAuthority = certificate.getBasicConstraints() >= 0;
        if (isAuthority || usage == null || !usage[DIGITAL_SIGNATURE] || usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
            return Optional.empty();
        }
        List<String> uris = uris(certificate);
        return uris.size() == 1 ? parse(uris.get(0)) : Optional.empty();
    }

    private static List<String> uris(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(URI_NAME))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "spiffe://" + trustDomain + path;
    }
}
