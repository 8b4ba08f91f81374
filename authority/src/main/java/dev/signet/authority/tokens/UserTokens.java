package dev.signet.authority.tokens;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;

/** User tokens: what lets a person in, for a day at most. They carry the user's own index and end with the user. */
public final class UserTokens {
    /** The longest life that a user token may have. */
    public static final Duration LONGEST = Person.LONGEST_LIFETIME;

    /** How long a person may go on by tokens that were made with tokens of their own, before somebody lets them in anew. */
    static final Duration LONGEST_LOGIN = Duration.ofDays(30);

    private final Ledger ledger;
    private final Access access;
    private final TokensConfig config;
    private final TokenMinter minter;
    private final IdGenerator ids;
    private final InstantSource clock;

    public UserTokens(
            Ledger ledger,
            Access access,
            TokensConfig config,
            TokenMinter minter,
            IdGenerator ids,
            InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.config = config;
        this.minter = minter;
        this.ids = ids;
        this.clock = clock;
    }

    /** A user token, a secret. */
    public record UserToken(String value, Instant expireTime) {
        @Override
        public String toString() {
            return "UserToken[" + expireTime + "]";
        }
    }

    /**
     * Makes a token for a user.
     *
     * @param lifetime at most 24 hours
     */
    public UserToken create(Call call, String organization, String id, Duration lifetime) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw Refusal.invalid("lifetime", "must be from 1s to 24h");
        }
        ResourcePath path = ResourcePath.organization(organization);
        if (!call.mayKnow(organization)) {
            throw Refusal.notFound(path.name());
        }
        return ledger.write(tx -> {
                    Person person = lock(tx, call, organization, id);
                    Caller caller = access.identify(tx, call);
                    if (caller.isPlatform()) {
                        if (!person.grants().on(organization).contains(RoleCatalogue.ORGANIZATION_OWNER)) {
                            throw Refusal.permissionDenied("organization.users.update", path.name());
                        }
                    } else {
                        caller.require("organization.users.update", path);
                        access.requireToHoldAll(tx, caller, organization, person.grants());
                    }
                    caller.record(tx, organization, "userToken.create", person.name(), clock.instant());
                    // Nobody lets themselves in.
                    boolean own = call.subject().equals(id);
                    return mint(tx, person, lifetime, own ? login(call) : clock.instant());
                })
                .value();
    }

    /**
     * Makes a fresh token for the user who asks, for as long as their login is not too old: who has a token of theirs,
     * perhaps a thief, is not let in for ever.
     */
    public UserToken renew(Call call) {
        if (call.claims().kind() != Kind.USER) {
            throw Refusal.failedPrecondition("NOT_A_USER", "only a user token can be renewed");
        }
        return ledger.write(tx -> {
                    Person person = lock(tx, call, access.identify(tx, call).organization(), call.subject());
                    // Once more under the lock, as everything may have been revoked before that was had.
                    Caller caller = access.identify(tx, call);
                    caller.record(tx, caller.organization(), "userToken.renew", person.name(), clock.instant());
                    return mint(tx, person, LONGEST, login(call));
                })
                .value();
    }

    private static Person lock(Transaction tx, Call call, String organization, String id) {
        if (tx.directory()
                .lock(ResourcePath.organization(organization), Lock.SHARED)
                .isEmpty()) {
            throw Refusal.notFound(Person.name(organization, id));
        }
        // Looked for before, as nobody holds up others by naming their people as if they were of this organization.
        find(tx, organization, id);
        tx.lockCaller(call.subject(), List.of(id));
        return find(tx, organization, id);
    }

    private static Person find(Transaction tx, String organization, String id) {
        return tx.people()
                .find(id)
                .filter(person -> person.organization().equals(organization))
                .orElseThrow(() -> Refusal.notFound(Person.name(organization, id)));
    }

    /** When somebody let the user who asks in; a token that does not say counts from its own issue. */
    private static Instant login(Call call) {
        try {
            Date told =
                    SignedJWT.parse(call.credential().text()).getJWTClaimsSet().getDateClaim(TokenMinter.AUTH_TIME);
            return told == null ? Instant.ofEpochSecond(call.claims().issuedAt()) : told.toInstant();
        } catch (ParseException e) {
            throw new IllegalStateException("a token that was verified cannot be read", e);
        }
    }

    private UserToken mint(Transaction tx, Person person, Duration lifetime, Instant login) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant loginEnds = login.truncatedTo(ChronoUnit.SECONDS).plus(LONGEST_LOGIN);
        // Later than now, as no token of the login is good for longer.
        Instant expireTime = now.plus(lifetime).isBefore(loginEnds) ? now.plus(lifetime) : loginEnds;
        SigningKey signer = minter.signer(tx);
        IssuedValue value =
                minter.issue(tx, signer, ids.nextValueId(), person.index(), config.defaultAudience(), now, expireTime);
        Grants grants = person.grants();
        TokenMinter.Minted minted =
                minter.mint(signer, person.id(), Kind.USER, person.organization(), grants, value, login);
        if (minted.grantsByFeed()) {
            tx.announce(person.organization(), new TrustChange.GrantsOverridden(person.id(), grants));
        }
        return new UserToken(minted.text(), expireTime);
    }
}
