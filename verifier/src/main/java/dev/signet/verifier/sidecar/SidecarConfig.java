package dev.signet.verifier.sidecar;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sidecar runs.
 *
 * @param authority where the authority's gRPC port is
 * @param credential the token with which the feed is watched; a secret, never printed
 * @param listen the loopback address of the gRPC port
 * @param socket a unix socket to answer on as well, or null
 * @param organizations ids of organizations to watch besides the credential's own
 * @param allOrganizations whether to watch every organization; needs a platform token
 * @param verifier which tokens are accepted
 */
public record SidecarConfig(
        ListenAddress authority,
        String credential,
        ListenAddress listen,
        @Nullable Path socket,
        Set<String> organizations,
        boolean allOrganizations,
        VerifierConfig verifier) {

    public SidecarConfig {
        organizations = Set.copyOf(organizations);
        if (credential.isBlank()) {
            throw new InvalidConfiguration(
                    "credential", "a token is needed to watch the authority's feed: set ASTRO_API_TOKEN");
        }
        if (allOrganizations && !organizations.isEmpty()) {
            throw new InvalidConfiguration(
                    "all-organizations", "cannot be combined with organization-id, which it includes");
        }
        listen.loopback("listen");
        authority.loopback("authority");
    }

    @Override
    public String toString() {
        return "SidecarConfig[authority=%s, listen=%s, socket=%s, organizations=%s, allOrganizations=%s, %s]"
                .formatted(authority, listen, socket, organizations, allOrganizations, verifier);
    }
}
