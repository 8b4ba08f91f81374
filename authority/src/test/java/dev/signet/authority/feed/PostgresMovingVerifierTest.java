package dev.signet.authority.feed;

import static dev.signet.authority.Verdicts.isGood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.e2e.Await;
import dev.signet.authority.tokens.Tokens;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A verifier whose authority goes away goes on at another. */
@Timeout(60)
final class PostgresMovingVerifierTest {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final TrustState trust = new TrustState();
    private final TokenVerifier verifier =
            new TokenVerifier(VerifierConfig.of(TestAuthority.ISSUER, TestAuthority.AUDIENCE), trust, Clocks.SYSTEM);
    private final List<WatchResponse> heard = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private Replicas replicas;
    private volatile Replicas.Served at;

    @BeforeEach
    void open() {
        replicas = new Replicas(folder);
    }

    @AfterEach
    void close() {
        thread.shutdownNow();
        replicas.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, Duration.ofSeconds(20), condition);
    }

    /** Leads to the authority that a balancer would choose, and takes down what it says. */
    private AuthorityLink link(String credential) {
        return new AuthorityLink() {
            @Override
            public Requests watch(Responses responses) {
                return AuthorityLink.over(at.port().channel(), new BearerToken(credential))
                        .watch(new Responses() {
                            @Override
                            public void ready() {
                                responses.ready();
                            }

                            @Override
                            public void message(WatchResponse message) {
                                heard.add(message);
                                responses.message(message);
                            }

                            @Override
                            public void ended(Status status) {
                                responses.ended(status);
                            }
                        });
            }

            @Override
            public void leaveConnection() {}
        };
    }

    @Test
    void itNeedsNoSnapshotAndMissesNoChange() {
        Replicas.Served a = replicas.start();
        Replicas.Served b = replicas.start();
        at = a;
        ResourcePath organization = a.authority().organization();
        Call owner = a.authority().owner(organization);
        Tokens.WithValue first = a.authority().issue(owner, organization, "ORGANIZATION_MEMBER");
        Tokens.WithValue second = a.authority().issue(owner, organization, "ORGANIZATION_MEMBER");
        TrustFeed feed = new TrustFeed(
                link(owner.credential().text()),
                FeedKeys.of(null, null),
                KeptTrust.nowhere(),
                new Subscription(Set.of(), false, null, "worker", "test"),
                trust,
                new TrustCodec(new VerificationKeys()),
                Clocks.SYSTEM,
                thread,
                new Random(1),
                verifier::takeUses,
                () -> {});
        feed.start();
        await("it verifies", () -> isGood(verifier, first.value()) && isGood(verifier, second.value()));
        assertFalse(Heard.snapshots(heard).isEmpty());
        long held = trust.held(organization.id()).revision();

        at = b;
        heard.clear();
        replicas.end(a);
        b.authority().tokens().delete(owner, organization.id(), first.token().id());
        await("it knows what ended meanwhile", () -> !isGood(verifier, first.value()));
        b.authority().tokens().delete(owner, organization.id(), second.token().id());
        await("it hears of what ends now", () -> !isGood(verifier, second.value()));
        assertEquals(List.of(), Heard.snapshots(heard));
        assertTrue(isGood(verifier, owner.credential().text()));
        assertTrue(trust.held(organization.id()).revision() > held);
        feed.close();
    }
}
