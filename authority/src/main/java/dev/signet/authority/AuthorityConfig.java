package dev.signet.authority;

import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.http.HttpConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.InvalidConfiguration;

/** How an authority runs: one small record a room, each validated by its own constructor. */
public record AuthorityConfig(
        StoreConfig store, KeysConfig keys, TokensConfig tokens, FeedConfig feed, GrpcConfig grpc, HttpConfig http) {

    public AuthorityConfig {
        for (String audience : feed.audienceStaleness().keySet()) {
            if (!tokens.audiences().contains(audience)) {
                throw new InvalidConfiguration(
                        "audience-staleness", "is given for none of this authority's audiences: " + audience);
            }
        }
    }
}
