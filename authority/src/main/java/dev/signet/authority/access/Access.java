package dev.signet.authority.access;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.Roles;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** Finds out who a caller is, anew in each transaction: what is in memory may refuse, and never allows. */
public final class Access {
    private final Roles roles;
    private final InstantSource clock;

    public Access(Roles roles, InstantSource clock) {
        this.roles = roles;
        this.clock = clock;
    }

    /**
     * Reads the caller from the store.
     *
     * @param presented a token whose signature was checked
     * @throws Refusal UNAUTHENTICATED where the value was rotated, deleted or has expired, or its key was revoked
     */
    public Caller identify(Transaction tx, VerifiedToken presented) {
        Claims claims = presented.claims();
        boolean keyGood = tx.keys()
                .find(presented.key().id())
                .filter(key -> key.state().verifies())
                .isPresent();
        if (!keyGood) {
            throw Refusal.unauthenticated("REVOKED_KEY", "the key that signed the credential is no longer trusted");
        }
        if (claims.kind() == Kind.PLATFORM) {
            Optional<PlatformToken> token = tx.tokens().platformTokens().stream()
                    .filter(stored -> stored.id().equals(claims.subject()))
                    .findFirst();
            requireLive(token.map(PlatformToken::value), claims);
            return new Caller(claims, Grants.NONE, roles);
        }
        Optional<ApiToken> token = tx.tokens().find(claims.subject());
        requireLive(token.map(ApiToken::value), claims);
        return new Caller(claims, token.map(ApiToken::grants).orElse(Grants.NONE), roles);
    }

    /** Whether a role can be held on such a resource: its name says on which. */
    public void requireRoleFits(String field, String role, ResourcePath resource) {
        String scope = ApiToken.kindOf(resource).name();
        if (!roles.permissions().containsKey(role)) {
            throw Refusal.invalid(field, "names no role: " + role);
        }
        if (!role.startsWith(scope + "_")) {
            throw Refusal.invalid(
                    field,
                    "names a role of another scope than the %s: %s".formatted(scope.toLowerCase(Locale.ROOT), role));
        }
    }

    private void requireLive(Optional<IssuedValue> value, Claims claims) {
        if (value.isEmpty() || !value.get().valueId().equals(claims.valueId())) {
            throw Refusal.unauthenticated("REVOKED", "the credential was deleted or rotated");
        }
        Instant expireTime = value.get().expireTime();
        if (expireTime != null && !clock.instant().isBefore(expireTime)) {
            throw Refusal.unauthenticated("EXPIRED", "the credential has expired");
        }
    }
}
