package dev.signet.authority;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.CustomRoles;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.directory.People;
import dev.signet.authority.feed.CertificateVerifiers;
import dev.signet.authority.feed.Checkpoints;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.authority.feed.FeedSigner;
import dev.signet.authority.feed.Forgetting;
import dev.signet.authority.feed.LastUse;
import dev.signet.authority.feed.PublishingLedger;
import dev.signet.authority.feed.TrustGrpc;
import dev.signet.authority.feed.TrustPublisher;
import dev.signet.authority.feed.VerifierExchange;
import dev.signet.authority.grpc.AccessTokenGrpc;
import dev.signet.authority.grpc.ApiKeyGrpc;
import dev.signet.authority.grpc.AuditGrpc;
import dev.signet.authority.grpc.BackupGrpc;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.grpc.ChangeAnswers;
import dev.signet.authority.grpc.DirectoryGrpc;
import dev.signet.authority.grpc.ErrorDoor;
import dev.signet.authority.grpc.GrpcServer;
import dev.signet.authority.grpc.GuardedServices;
import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.grpc.RoleGrpc;
import dev.signet.authority.grpc.SigningKeyGrpc;
import dev.signet.authority.grpc.TokenGrpc;
import dev.signet.authority.grpc.UserGrpc;
import dev.signet.authority.http.HttpServer;
import dev.signet.authority.http.Route;
import dev.signet.authority.keys.FeedKey;
import dev.signet.authority.keys.KeyRotation;
import dev.signet.authority.keys.SigningKeys;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.StreamShares;
import dev.signet.authority.metrics.Metrics;
import dev.signet.authority.oauth.OAuth;
import dev.signet.authority.rest.Rest;
import dev.signet.authority.store.JdbcLedger;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.StatusIndexes;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.StatusLists;
import dev.signet.authority.tokens.TokenMinter;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.tls.ServerTls;
import dev.signet.verifier.tls.TlsContext;
import dev.signet.verifier.token.CryptoProvider;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The authority as a process: builds every part with {@code new}, starts them in order, closes them in reverse. */
public final class Authority implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Authority.class);

    private final Ledger ledger;
    private final TrustPublisher publisher;
    private final GrpcServer server;
    private final LocalServer local;
    private final HttpServer http;
    private final Housekeeping housekeeping;
    private final VerifierExchange exchange;

    private Authority(
            Ledger ledger,
            TrustPublisher publisher,
            GrpcServer server,
            LocalServer local,
            HttpServer http,
            Housekeeping housekeeping,
            VerifierExchange exchange) {
        this.ledger = ledger;
        this.publisher = publisher;
        this.server = server;
        this.local = local;
        this.http = http;
        this.housekeeping = housekeeping;
        this.exchange = exchange;
    }

    /**
     * Opens or makes the installation and serves it.
     *
     * @throws InvalidConfiguration where the folder, the master key or the port cannot be used; nothing was changed
     */
    public static Authority start(AuthorityConfig config) {
        CryptoProvider crypto = CryptoProvider.chosen();
        if (crypto.isFast()) {
            LOG.info("signatures are made by {}", crypto);
        } else {
            LOG.warn("signatures are made by {}", crypto);
        }
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        IdGenerator ids = new IdGenerator(clock, random);
        VerificationKeys keys = new VerificationKeys();
        TrustCodec codec = new TrustCodec(keys);
        LongSupplier nanos = () -> Clocks.SYSTEM.now().nanos();
        Metrics metrics = new Metrics(nanos);
        ServerTls files = config.grpc().exposure().tls();
        TlsContext tls = files == null ? null : TlsContext.of(files, clock);
        Ledger ledger = metrics.timed(JdbcLedger.open(config.store(), new FeedChangeCodec(codec), ids));
        try {
            Roles roles = RoleCatalogue.builtIn();
            Installation installation = new Installation(config, ledger, roles, keys, ids, clock, random);
            KeyRotation rotation = installation.open();
            TokenMinter minter = installation.minter();
            FeedKey feedKey = installation.feedKey();
            FeedSigner signer = FeedSigner.of(feedKey.key(), feedKey::sign);
            LOG.info("feed key {}; SIGNET_FEED_KEY pins it at a sidecar", signer.id());
            TrustPublisher publisher = new TrustPublisher(
                    ledger, codec, signer, clock, TrustPublisher.newThread(), metrics.propagationNanos());
            Ledger published = new PublishingLedger(ledger, publisher);
            TokenVerifier verifier = new TokenVerifier(
                    VerifierConfig.of(config.tokens().issuer(), config.tokens().defaultAudience()),
                    publisher.state(),
                    Clocks.SYSTEM);
            Access access = new Access(roles, clock);
            StatusIndexes indexes = new StatusIndexes(ledger);
            Directory directory = new Directory(published, access, ids, clock);
            People people = new People(published, access, indexes, ids, clock);
            Tokens tokens = new Tokens(published, access, config.tokens(), minter, indexes, ids, clock);
            ApiKeys apiKeys = new ApiKeys(published, access, config.tokens(), minter, indexes, ids, clock, random);
            UserTokens userTokens = new UserTokens(published, access, config.tokens(), minter, ids, clock);
            SigningKeys signingKeys = new SigningKeys(published, access, installation.ring(), rotation, clock);
            CustomRoles customRoles = new CustomRoles(published, access, roles, ids, clock);
            AuditLog audit = new AuditLog(published, access, clock);
            LastUse lastUse = new LastUse(ledger);
            TrustGrpc trust = new TrustGrpc(
                    ledger,
                    access,
                    verifier,
                    publisher,
                    lastUse,
                    StreamShares.of(config.limits()),
                    clock,
                    CallerGate::call,
                    CallerGate::watcher,
                    ErrorDoor::toStatus);
            ChangeAnswers changes = new ChangeAnswers(publisher, clock);
            Callers callers = Callers.of(config.limits(), nanos);
            GuardedServices services = new GuardedServices(
                    metrics.calls(),
                    verifier,
                    callers,
                    tls == null ? null : new CertificateVerifiers(config.feed().certificates(), tls, clock),
                    audit,
                    List.of(
                            new DirectoryGrpc(directory, changes),
                            new TokenGrpc(tokens, directory, changes, clock),
                            new ApiKeyGrpc(apiKeys, directory, changes),
                            new UserGrpc(people, userTokens, directory, changes),
                            new RoleGrpc(customRoles, roles, changes),
                            new AuditGrpc(audit),
                            new SigningKeyGrpc(signingKeys, changes),
                            new BackupGrpc(ledger, access),
                            trust),
                    List.of(new AccessTokenGrpc(apiKeys, callers)));
            GrpcServer server = new GrpcServer(config.grpc(), config.limits(), services, tls, nanos);
            metrics.gauges("signet_calls_waiting", "Calls that wait for their turn.", "lane", server::waiting);
            LocalServer local = new LocalServer(services);
            StatusLists lists =
                    new StatusLists(ledger, publisher.state(), publisher::exists, config.tokens(), minter, clock);
            Condition condition = new Condition(ledger, publisher, config.keys().rotationPeriod(), clock);
            condition.measure(metrics);
            List<Route> routes = new ArrayList<>(condition.routes());
            if (config.http().showsMetrics()) {
                routes.add(metrics.route());
            }
            routes.addAll(OAuth.routes(config.tokens(), local, publisher.state(), lists, Clocks.SYSTEM));
            routes.addAll(Rest.routes(local, roles));
            HttpServer http = new HttpServer(config.http(), routes, tls);
            Replica replica = ledger.join(publisher::heard);
            publisher.follow(replica);
            Housekeeping housekeeping = new Housekeeping(
                    ledger,
                    replica,
                    signingKeys,
                    audit,
                    verifier,
                    lastUse,
                    new Forgetting(published, clock),
                    new Checkpoints(ledger),
                    clock);
            VerifierExchange exchange = new VerifierExchange(trust, replica);
            Authority authority = new Authority(ledger, publisher, server, local, http, housekeeping, exchange);
            try {
                server.start();
                http.start();
            } catch (InvalidConfiguration e) {
                authority.close();
                throw e;
            }
            // Last, as nothing ends it where the server cannot start.
            housekeeping.start();
            if (tls != null) {
                housekeeping.follow(tls);
            }
            exchange.start();
            LOG.info(
                    "serving {} on {}",
                    config.tokens().issuer(),
                    new ListenAddress(config.grpc().listen().host(), server.port()));
            ListenAddress httpListen = config.http().listen();
            if (httpListen != null) {
                LOG.info("serving HTTP on {}", new ListenAddress(httpListen.host(), http.port()));
            }
            return authority;
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    /**
     * Ends every platform token and writes a new one to its file, without serving.
     *
     * @return the file
     * @throws InvalidConfiguration where the folder or the master key cannot be used, or an authority is running on it
     */
    public static Path resetPlatformToken(AuthorityConfig config) {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        IdGenerator ids = new IdGenerator(clock, random);
        VerificationKeys keys = new VerificationKeys();
        try (Ledger ledger = JdbcLedger.open(config.store(), new FeedChangeCodec(new TrustCodec(keys)), ids)) {
            Installation installation =
                    new Installation(config, ledger, RoleCatalogue.builtIn(), keys, ids, clock, random);
            return installation.resetPlatformToken();
        }
    }

    /** The port of the gRPC server. */
    public int port() {
        return server.port();
    }

    /** The port of the HTTP server; not positive where there is none. */
    public int httpPort() {
        return http.port();
    }

    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    @Override
    public void close() {
        // Streams first, as the server waits for them; the publisher last but one, as calls under way still need it.
        publisher.endStreams();
        http.close();
        local.close();
        server.close();
        exchange.close();
        housekeeping.close();
        publisher.close();
        ledger.close();
    }
}
