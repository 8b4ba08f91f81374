package dev.signet.authority.access;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiKey;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.PlatformToken;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustPart;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out who a caller is, anew in each transaction: what is in memory may refuse, and never allows. */
public final class Access {
    private final Roles roles;
    private final InstantSource clock;

    public Access(Roles roles, InstantSource clock) {
        this.roles = roles;
        this.clock = clock;
    }

    /**
     * Reads the caller from the store. A transaction that writes has locked the credential before, or what it reads may
     * end before the commit; the key and the roles by which it is let in stay as they are.
     *
     * @throws Refusal UNAUTHENTICATED where the value was rotated, deleted or has expired, or its key was revoked
     */
    public Caller identify(Transaction tx, Call call) {
        boolean keyGood = tx.keys()
                .hold(call.credential().key().id())
                .filter(key -> key.state().verifies())
                .isPresent();
        if (!keyGood) {
            throw Refusal.unauthenticated("REVOKED_KEY", "the key that signed the credential is no longer trusted");
        }
        Claims claims = call.claims();
        String organization = claims.organization();
        if (claims.grantsRevision() < tx.trust().epoch(TrustPart.INSTALLATION)
                || (organization != null && claims.grantsRevision() < tx.trust().epoch(organization))) {
            throw Refusal.unauthenticated("EPOCH", "everything that was issued before was revoked");
        }
        Grants grants = switch (claims.kind()) {
            case ORGANIZATION, WORKSPACE, DEPLOYMENT -> grantsOfToken(tx, claims);
            case ACCESS -> grantsOfKey(tx, claims);
            case USER -> grantsOfPerson(tx, claims);
            case PLATFORM -> grantsOfPlatform(tx, claims);
        };
        return new Caller(call, grants, roles, customRoles(tx, organization, grants));
    }

    /** Whether everything that was issued when this value was has been revoked. */
    public boolean isBelowEpoch(Transaction tx, String organization, IssuedValue value) {
        return value.grantsRevision()
                < Math.max(tx.trust().epoch(TrustPart.INSTALLATION), tx.trust().epoch(organization));
    }

    /**
     * Sees that a role exists and can be held on such a resource, and keeps it from being deleted meanwhile.
     *
     * @return what it permits
     */
    public Set<String> requireRole(Transaction tx, String field, String role, ResourcePath resource) {
        if (IdType.ROLE.matches(role)) {
            StoredRole custom = tx.roles()
                    .lock(resource.organization(), role, Lock.SHARED)
                    .orElseThrow(() -> Refusal.invalid(field, "names no role: " + role));
            if (resource.deployment() == null) {
                throw Refusal.invalid(field, "names a custom role, which only deployments take: " + role);
            }
            if (!custom.role().appliesIn(resource)) {
                throw Refusal.invalid(field, "names a role that is restricted to other workspaces: " + role);
            }
            return custom.role().permissions();
        }
        if (!roles.permissions().containsKey(role)) {
            throw Refusal.invalid(field, "names no role: " + role);
        }
        String scope = ApiToken.kindOf(resource).name();
        if (!role.startsWith(scope + "_")) {
            throw Refusal.invalid(
                    field,
                    "names a role of another scope than the %s: %s".formatted(scope.toLowerCase(Locale.ROOT), role));
        }
        return roles.of(role);
    }

    /** Nobody hands out more than they hold: every permission of the role, on that very resource. */
    public void requireToHold(Transaction tx, Caller caller, String field, String role, ResourcePath resource) {
        requireEach(caller, role, requireRole(tx, field, role, resource), resource);
    }

    /**
     * The same for all that a subject holds already: whoever gets its value gets all of it. That includes a custom role
     * that was restricted to other workspaces since, as it may be allowed here again.
     */
    public void requireToHoldAll(Transaction tx, Caller caller, String organization, Grants grants) {
        grants.byResource().forEach((id, held) -> {
            ResourcePath resource = id.equals(organization)
                    ? ResourcePath.organization(organization)
                    : tx.directory().locate(organization, id).orElseThrow(() -> Refusal.notFound(id));
            for (String role : held) {
                Set<String> permissions = IdType.ROLE.matches(role)
                        ? tx.roles()
                                .lock(organization, role, Lock.SHARED)
                                .map(custom -> custom.role().permissions())
                                .orElse(Set.of())
                        : roles.of(role);
                requireEach(caller, role, permissions, resource);
            }
        });
    }

    private static void requireEach(Caller caller, String role, Set<String> permissions, ResourcePath resource) {
        for (String permission : permissions) {
            if (!caller.may(permission, resource)) {
                throw Refusal.escalation(role, permission, resource.name());
            }
        }
    }

    private Grants grantsOfToken(Transaction tx, Claims claims) {
        ApiToken token = tx.tokens().find(claims.subject()).orElseThrow(Access::ended);
        ApiToken.Previous previous = token.previous();
        if (previous != null
                && previous.valueId().equals(claims.valueId())
                // In milliseconds, as verifiers count.
                && !clock.instant().truncatedTo(ChronoUnit.MILLIS).isAfter(previous.notAfter())) {
            requireUnexpired(claims);
            return token.grants();
        }
        requireLive(token.value(), claims);
        return token.grants();
    }

    private Grants grantsOfKey(Transaction tx, Claims claims) {
        ApiKey key = tx.apiKeys().find(claims.subject()).orElseThrow(Access::ended);
        requireUnexpired(claims);
        return Grants.of(key.deployment().id(), RoleCatalogue.DEPLOYMENT_ADMIN);
    }

    private Grants grantsOfPerson(Transaction tx, Claims claims) {
        Person person = tx.people().find(claims.subject()).orElseThrow(Access::ended);
        requireUnexpired(claims);
        return person.grants();
    }

    private Grants grantsOfPlatform(Transaction tx, Claims claims) {
        PlatformToken token = tx.tokens().platformTokens().stream()
                .filter(stored -> stored.id().equals(claims.subject()))
                .findFirst()
                .orElseThrow(Access::ended);
        requireLive(token.value(), claims);
        return Grants.NONE;
    }

    private Map<String, CustomRole> customRoles(Transaction tx, @Nullable String organization, Grants grants) {
        Map<String, CustomRole> custom = new HashMap<>();
        if (organization != null) {
            grants.byResource().values().stream()
                    .flatMap(List::stream)
                    .filter(IdType.ROLE::matches)
                    .sorted()
                    .distinct()
                    .forEach(id -> tx.roles()
                            .lock(organization, id, Lock.SHARED)
                            .ifPresent(role -> custom.put(id, role.role())));
        }
        return custom;
    }

    private void requireLive(IssuedValue value, Claims claims) {
        if (!value.valueId().equals(claims.valueId())) {
            throw ended();
        }
        requireUnexpired(claims);
    }

    private void requireUnexpired(Claims claims) {
        Instant expiry = claims.expiry();
        if (expiry != null && !clock.instant().isBefore(expiry)) {
            throw Refusal.unauthenticated("EXPIRED", "the credential has expired");
        }
    }

    private static Refusal ended() {
        return Refusal.unauthenticated("REVOKED", "the credential was deleted or rotated");
    }
}
