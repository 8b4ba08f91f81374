package dev.signet.authority;

import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.TokensConfig;

/** How an authority runs: one small record a room, each validated by its own constructor. */
public record AuthorityConfig(
        StoreConfig store, KeysConfig keys, TokensConfig tokens, FeedConfig feed, GrpcConfig grpc) {}
