package dev.signet.authority;

import dev.signet.authority.access.Call;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.feed.TrustGrpc;
import dev.signet.authority.grpc.AccessTokenGrpc;
import dev.signet.authority.grpc.ApiKeyGrpc;
import dev.signet.authority.grpc.AuditGrpc;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.grpc.ChangeAnswers;
import dev.signet.authority.grpc.DirectoryGrpc;
import dev.signet.authority.grpc.ErrorDoor;
import dev.signet.authority.grpc.GuardedServices;
import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.grpc.RoleGrpc;
import dev.signet.authority.grpc.TokenGrpc;
import dev.signet.authority.grpc.UserGrpc;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.limits.StreamShares;
import dev.signet.authority.metrics.Metrics;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.verify.TokenVerifier;
import io.grpc.BindableService;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.function.Supplier;

/** The services behind the gate and the door, without a port; calls run on the threads that make them. */
public final class InProcess implements AutoCloseable {
    private final LocalServer server;

    public InProcess(TestAuthority authority) {
        this(authority, authority.verifier(), Callers.of(LimitsConfig.UNLIMITED, () -> 0));
    }

    /** @param callers what limits them */
    public InProcess(TestAuthority authority, Callers callers) {
        this(authority, authority.verifier(), callers);
    }

    /** With another checker at the gate than the authority's own. */
    public InProcess(TestAuthority authority, TokenVerifier verifier) {
        this(authority, verifier, Callers.of(LimitsConfig.UNLIMITED, () -> 0));
    }

    private InProcess(TestAuthority authority, TokenVerifier verifier, Callers callers) {
        this(
                authority,
                verifier,
                callers,
                List.of(
                        new DirectoryGrpc(authority.directory(), changes(authority)),
                        new TokenGrpc(authority.tokens(), authority.directory(), changes(authority), authority.clock()),
                        new ApiKeyGrpc(authority.apiKeys(), authority.directory(), changes(authority)),
                        new UserGrpc(
                                authority.people(), authority.userTokens(), authority.directory(), changes(authority)),
                        new RoleGrpc(authority.customRoles(), RoleCatalogue.builtIn(), changes(authority)),
                        new AuditGrpc(authority.audit()),
                        trust(authority, CallerGate::call)));
    }

    /** The feed's service of an authority, for as many streams as come, and nobody with a certificate. */
    public static TrustGrpc trust(TestAuthority authority, Supplier<Call> calls) {
        return new TrustGrpc(
                authority.unpublished(),
                authority.access(),
                authority.verifier(),
                authority.publisher(),
                authority.lastUse(),
                StreamShares.of(LimitsConfig.UNLIMITED),
                authority.clock(),
                calls,
                () -> null,
                ErrorDoor::toStatus);
    }

    public InProcess(TestAuthority authority, List<BindableService> services) {
        this(authority, authority.verifier(), Callers.of(LimitsConfig.UNLIMITED, () -> 0), services);
    }

    private InProcess(
            TestAuthority authority, TokenVerifier verifier, Callers callers, List<BindableService> services) {
        this.server = new LocalServer(new GuardedServices(
                new Metrics(() -> Clocks.SYSTEM.now().nanos()).calls(),
                verifier,
                callers,
                null,
                authority.audit(),
                services,
                List.of(new AccessTokenGrpc(authority.apiKeys(), callers))));
    }

    private static ChangeAnswers changes(TestAuthority authority) {
        return new ChangeAnswers(authority.publisher(), authority.clock());
    }

    public LocalServer server() {
        return server;
    }

    public ManagedChannel channel() {
        return server.channel();
    }

    public static CallCredentials bearer(String token) {
        return new BearerToken(token);
    }

    @Override
    public void close() {
        server.close();
    }
}
