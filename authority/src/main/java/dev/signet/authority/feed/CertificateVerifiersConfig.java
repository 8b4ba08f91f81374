package dev.signet.authority.feed;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.tls.SpiffeId;
import dev.signet.verifier.token.IdType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may watch by a client certificate, and what.
 *
 * @param watching by the names in the certificates, all of one trust domain: ids of organizations, or {@link #ALL} alone
 */
public record CertificateVerifiersConfig(Map<SpiffeId, Set<String>> watching) {
    static final String KEY = "tls-verifiers";
    static final String ALL = "all";

    public static final CertificateVerifiersConfig NONE = new CertificateVerifiersConfig(Map.of());

    public CertificateVerifiersConfig {
        watching = Map.copyOf(watching);
        // The authorities that are trusted are those of one trust domain: none may vouch for another's workloads.
        if (watching.keySet().stream().map(SpiffeId::trustDomain).distinct().count() > 1) {
            throw new InvalidConfiguration(KEY, "must all be of one trust domain");
        }
    }

    /**
     * Reads what is configured.
     *
     * @param texts each a SPIFFE name, an equals sign, and {@code all} or the id of an organization
     * @throws InvalidConfiguration where one is something else
     */
    public static CertificateVerifiersConfig of(List<String> texts) {
        Map<SpiffeId, Set<String>> watching = new HashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String scope = text.substring(equals + 1);
            SpiffeId name =
                    SpiffeId.parse(equals < 0 ? "" : text.substring(0, equals)).orElseThrow(() -> invalid(text));
            if (!scope.equals(ALL) && !IdType.ORGANIZATION.matches(scope)) {
                throw invalid(text);
            }
            watching.computeIfAbsent(name, first -> new HashSet<>()).add(scope);
        }
        watching.replaceAll((name, scopes) -> scopes.contains(ALL) ? Set.of(ALL) : Set.copyOf(scopes));
        return new CertificateVerifiersConfig(watching);
    }

    private static InvalidConfiguration invalid(String text) {
        return new InvalidConfiguration(
                KEY, "must be spiffe://TRUST-DOMAIN/PATH=ORGANIZATION-ID, or =all for every organization, got " + text);
    }
}
