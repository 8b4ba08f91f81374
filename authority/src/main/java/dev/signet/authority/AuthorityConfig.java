package dev.signet.authority;

import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.http.HttpConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.tls.ServerTls;

/** How an authority runs: one small record a room, each validated by its own constructor. */
public record AuthorityConfig(
        StoreConfig store,
        KeysConfig keys,
        TokensConfig tokens,
        FeedConfig feed,
        GrpcConfig grpc,
        HttpConfig http,
        LimitsConfig limits) {

    public AuthorityConfig {
        ServerTls tls = grpc.exposure().tls();
        boolean believesClients = tls != null && tls.clientAuthorities() != null;
        boolean namesClients = !feed.certificates().watching().isEmpty();
        if (namesClients && !believesClients) {
            throw new InvalidConfiguration(ServerTls.CLIENT_AUTHORITIES, "is needed, as tls-verifiers is given");
        }
        if (believesClients && !namesClients) {
            throw new InvalidConfiguration(
                    "tls-verifiers", "is needed, as %s is given".formatted(ServerTls.CLIENT_AUTHORITIES));
        }
        for (String audience : feed.audienceStaleness().keySet()) {
            if (!tokens.audiences().contains(audience)) {
                throw new InvalidConfiguration(
                        "audience-staleness", "is given for none of this authority's audiences: " + audience);
            }
        }
    }
}
