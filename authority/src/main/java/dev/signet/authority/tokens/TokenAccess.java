package dev.signet.authority.tokens;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.TokenQuery;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Who may see a token, and who may do what to it. */
record TokenAccess(Access access) {
    private static final int BATCH = 200;

    /** A token that stays as it is until the transaction ends, and who may change it. */
    record Locked(Caller caller, ApiToken token) {}

    /** Locks a token and what is above it, and sees that the caller may do this to it. */
    Locked lock(Transaction tx, Call call, String organization, String id, String action) {
        ResourcePath resource = resourceOf(tx, call, organization, id);
        lockShared(tx, resource);
        tx.lockCaller(call.subject(), List.of(id));
        Caller caller = access.identify(tx, call);
        ApiToken token = find(tx, organization, id);
        if (!action.equals("delete") || !isHeldBy(call, token)) {
            caller.require(permission(action, resource), resource);
        }
        return new Locked(caller, token);
    }

    /**
     * Whether the caller has the token's present value. Whoever has may put an end to it: nobody can do more with it then.
     * A value that was rotated away ends by itself, and the one after it is somebody else's, perhaps for that very reason.
     */
    static boolean isHeldBy(Call call, ApiToken token) {
        return call.subject().equals(token.id())
                && call.claims().valueId().equals(token.value().valueId());
    }

    /** Sees that the caller may issue a token with these roles. */
    void requireToIssue(Transaction tx, Caller caller, ResourcePath resource, SortedMap<ResourcePath, String> roles) {
        if (caller.isPlatform()) {
            // The one exception: whoever operates the installation gives each organization its first owner.
            if (!roles.equals(
                    Map.of(ResourcePath.organization(resource.organization()), RoleCatalogue.ORGANIZATION_OWNER))) {
                throw Refusal.permissionDenied(permission("create", resource), resource.name());
            }
            return;
        }
        roles.forEach((each, role) -> access.requireRole(tx, "token.grants.role", role, each));
        caller.require(permission("create", resource), resource);
        roles.forEach((each, role) -> access.requireToHold(tx, caller, "token.grants.role", role, each));
    }

    /** Sees that the caller may get the value of a token that may have been given more since it was made. */
    void requireToHandOver(Transaction tx, Caller caller, ApiToken token) {
        String organization = token.resource().organization();
        if (!caller.isPlatform()) {
            access.requireToHoldAll(tx, caller, organization, token.grants());
        } else if (!token.grants().equals(Grants.of(organization, RoleCatalogue.ORGANIZATION_OWNER))) {
            throw Refusal.permissionDenied(
                    permission("rotate", token.resource()), token.resource().name());
        }
    }

    /** What a token belongs to, which never changes. */
    static ResourcePath resourceOf(Transaction tx, Call call, String organization, String id) {
        refuseStrangers(call, ResourcePath.organization(organization));
        return find(tx, organization, id).resource();
    }

    static void lockShared(Transaction tx, ResourcePath resource) {
        if (tx.directory().lock(resource, Lock.SHARED).isEmpty()) {
            throw Refusal.notFound(resource.name());
        }
    }

    /** Before anything is locked or reserved for them: members of other organizations learn nothing. */
    static void refuseStrangers(Call call, ResourcePath resource) {
        if (!call.mayKnow(resource.organization())) {
            throw Refusal.notFound(resource.name());
        }
    }

    static ApiToken find(Transaction tx, String organization, String id) {
        return tx.tokens()
                .find(id)
                .filter(token -> token.resource().organization().equals(organization))
                .orElseThrow(() -> Refusal.notFound(ApiToken.name(organization, id)));
    }

    /** Whether the caller may see the token's roles on something below its own resource. */
    static boolean isSeenThroughAGrant(Transaction tx, Caller caller, ApiToken token) {
        String organization = token.resource().organization();
        return token.grants().byResource().keySet().stream()
                .filter(id -> !id.equals(organization))
                .map(id -> tx.directory().locate(organization, id))
                .flatMap(Optional::stream)
                .anyMatch(resource -> caller.may(permission("get", resource), resource));
    }

    /** A page of those that the caller may read; the others are passed over. */
    static List<ApiToken> visible(Transaction tx, Caller caller, TokenQuery query) {
        List<ApiToken> page = new ArrayList<>();
        TokenQuery rest = query.from(query.after(), Math.max(BATCH, query.limit()));
        while (true) {
            List<ApiToken> batch = tx.tokens().list(rest);
            for (ApiToken token : batch) {
                if (page.size() == query.limit()) {
                    return page;
                }
                if (caller.may(permission("get", token.resource()), token.resource())) {
                    page.add(token);
                }
            }
            if (batch.size() < rest.limit()) {
                return page;
            }
            ApiToken last = batch.get(batch.size() - 1);
            rest = rest.from(new TokenQuery.After(query.keyOf(last), last.id()), rest.limit());
        }
    }

    static String permission(String action, ResourcePath resource) {
        return ApiToken.kindOf(resource).name().toLowerCase(Locale.ROOT) + ".apiTokens." + action;
    }
}
