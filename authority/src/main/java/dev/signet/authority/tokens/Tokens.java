package dev.signet.authority.tokens;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.Pages;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * API tokens: create, get, list, update, rotate, delete. Each operation is one transaction, in which the caller is
 * read anew, so that a credential that ended a moment ago can do nothing.
 */
public final class Tokens {
    private final Ledger ledger;
    private final Access access;
    private final TokenMinter minter;
    private final StatusIndexes indexes;
    private final IdGenerator ids;
    private final InstantSource clock;

    public Tokens(Ledger ledger, Access access, TokenMinter minter, IdGenerator ids, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.minter = minter;
        this.indexes = new StatusIndexes(ledger);
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What a token is to be.
     *
     * @param resource what it belongs to
     * @param role the role that it is to hold there, null for the default of deployment tokens
     * @param expiryPeriodDays null for never
     */
    public record NewToken(
            ResourcePath resource,
            String displayName,
            String description,
            @Nullable String role,
            @Nullable Integer expiryPeriodDays) {

        public NewToken {
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

    public WithValue create(VerifiedToken presented, NewToken request) {
        ResourcePath resource = request.resource();
        String role = roleOf(request);
        refuseStrangers(presented, resource);
        int index = indexes.next(resource.organization());
        return ledger.write(tx -> {
                    if (tx.directory().lock(resource, Lock.SHARED).isEmpty()) {
                        throw Refusal.notFound(resource.name());
                    }
                    tx.tokens().lock(presented.claims().subject());
                    Caller caller = access.identify(tx, presented);
                    requireToIssue(caller, role, resource);
                    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
                    ApiToken token = new ApiToken(
                            ids.next(IdType.TOKEN),
                            resource,
                            request.displayName(),
                            request.description(),
                            Grants.of(resource.id(), role),
                            request.expiryPeriodDays(),
                            now,
                            now,
                            null,
                            caller.name(),
                            1,
                            issue(tx, index, now, request.expiryPeriodDays()));
                    tx.tokens().insert(token);
                    return withValue(token);
                })
                .value();
    }

    public ApiToken get(VerifiedToken presented, String organization, String id) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, presented);
            ApiToken token = find(tx, organization, id);
            caller.require(permission("get", token.resource()), token.resource());
            return token;
        });
    }

    /**
     * Tokens that the caller may see, with an id above {@code after}, in the order of ids.
     *
     * @param resource only those that belong to it, where given
     */
    public List<ApiToken> list(
            VerifiedToken presented, String organization, @Nullable ResourcePath resource, String after, int limit) {
        return ledger.read(tx -> {
            Caller caller = access.identify(tx, presented);
            if (resource != null) {
                caller.require(permission("get", resource), resource);
                if (tx.directory().find(resource).isEmpty()) {
                    throw Refusal.notFound(resource.name());
                }
            } else if (!organization.equals(presented.claims().organization())) {
                throw Refusal.notFound("organizations/" + organization);
            }
            return Pages.visible(
                    after,
                    limit,
                    (from, count) ->
                            tx.tokens().list(organization, resource == null ? null : resource.id(), from, count),
                    ApiToken::id,
                    token -> caller.may(permission("get", token.resource()), token.resource()));
        });
    }

    /**
     * Changes what people call a token.
     *
     * @param displayName null to leave it
     * @param description null to leave it
     * @param etag the version that the caller saw, null for any
     */
    public ApiToken update(
            VerifiedToken presented,
            String organization,
            String id,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable String etag) {
        if (displayName != null) {
            Fields.requireDisplayName("token.display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription("token.description", description);
        }
        return ledger.write(tx -> {
                    ApiToken token = lock(tx, presented, organization, id, "update");
                    Fields.requireEtag(etag, token.version(), token.name());
                    ApiToken updated = token.described(
                            displayName == null ? token.displayName() : displayName,
                            description == null ? token.description() : description,
                            clock.instant().truncatedTo(ChronoUnit.SECONDS));
                    tx.tokens().update(updated);
                    return updated;
                })
                .value();
    }

    /** Ends the value and makes another, with the expiration period starting again. */
    public WithValue rotate(VerifiedToken presented, String organization, String id) {
        refuseStrangers(presented, ResourcePath.organization(organization));
        int index = indexes.next(organization);
        return ledger.write(tx -> {
                    ApiToken token = lock(tx, presented, organization, id, "rotate");
                    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
                    ApiToken rotated = token.rotated(issue(tx, index, now, token.expiryPeriodDays()), now);
                    tx.tokens().update(rotated);
                    tx.announce(organization, revoked(token));
                    return withValue(rotated);
                })
                .value();
    }

    public void delete(VerifiedToken presented, String organization, String id) {
        ledger.write(tx -> {
            ApiToken token = lock(tx, presented, organization, id, "delete");
            tx.tokens().delete(id);
            tx.announce(organization, revoked(token));
            return id;
        });
    }

    /** Who presents the credential, as the store knows it. */
    public Caller whoAmI(VerifiedToken presented) {
        return ledger.read(tx -> access.identify(tx, presented));
    }

    /** Locks a token and what is above it, and sees that the caller may do this to it. */
    private ApiToken lock(Transaction tx, VerifiedToken presented, String organization, String id, String action) {
        refuseStrangers(presented, ResourcePath.organization(organization));
        ResourcePath resource = find(tx, organization, id).resource();
        if (tx.directory().lock(resource, Lock.SHARED).isEmpty()) {
            throw notFound(organization, id);
        }
        tx.tokens().lock(presented.claims().subject(), id);
        Caller caller = access.identify(tx, presented);
        ApiToken token = find(tx, organization, id);
        caller.require(permission(action, resource), resource);
        if (action.equals("rotate")) {
            token.grants()
                    .byResource()
                    .values()
                    .forEach(roles -> roles.forEach(role -> caller.requireToHold(role, resource)));
        }
        return token;
    }

    private void requireToIssue(Caller caller, String role, ResourcePath resource) {
        access.requireRoleFits("token.grants.role", role, resource);
        if (caller.isPlatform()) {
            // The one exception: whoever operates the installation gives each organization its first owner.
            if (resource.workspace() != null || !role.equals(RoleCatalogue.ORGANIZATION_OWNER)) {
                throw Refusal.permissionDenied(permission("create", resource), resource.name());
            }
            return;
        }
        caller.require(permission("create", resource), resource);
        caller.requireToHold(role, resource);
    }

    private IssuedValue issue(Transaction tx, int index, Instant now, @Nullable Integer expiryPeriodDays) {
        Instant expireTime = expiryPeriodDays == null ? null : now.plus(Duration.ofDays(expiryPeriodDays));
        return minter.issue(ids.nextValueId(), index, tx.trust().head(), now, expireTime);
    }

    private WithValue withValue(ApiToken token) {
        String value =
                minter.mint(token.id(), token.kind(), token.resource().organization(), token.grants(), token.value());
        return new WithValue(token, value);
    }

    /** Before anything is locked or reserved for them: members of other organizations learn nothing. */
    private static void refuseStrangers(VerifiedToken presented, ResourcePath resource) {
        String organization = presented.claims().organization();
        if (organization != null && !organization.equals(resource.organization())) {
            throw Refusal.notFound(resource.name());
        }
    }

    private static ApiToken find(Transaction tx, String organization, String id) {
        return tx.tokens()
                .find(id)
                .filter(token -> token.resource().organization().equals(organization))
                .orElseThrow(() -> notFound(organization, id));
    }

    private static Refusal notFound(String organization, String id) {
        return Refusal.notFound(ApiToken.name(organization, id));
    }

    private static TrustChange revoked(ApiToken token) {
        return new TrustChange.Revoked(Indexes.of(token.value().index()));
    }

    private static String permission(String action, ResourcePath resource) {
        return ApiToken.kindOf(resource).name().toLowerCase(Locale.ROOT) + ".apiTokens." + action;
    }

    private static String roleOf(NewToken request) {
        if (request.role() != null) {
            return request.role();
        }
        if (request.resource().deployment() == null) {
            throw Refusal.invalid("token.grants", "must hold the one role of the token");
        }
        return RoleCatalogue.DEPLOYMENT_ADMIN;
    }
}
