package dev.signet.authority.store;

import org.jspecify.annotations.Nullable;

/**
 * What an exchange needs to know, of one state.
 *
 * @param signingKey the active one, null where there is none
 * @param head the revision of this state
 */
public record KeyToExchange(ApiKey key, @Nullable StoredKey signingKey, long head) {}
