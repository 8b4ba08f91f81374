package dev.signet.authority.tokens;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.RequestRecords.Outcome;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.authority.store.TokenQuery;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * API tokens: create, get, list, update, grant, rotate, delete. Each operation is one transaction, in which the caller
 * is read anew, so that a credential that ended a moment ago can do nothing.
 */
public final class Tokens {
    private static final Duration LONGEST_GRACE = Duration.ofHours(24);

    private final Ledger ledger;
    private final Access access;
    private final TokensConfig config;
    private final TokenAccess tokens;
    private final TokenIssuer issuer;
    private final StatusIndexes indexes;
    private final IdGenerator ids;
    private final InstantSource clock;

    public Tokens(
            Ledger ledger,
            Access access,
            TokensConfig config,
            TokenMinter minter,
            StatusIndexes indexes,
            IdGenerator ids,
            InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.config = config;
        this.tokens = new TokenAccess(access);
        this.issuer = new TokenIssuer(minter, ids);
        this.indexes = indexes;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What a token is to be.
     *
     * @param resource what it belongs to
     * @param roles one by resource; empty for the default of deployment tokens
     * @param expiryPeriodDays null for never
     * @param audience empty for the default
     */
    public record NewToken(
            ResourcePath resource,
            String displayName,
            String description,
            Map<ResourcePath, String> roles,
            @Nullable Integer expiryPeriodDays,
            String audience,
            Retry retry) {

        public NewToken {
            roles = Map.copyOf(roles);
            Fields.requireDisplayName("token.display_name", displayName);
            Fields.requireDescription("token.description", description);
            Fields.requireExpiryPeriod("token.expiry_period_days", expiryPeriodDays);
        }
    }

    /** A token with its value, which is a secret. */
    public record WithValue(ApiToken token, String value) {
        @Override
        public String toString() {
            return "WithValue[" + token.id() + "]";
        }
    }

    public WithValue create(Call call, NewToken request) {
        ResourcePath resource = request.resource();
        String organization = resource.organization();
        SortedMap<ResourcePath, String> roles =
                TokenGrants.of(resource, TokenGrants.orDefault(resource, request.roles()));
        String audience = config.audience("audience", request.audience());
        TokenAccess.refuseStrangers(call, resource);
        int index = indexes.next(organization);
        return ledger.write(tx -> {
                    roles.keySet().forEach(each -> TokenAccess.lockShared(tx, each));
                    tx.lockCaller(call.subject(), List.of());
                    Caller caller = access.identify(tx, call);
                    tokens.requireToIssue(tx, caller, resource, roles);
                    Optional<Outcome> before = request.retry().before(tx, caller);
                    if (before.isPresent()) {
                        WithValue again = again(tx, before.get());
                        tokens.requireToHandOver(tx, caller, again.token());
                        return again;
                    }
                    TokenIssuer.requireAllowed(tx, organization, request.expiryPeriodDays());
                    SigningKey signer = issuer.signer(tx);
                    Instant now = now();
                    ApiToken token = new ApiToken(
                            ids.next(IdType.TOKEN),
                            resource,
                            request.displayName(),
                            request.description(),
                            TokenGrants.toGrants(roles),
                            request.expiryPeriodDays(),
                            now,
                            now,
                            null,
                            caller.name(),
                            1,
                            issuer.issue(tx, signer, index, audience, now, request.expiryPeriodDays()),
                            null,
                            null);
                    tx.tokens().insert(token);
                    request.retry()
                            .remember(tx, caller, token.id(), token.value().valueId(), now);
                    caller.record(tx, organization, "token.create", token.name(), clock.instant());
                    return issuer.withValue(tx, signer, token);
                })
                .value();
    }

    public ApiToken get(Call call, String organization, String id) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
            if (!organization.equals(caller.organization())) {
                // Before it is looked for: nothing tells whether it is there, least of all where.
                throw Refusal.notFound(ApiToken.name(organization, id));
            }
            ApiToken token = TokenAccess.find(tx, organization, id);
            if (!TokenAccess.isSeenThroughAGrant(tx, caller, token)) {
                caller.require(TokenAccess.permission("get", token.resource()), token.resource());
            }
            return token;
        });
    }

    /**
     * Tokens that the caller may see, in the order that the query asks for.
     *
     * @param resource the one that the query is limited to, where it is
     */
    public List<ApiToken> list(Call call, TokenQuery query, @Nullable ResourcePath resource) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, call);
            if (resource != null) {
                caller.require(TokenAccess.permission("get", resource), resource);
                if (tx.directory().find(resource).isEmpty()) {
                    throw Refusal.notFound(resource.name());
                }
                return tx.tokens().list(query);
            }
            if (!query.organization().equals(caller.organization())) {
                throw Refusal.notFound("organizations/" + query.organization());
            }
            return TokenAccess.visible(tx, caller, query);
        });
    }

    /**
     * Changes what people call a token, or all of its roles at once.
     *
     * @param displayName null to leave it
     * @param description null to leave it
     * @param roles one by resource; null to leave them
     * @param etag the version that the caller saw, null for any
     */
    public Committed<ApiToken> update(
            Call call,
            String organization,
            String id,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable Map<ResourcePath, String> roles,
            @Nullable String etag) {
        if (displayName != null) {
            Fields.requireDisplayName("token.display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription("token.description", description);
        }
        return ledger.write(tx -> {
            SortedMap<ResourcePath, String> wanted =
                    roles == null ? null : TokenGrants.of(TokenAccess.resourceOf(tx, call, organization, id), roles);
            if (wanted != null) {
                wanted.keySet().forEach(each -> TokenAccess.lockShared(tx, each));
            }
            TokenAccess.Locked locked = tokens.lock(tx, call, organization, id, "update");
            ApiToken token = locked.token();
            Fields.requireEtag(etag, token.version(), token.name());
            ApiToken updated = token.described(
                    displayName == null ? token.displayName() : displayName,
                    description == null ? token.description() : description,
                    now());
            if (wanted != null) {
                wanted.forEach((resource, role) -> {
                    if (!token.grants().on(resource.id()).equals(List.of(role))) {
                        access.requireToHold(tx, locked.caller(), "token.grants.role", role, resource);
                    }
                });
                updated = regrant(tx, updated, TokenGrants.toGrants(wanted));
            }
            tx.tokens().update(updated);
            locked.caller().record(tx, organization, "token.update", token.name(), clock.instant());
            return updated;
        });
    }

    /**
     * Gives a token one role on a resource below its own, in place of the one it had there.
     *
     * @param etag the version that the caller saw, null for any
     */
    public Committed<ApiToken> setGrant(
            Call call, String organization, String id, ResourcePath resource, String role, @Nullable String etag) {
        return ledger.write(tx -> {
            TokenGrants.requireBelow("resource", TokenAccess.resourceOf(tx, call, organization, id), resource);
            TokenAccess.lockShared(tx, resource);
            TokenAccess.Locked locked = tokens.lock(tx, call, organization, id, "update");
            ApiToken token = locked.token();
            Fields.requireEtag(etag, token.version(), token.name());
            access.requireToHold(tx, locked.caller(), "role", role, resource);
            ApiToken updated = regrant(
                    tx,
                    token.described(token.displayName(), token.description(), now()),
                    TokenGrants.with(token.grants(), resource, role));
            tx.tokens().update(updated);
            locked.caller().record(tx, organization, "token.grant", token.name(), clock.instant());
            return updated;
        });
    }

    /** Takes a token's role on a resource below its own away; whoever manages tokens there may do that. */
    public Committed<ApiToken> removeGrant(Call call, String organization, String id, ResourcePath resource) {
        return ledger.writeFirst(tx -> {
            ResourcePath own = TokenAccess.resourceOf(tx, call, organization, id);
            TokenGrants.requireBelow("resource", own, resource);
            TokenAccess.lockShared(tx, resource);
            tx.lockCaller(call.subject(), List.of(id));
            Caller caller = access.identify(tx, call);
            if (!caller.may(TokenAccess.permission("update", own), own)) {
                caller.require(TokenAccess.permission("delete", resource), resource);
            }
            ApiToken token = TokenAccess.find(tx, organization, id);
            if (token.grants().on(resource.id()).isEmpty()) {
                throw Refusal.notFound(token.name() + " on " + resource.name());
            }
            ApiToken updated = regrant(
                    tx,
                    token.described(token.displayName(), token.description(), now()),
                    TokenGrants.without(token.grants(), resource));
            tx.tokens().update(updated);
            caller.record(tx, organization, "token.ungrant", token.name(), clock.instant());
            return updated;
        });
    }

    /**
     * Makes another value, with the expiration period starting again; the present one ends at once, or after a grace.
     * A value that an earlier rotation left a grace ends at once.
     */
    public Committed<WithValue> rotate(Call call, String organization, String id, Duration grace, Retry retry) {
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw Refusal.invalid("grace", "must be from 0s to 24h");
        }
        TokenAccess.refuseStrangers(call, ResourcePath.organization(organization));
        int index = indexes.next(organization);
        return ledger.writeFirst(tx -> {
            TokenAccess.Locked locked = tokens.lock(tx, call, organization, id, "rotate");
            ApiToken token = locked.token();
            access.requireToHoldAll(tx, locked.caller(), organization, token.grants());
            Optional<Outcome> before = retry.before(tx, locked.caller());
            if (before.isPresent()) {
                return again(tx, before.get());
            }
            if (call.subject().equals(id) && !TokenAccess.isHeldBy(call, token)) {
                // What was rotated away ends when its grace is over, and so has to whoever has no more than that.
                throw Refusal.permissionDenied("the present value", token.name());
            }
            TokenIssuer.requireAllowed(tx, organization, token.expiryPeriodDays());
            SigningKey signer = issuer.signer(tx);
            Instant now = now();
            Instant notAfter = clock.instant().plus(grace).truncatedTo(ChronoUnit.MILLIS);
            // What an epoch has ended gets no grace.
            boolean atOnce = grace.isZero() || access.isBelowEpoch(tx, organization, token.value());
            ApiToken rotated = token.rotated(
                    issuer.issue(tx, signer, index, token.value().audience(), now, token.expiryPeriodDays()),
                    atOnce
                            ? null
                            : new ApiToken.Previous(
                                    token.value().valueId(),
                                    token.value().index(),
                                    token.value().keyId(),
                                    notAfter,
                                    token.value().expireTime()),
                    now);
            tx.tokens().update(rotated);
            if (atOnce) {
                tx.revoke(organization, token.ended());
            } else {
                if (token.previous() != null) {
                    tx.revoke(organization, List.of(token.previous().ended()));
                }
                tx.revoke(organization, EndedValue.of(token.value()), notAfter);
            }
            retry.remember(tx, locked.caller(), id, rotated.value().valueId(), now);
            locked.caller().record(tx, organization, "token.rotate", token.name(), clock.instant());
            return issuer.withValue(tx, signer, rotated);
        });
    }

    public Committed<String> delete(Call call, String organization, String id) {
        return ledger.writeFirst(tx -> {
            TokenAccess.Locked locked = tokens.lock(tx, call, organization, id, "delete");
            ApiToken token = locked.token();
            tx.tokens().delete(id);
            tx.revoke(organization, token.ended());
            locked.caller().record(tx, organization, "token.delete", token.name(), clock.instant());
            return id;
        });
    }

    /** Who presents the credential, as the store knows it. */
    public Caller whoAmI(Call call) {
        return ledger.read(tx -> access.identify(tx, call));
    }

    /** The same value for the same request, unless it ended meanwhile. */
    private WithValue again(Transaction tx, Outcome before) {
        WithValue again = issuer.again(tx, before);
        ApiToken token = again.token();
        if (access.isBelowEpoch(tx, token.resource().organization(), token.value())) {
            throw Refusal.failedPrecondition(
                    "VALUE_ENDED", "what this request made was revoked since, with all that was issued before");
        }
        return again;
    }

    private static ApiToken regrant(Transaction tx, ApiToken token, Grants grants) {
        if (!grants.equals(token.grants())) {
            tx.announce(token.resource().organization(), new TrustChange.GrantsOverridden(token.id(), grants));
        }
        return token.granted(grants);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
