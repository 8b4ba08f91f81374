package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.CustomRoles;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.directory.People;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.feed.FeedSigner;
import dev.signet.authority.feed.LastUse;
import dev.signet.authority.feed.PublishingLedger;
import dev.signet.authority.feed.TrustPublisher;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.http.HttpConfig;
import dev.signet.authority.keys.KeyRotation;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.keys.SigningKeys;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.authority.store.JdbcLedger;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.TokenMinter;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an authority as {@link Authority} wires them, real ones over a real store, with a clock that a test
 * moves, seeded randomness, and no port.
 */
public final class TestAuthority implements AutoCloseable {
    public static final String ISSUER = "https://signet.test";
    public static final String AUDIENCE = "signet";
    public static final String OTHER_AUDIENCE = "billing";
    public static final String ADDRESS = "192.0.2.1";

    private final Path data;
    private final FakeClock clock;
    private final Ledger ledger;
    private final Ledger published;
    private final TrustPublisher publisher;
    private final TrustCodec codec;
    private final TokenVerifier verifier;
    private final Access access;
    private final IdGenerator ids;
    private final FeedSigner feedSigner;
    private final TokenMinter minter;
    private final SigningKeys signingKeys;
    private final Directory directory;
    private final Tokens tokens;
    private final ApiKeys apiKeys;
    private final UserTokens userTokens;
    private final People people;
    private final CustomRoles customRoles;
    private final AuditLog audit;
    private final LastUse lastUse;
    private final Replica replica;

    private TestAuthority(AuthorityConfig config, FakeClock clock, long seed, Opening opening) {
        this.data = config.store().data();
        this.clock = clock;
        VerificationKeys keys = new VerificationKeys();
        Roles roles = RoleCatalogue.builtIn();
        this.ids = new IdGenerator(clock, new Random(seed));
        this.codec = new TrustCodec(keys);
        this.ledger = opening.open(config, codec, ids);
        Installation installation = new Installation(config, ledger, roles, keys, ids, clock, new SeededRandom(seed));
        KeyRotation rotation = installation.open();
        this.feedSigner = FeedSigner.of(installation.feedKey().key(), installation.feedKey()::sign);
        this.minter = installation.minter();
        this.publisher = new TrustPublisher(ledger, codec, feedSigner, clock, TrustPublisher.newThread());
        this.published = opening.published(new PublishingLedger(ledger, publisher));
        this.verifier = new TokenVerifier(
                VerifierConfig.of(config.tokens().issuer(), AUDIENCE), publisher.state(), new Clocks(() -> 0, clock));
        this.access = new Access(roles, clock);
        this.signingKeys = new SigningKeys(published, access, installation.ring(), rotation, clock);
        this.directory = new Directory(published, access, ids, clock);
        StatusIndexes indexes = new StatusIndexes(ledger);
        this.tokens = new Tokens(published, access, config.tokens(), minter, indexes, ids, clock);
        this.apiKeys = new ApiKeys(published, access, config.tokens(), minter, indexes, ids, clock, new Random(seed));
        this.userTokens = new UserTokens(published, access, config.tokens(), minter, ids, clock);
        this.people = new People(published, access, indexes, ids, clock);
        this.customRoles = new CustomRoles(published, access, roles, ids, clock);
        this.audit = new AuditLog(published, access, clock);
        this.lastUse = new LastUse(ledger);
        this.replica = ledger.join(publisher::heard);
        publisher.follow(replica);
    }

    /** Where the ledger comes from, and what a test puts around it. */
    public interface Opening {
        Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids);

        /** What the operations write to. */
        default Ledger published(Ledger published) {
            return published;
        }
    }

    /** The usual store, with something around what the operations write to. */
    public interface Surrounding extends Opening {
        @Override
        default Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids) {
            return ledger(config, codec, ids);
        }

        @Override
        Ledger published(Ledger published);
    }

    public static TestAuthority open(Path data) {
        return open(data, 20260301);
    }

    /** With other randomness, so that ids differ from those of an authority of the same folder before. */
    public static TestAuthority open(Path data, long seed) {
        return open(config(data), new FakeClock(), seed);
    }

    /** With its own store, and a clock that others may share. */
    public static TestAuthority open(AuthorityConfig config, FakeClock clock, long seed) {
        return open(config, clock, seed, TestAuthority::ledger);
    }

    /** Over a store that comes from elsewhere. */
    public static TestAuthority open(AuthorityConfig config, FakeClock clock, long seed, Opening opening) {
        return new TestAuthority(config, clock, seed, opening);
    }

    /** The store of a data folder. */
    public static Ledger ledger(AuthorityConfig config, TrustCodec codec, IdGenerator ids) {
        return JdbcLedger.open(config.store(), new FeedChangeCodec(codec), ids);
    }

    public static TestAuthority open(Path data, KeysConfig keys, long seed) {
        return open(config(data, keys), new FakeClock(), seed);
    }

    public static AuthorityConfig config(Path data) {
        return config(data, KeysConfig.of(null, null));
    }

    public static AuthorityConfig config(Path data, KeysConfig keys) {
        return config(data, keys, Duration.ofSeconds(60));
    }

    public static AuthorityConfig config(Path data, KeysConfig keys, Duration maximumStaleness) {
        return config(data, keys, maximumStaleness, new TokensConfig(ISSUER, List.of(AUDIENCE, OTHER_AUDIENCE)));
    }

    /** Another issuer, or for others. */
    public static AuthorityConfig config(Path data, TokensConfig tokens) {
        return config(data, KeysConfig.of(null, null), Duration.ofSeconds(60), tokens);
    }

    private static AuthorityConfig config(Path data, KeysConfig keys, Duration maximumStaleness, TokensConfig tokens) {
        return new AuthorityConfig(
                new StoreConfig(data),
                keys,
                tokens,
                new FeedConfig(maximumStaleness),
                new GrpcConfig(new ListenAddress("127.0.0.1", 0), false),
                new HttpConfig(new ListenAddress("127.0.0.1", 0)),
                LimitsConfig.UNLIMITED);
    }

    /** The same with another store. */
    public static AuthorityConfig over(AuthorityConfig config, PostgresConfig database) {
        return new AuthorityConfig(
                new StoreConfig(config.store().data(), database),
                config.keys(),
                config.tokens(),
                config.feed(),
                config.grpc(),
                config.http(),
                config.limits());
    }

    public FakeClock clock() {
        return clock;
    }

    /** The ledger as the operations use it: what is written is published. */
    public Ledger ledger() {
        return published;
    }

    /** The ledger itself: what is written reaches nobody until something else is published. */
    public Ledger unpublished() {
        return ledger;
    }

    public TrustPublisher publisher() {
        return publisher;
    }

    public TrustCodec codec() {
        return codec;
    }

    /** Signs with the installation's feed key. */
    public FeedSigner feedSigner() {
        return feedSigner;
    }

    /** The authority's own checker. */
    public TokenVerifier verifier() {
        return verifier;
    }

    public SigningKeys signingKeys() {
        return signingKeys;
    }

    public Access access() {
        return access;
    }

    public IdGenerator ids() {
        return ids;
    }

    public TokenMinter minter() {
        return minter;
    }

    public Directory directory() {
        return directory;
    }

    public Tokens tokens() {
        return tokens;
    }

    public ApiKeys apiKeys() {
        return apiKeys;
    }

    public UserTokens userTokens() {
        return userTokens;
    }

    public People people() {
        return people;
    }

    public CustomRoles customRoles() {
        return customRoles;
    }

    public AuditLog audit() {
        return audit;
    }

    /** What the audit log of an organization holds of a time span, read to its end. */
    public List<ChainedEvent> auditEvents(Call by, ResourcePath organization, Instant from, Instant to) {
        List<ChainedEvent> events = new ArrayList<>();
        AuditLog.Export export = audit.export(by, organization, from, to);
        while (!export.isDone()) {
            events.addAll(export.next());
        }
        return events;
    }

    public LastUse lastUse() {
        return lastUse;
    }

    /** The text of the operator's token. */
    public String platformText() {
        try {
            return Files.readString(data.resolve("platform-token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operator's token. */
    public Call platform() {
        return verified(platformText());
    }

    /** What the gate makes of a token that it lets in. */
    public Call verified(String value) {
        return new Call(
                assertInstanceOf(Verdict.Accepted.class, verifier.verify(value)).token(), ADDRESS);
    }

    public ResourcePath organization() {
        return directory.createOrganization(platform(), "an organization").path();
    }

    public ResourcePath workspace(Call by, ResourcePath organization) {
        return directory.createWorkspace(by, organization, "a workspace", "").path();
    }

    public ResourcePath deployment(Call by, ResourcePath workspace) {
        return directory.createDeployment(by, workspace, "a deployment", "").path();
    }

    /** An owner of the organization, made by the operator. */
    public Call owner(ResourcePath organization) {
        return token(platform(), organization, "ORGANIZATION_OWNER");
    }

    /** A new token that holds a role on a resource. */
    public Call token(Call by, ResourcePath resource, @Nullable String role) {
        return verified(issue(by, resource, role).value());
    }

    /** A new token that never expires. */
    public Tokens.WithValue issue(Call by, ResourcePath resource, @Nullable String role) {
        return tokens.create(by, newToken(resource, "a token", "", role, null));
    }

    /** A token with at most one role, on its own resource. */
    public static Tokens.NewToken newToken(
            ResourcePath resource,
            String displayName,
            String description,
            @Nullable String role,
            @Nullable Integer days) {
        return new Tokens.NewToken(
                resource,
                displayName,
                description,
                role == null ? Map.of() : Map.of(resource, role),
                days,
                "",
                Retry.NEVER);
    }

    /** This authority as one of those over its store. */
    public Replica replica() {
        return replica;
    }

    @Override
    public void close() {
        replica.close();
        publisher.close();
        ledger.close();
    }
}
