package dev.signet.authority.tokens;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.ApiKey;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.KeyToExchange;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** API keys: create, get, list, update, delete, and their exchange for access tokens. */
public final class ApiKeys {
    /** What an unknown key's secret is compared with, so that it takes as long as a known one's. */
    private static final byte[] NO_SECRET = new byte[32];

    private final Ledger ledger;
    private final Access access;
    private final TokensConfig config;
    private final TokenMinter minter;
    private final StatusIndexes indexes;
    private final IdGenerator ids;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Serves API keys.
     *
     * @param random makes secrets
     */
    public ApiKeys(
            Ledger ledger,
            Access access,
            TokensConfig config,
            TokenMinter minter,
            StatusIndexes indexes,
            IdGenerator ids,
            InstantSource clock,
            RandomGenerator random) {
        this.ledger = ledger;
        this.access = access;
        this.config = config;
        this.minter = minter;
        this.indexes = indexes;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /** A key with its secret. */
    public record WithSecret(ApiKey key, String secret) {
        @Override
        public String toString() {
            return "WithSecret[" + key.id() + "]";
        }
    }

    /**
     * An access token, a secret.
     *
     * @param expiresIn how long it was good when it was issued
     */
    public record AccessToken(String value, Instant expireTime, Duration expiresIn) {
        @Override
        public String toString() {
            return "AccessToken[" + expireTime + "]";
        }
    }

    public WithSecret create(Call call, ResourcePath deployment, String displayName, String description, Retry retry) {
        Fields.requireDisplayName("api_key.display_name", displayName);
        Fields.requireDescription("api_key.description", description);
        refuseStrangers(call, deployment);
        int index = indexes.next(deployment.organization());
        String secret = ApiKeySecret.generate(random);
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, deployment, "create", List.of());
                    access.requireToHold(tx, caller, "parent", RoleCatalogue.DEPLOYMENT_ADMIN, deployment);
                    if (retry.before(tx, caller).isPresent()) {
                        throw Refusal.failedPrecondition(
                                "SECRET_ALREADY_SHOWN", "this request made a key before, whose secret was shown then");
                    }
                    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
                    ApiKey key = new ApiKey(
                            ids.next(IdType.KEY),
                            deployment,
                            displayName,
                            description,
                            HexFormat.of().formatHex(ApiKeySecret.hash(secret)),
                            index,
                            now,
                            now,
                            caller.name(),
                            1,
                            null);
                    tx.apiKeys().insert(key);
                    retry.remember(tx, caller, key.id(), "", now);
                    record(tx, caller, "create", key);
                    return new WithSecret(key, secret);
                })
                .value();
    }

    public ApiKey get(Call call, ResourcePath deployment, String id) {
        return ledger.read(tx -> {
            access.identify(tx, call).require(permission("get"), deployment);
            return find(tx, deployment, id);
        });
    }

    /** Keys with an id above {@code after}, in the order of ids. */
    public List<ApiKey> list(Call call, ResourcePath deployment, String after, int limit) {
        return ledger.read(tx -> {
            access.identify(tx, call).require(permission("get"), deployment);
            if (tx.directory().find(deployment).isEmpty()) {
                throw Refusal.notFound(deployment.name());
            }
            return tx.apiKeys().list(deployment, after, limit);
        });
    }

    /**
     * Changes what people call a key.
     *
     * @param displayName null to leave it
     * @param description null to leave it
     * @param etag the version that the caller saw, null for any
     */
    public ApiKey update(
            Call call,
            ResourcePath deployment,
            String id,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable String etag) {
        if (displayName != null) {
            Fields.requireDisplayName("api_key.display_name", displayName);
        }
        if (description != null) {
            Fields.requireDescription("api_key.description", description);
        }
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, deployment, "update", List.of(id));
                    ApiKey key = find(tx, deployment, id);
                    Fields.requireEtag(etag, key.version(), key.name());
                    ApiKey updated = key.described(
                            displayName == null ? key.displayName() : displayName,
                            description == null ? key.description() : description,
                            clock.instant().truncatedTo(ChronoUnit.SECONDS));
                    tx.apiKeys().update(updated);
                    record(tx, caller, "update", updated);
                    return updated;
                })
                .value();
    }

    /** Lets a key be exchanged again that was disabled when the ledger was restored. */
    public ApiKey enable(Call call, ResourcePath deployment, String id) {
        return ledger.write(tx -> {
                    Caller caller = lock(tx, call, deployment, "update", List.of(id));
                    // Whoever has its secret, perhaps the caller, gets what it lets in as.
                    access.requireToHold(tx, caller, "name", RoleCatalogue.DEPLOYMENT_ADMIN, deployment);
                    ApiKey key = find(tx, deployment, id);
                    if (!key.disabled()) {
                        return key;
                    }
                    ApiKey enabled = key.enabled(clock.instant().truncatedTo(ChronoUnit.SECONDS));
                    tx.apiKeys().update(enabled);
                    record(tx, caller, "enable", enabled);
                    return enabled;
                })
                .value();
    }

    /** Ends a key and every access token obtained with it. */
    public Committed<String> delete(Call call, ResourcePath deployment, String id) {
        return ledger.writeFirst(tx -> {
            Caller caller = lock(tx, call, deployment, "delete", List.of(id));
            ApiKey key = find(tx, deployment, id);
            tx.apiKeys().delete(id);
            tx.revoke(deployment.organization(), List.of(EndedValue.of(key, clock.instant())));
            record(tx, caller, "delete", key);
            return id;
        });
    }

    /**
     * Exchanges a key for an access token. One read of one state: nothing is locked and nothing written, since the token
     * carries the key's own index and ends with it.
     *
     * @throws Refusal UNAUTHENTICATED where id and secret are not those of a key
     */
    public AccessToken exchange(String id, String secret, String audience) {
        String wanted = config.audience("audience", audience);
        byte[] hash = ApiKeySecret.hash(secret);
        Optional<KeyToExchange> found = ledger.keyToExchange(id);
        boolean matches =
                MessageDigest.isEqual(found.map(each -> each.key().secretHash()).orElse(NO_SECRET), hash);
        if (found.isEmpty() || !matches) {
            throw Refusal.unauthenticated("INVALID_API_KEY", "no API key has this id and secret");
        }
        ApiKey key = found.get().key();
        SigningKey signer = minter.signer(found.get().signingKey());
        Instant issueTime = clock.instant();
        Instant now = issueTime.truncatedTo(ChronoUnit.SECONDS);
        Instant expireTime = now.plus(ApiKey.ACCESS_LIFETIME);
        IssuedValue value = new IssuedValue(
                ids.nextValueId(), key.index(), signer.id(), found.get().head(), wanted, now, expireTime);
        Grants grants = Grants.of(key.deployment().id(), RoleCatalogue.DEPLOYMENT_ADMIN);
        String organization = key.deployment().organization();
        return new AccessToken(
                minter.mint(signer, id, Kind.ACCESS, organization, grants, value)
                        .text(),
                expireTime,
                Duration.between(issueTime, expireTime));
    }

    private Caller lock(Transaction tx, Call call, ResourcePath deployment, String action, List<String> subjects) {
        refuseStrangers(call, deployment);
        if (tx.directory().lock(deployment, Lock.SHARED).isEmpty()) {
            throw Refusal.notFound(deployment.name());
        }
        // Nobody holds up others by naming their keys as if they were of this deployment.
        List<String> own =
                subjects.stream().filter(id -> isOf(tx, deployment, id)).toList();
        tx.lockCaller(call.subject(), own);
        Caller caller = access.identify(tx, call);
        caller.require(permission(action), deployment);
        return caller;
    }

    private void record(Transaction tx, Caller caller, String action, ApiKey key) {
        caller.record(tx, key.deployment().organization(), "apiKey." + action, key.name(), clock.instant());
    }

    private static void refuseStrangers(Call call, ResourcePath deployment) {
        if (!call.mayKnow(deployment.organization())) {
            throw Refusal.notFound(deployment.name());
        }
    }

    private static boolean isOf(Transaction tx, ResourcePath deployment, String id) {
        return tx.apiKeys()
                .find(id)
                .filter(key -> key.deployment().equals(deployment))
                .isPresent();
    }

    private static ApiKey find(Transaction tx, ResourcePath deployment, String id) {
        return tx.apiKeys()
                .find(id)
                .filter(key -> key.deployment().equals(deployment))
                .orElseThrow(() -> Refusal.notFound(ApiKey.name(deployment, id)));
    }

    /** API keys are governed like the deployment's tokens. */
    private static String permission(String action) {
        return "deployment.apiTokens." + action;
    }
}
