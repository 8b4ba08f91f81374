package dev.signet.verifier.sidecar;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.ServerAddress;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.tls.ClientTls;
import dev.signet.verifier.tls.Exposure;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sidecar runs.
 *
 * @param authority where the authority's gRPC port is
 * @param credential the token with which the feed is watched; a secret, never printed; null where a certificate does
 * @param feedKey the id of the one key that the authority must sign its feed with; null for the first that is seen
 * @param listen the address of the gRPC port
 * @param socket a unix socket to answer on as well, or null
 * @param httpListen the address of the HTTP port
 * @param httpSocket a unix socket to answer over HTTP on as well, or null
 * @param data the folder of what is kept from run to run; null to keep nothing
 * @param organizations ids of organizations to watch besides the credential's own
 * @param allOrganizations whether to watch every organization; needs a platform token
 * @param verifier which tokens are accepted
 * @param authorityTls whom to believe to be the authority, and what to show it
 * @param exposure how others may reach the sidecar
 */
public record SidecarConfig(
        ServerAddress authority,
        @Nullable String credential,
        @Nullable String feedKey,
        ListenAddress listen,
        @Nullable Path socket,
        ListenAddress httpListen,
        @Nullable Path httpSocket,
        @Nullable Path data,
        Set<String> organizations,
        boolean allOrganizations,
        VerifierConfig verifier,
        ClientTls authorityTls,
        Exposure exposure) {

    /** What fits a heap of 32 MB, with room for a trust state and for what is under way. */
    public static final int DEFAULT_CACHED_TOKENS = 8_000;

    /** What a remembered token of usual length takes, with all that is kept for it. */
    private static final long TOKEN_BYTES = 1_900;

    /** The collectors keep some of the heap to themselves, and do not count it. */
    private static final int MISCOUNTED_MB = 8;

    public SidecarConfig {
        organizations = Set.copyOf(organizations);
        if (credential == null ? !authorityTls.showsCertificate() : credential.isBlank()) {
            throw new InvalidConfiguration(
                    "credential",
                    "a token is needed to watch the authority's feed, or a client certificate: set ASTRO_API_TOKEN");
        }
        if (feedKey != null) {
            FeedKeys.thumbprint(feedKey);
        }
        if (allOrganizations && !organizations.isEmpty()) {
            throw new InvalidConfiguration(
                    "all-organizations", "cannot be combined with organization-id, which it includes");
        }
        exposure.admit("listen", listen);
        exposure.admit("http-listen", httpListen);
        if (!authority.tls()) {
            authority.plaintext("authority");
            if (authorityTls.showsCertificate() || authorityTls.authorities() != null) {
                throw new InvalidConfiguration(
                        authorityTls.showsCertificate() ? ClientTls.CERTIFICATE : ClientTls.AUTHORITIES,
                        "is for TLS, and authority is plaintext; write https://" + authority);
            }
        }
        if (socket != null && httpSocket != null && socket.toAbsolutePath().equals(httpSocket.toAbsolutePath())) {
            throw new InvalidConfiguration("http-socket", "must be another one than that of gRPC, got " + httpSocket);
        }
    }

    /** In plaintext on loopback. */
    public SidecarConfig(
            ListenAddress authority,
            String credential,
            @Nullable String feedKey,
            ListenAddress listen,
            @Nullable Path socket,
            ListenAddress httpListen,
            @Nullable Path httpSocket,
            @Nullable Path data,
            Set<String> organizations,
            boolean allOrganizations,
            VerifierConfig verifier) {
        this(
                new ServerAddress(authority.host(), authority.port(), false),
                credential,
                feedKey,
                listen,
                socket,
                httpListen,
                httpSocket,
                data,
                organizations,
                allOrganizations,
                verifier,
                ClientTls.DEFAULT,
                Exposure.LOCAL);
    }

    /** Running out of memory under load would end all answers at the worst time. */
    void requireHeap(long bytes) {
        long needed = 2 * TOKEN_BYTES * verifier.cachedTokens();
        if (needed > bytes) {
            throw new InvalidConfiguration(
                    "cached-tokens",
                    "a heap of %d MB is too small for %d; with SIGNET_JAVA_OPTS=-Xmx%dm it would do"
                            .formatted(bytes >> 20, verifier.cachedTokens(), (needed >> 20) + MISCOUNTED_MB));
        }
    }

    @Override
    public String toString() {
        return "SidecarConfig[authority=%s, feedKey=%s, listen=%s, socket=%s, httpListen=%s, httpSocket=%s, data=%s, organizations=%s, allOrganizations=%s, %s, %s, %s]"
                .formatted(
                        authority,
                        feedKey,
                        listen,
                        socket,
                        httpListen,
                        httpSocket,
                        data,
                        organizations,
                        allOrganizations,
                        verifier,
                        authorityTls,
                        exposure);
    }
}
