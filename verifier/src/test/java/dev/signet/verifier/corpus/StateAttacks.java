package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.EDWARDS;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.STRANGER;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.header;
import static dev.signet.verifier.corpus.Forge.input;
import static dev.signet.verifier.corpus.Forge.signedHeader;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.STATUS_INDEX;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Classes 67 to 70 and 72: good tokens that have ended, and verifiers that cannot know. */
final class StateAttacks {
    private static final long REVISION = TestTokens.GRANTS_REVISION;

    private StateAttacks() {}

    static void addTo(Cases cases) {
        revoked(cases);
        epochs(cases);
        stale(cases);
        remembered(cases);
        otherIssuers(cases);
    }

    private static void revoked(Cases cases) {
        OrganizationTrust before = TestTrust.organization(REVISION - 1, Freshness.NEVER);
        cases.of(67)
                .both(Reason.REVOKED, "revoked", () -> good().sign(), CorpusTrust::revoke)
                .both(
                        Reason.REVOKED,
                        "revoked with others",
                        () -> good().sign(),
                        trust -> trust.change(new TrustChange.Revoked(Indexes.of(1, STATUS_INDEX, 1 << 20))))
                .both(
                        Reason.REVOKED,
                        "its organization deleted",
                        () -> good().sign(),
                        trust -> trust.change(new TrustChange.OrganizationDeleted()))
                .both(
                        Reason.REVOKED,
                        "its grace is over",
                        () -> good().sign(),
                        trust -> trust.change(new TrustChange.Ending(STATUS_INDEX, TestTokens.NOW.toEpochMilli() - 1)))
                .both(Reason.REVOKED, "its grace ends", () -> good().sign(), trust -> {
                    trust.change(new TrustChange.Ending(STATUS_INDEX, TestTokens.NOW.toEpochMilli() + 1000));
                    trust.pass(Duration.ofMillis(1001));
                })
                .both(Reason.REVOKED, "revoked, and an older snapshot replayed", () -> good().sign(), trust -> {
                    trust.revoke();
                    trust.state().replace(before.confirmed(trust.fresh()));
                })
                .both(Reason.REVOKED, "revoked in the snapshot that it begins with", () -> good().sign(), trust -> {
                    OrganizationTrust held = trust.organization();
                    trust.state().replace(held.after(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)), REVISION + 9));
                })
                .both(Reason.REVOKED, "revoked, the change heard twice", () -> good().sign(), trust -> {
                    trust.revoke();
                    trust.state()
                            .apply(
                                    ORGANIZATION,
                                    new TrustChange.Revoked(Indexes.of(STATUS_INDEX)),
                                    REVISION + 1,
                                    REVISION);
                })
                .both(Reason.REVOKED, "revoked, and to end later", () -> good().sign(), trust -> {
                    trust.revoke();
                    trust.change(new TrustChange.Ending(STATUS_INDEX, TestTokens.NOW.toEpochMilli() + 600_000));
                });
        cases.unseen(
                Reason.REVOKED,
                "an operator's token revoked",
                TestTokens.of(Kind.PLATFORM).sign(),
                trust -> trust.changeInstallation(new TrustChange.Revoked(Indexes.of(STATUS_INDEX))));
    }

    private static void epochs(Cases cases) {
        TrustChange raised = new TrustChange.EpochRaised(REVISION + 1);
        Roles less = new Roles(Map.of("WORKSPACE_OPERATOR", Set.of("workspace.get")));
        cases.of(68)
                .both(
                        Reason.EPOCH,
                        "its organization's epoch raised",
                        () -> good().sign(),
                        trust -> trust.change(raised))
                .both(
                        Reason.EPOCH,
                        "the installation's epoch raised",
                        () -> good().sign(),
                        trust -> trust.changeInstallation(raised))
                .unseen(
                        Reason.EPOCH,
                        "the installation's epoch raised, an operator's token",
                        TestTokens.of(Kind.PLATFORM).sign(),
                        trust -> trust.changeInstallation(raised))
                .both(Reason.EPOCH, "raised, and a lower one after it", () -> good().sign(), trust -> {
                    trust.change(raised);
                    trust.change(new TrustChange.EpochRaised(1));
                })
                .unseen(
                        Reason.EPOCH,
                        "grants_rev 0",
                        good().with("grants_rev", 0).sign(),
                        trust -> trust.change(new TrustChange.EpochRaised(1)))
                .malformed("grants_rev below zero", Forge.payload(Forge.claim("grants_rev", "-1")))
                .malformed("no grants_rev", good().without("grants_rev").sign());
        TestTokens lowered = good();
        TestTokens unseen = good();
        cases.known(
                        Reason.PERMISSION_DENIED,
                        "its roles taken away, of a remembered token",
                        lowered.sign(),
                        trust -> trust.change(new TrustChange.GrantsOverridden(lowered.subject(), Grants.NONE)))
                .unseen(
                        Reason.PERMISSION_DENIED,
                        "its roles taken away, of a token not seen yet",
                        unseen.sign(),
                        trust -> trust.change(new TrustChange.GrantsOverridden(
                                unseen.subject(), Grants.of(WORKSPACE, "WORKSPACE_VIEWER"))))
                .both(
                        Reason.PERMISSION_DENIED,
                        "its role permits less",
                        () -> good().sign(),
                        trust -> trust.changeInstallation(new TrustChange.RolesReplaced(less)));
    }

    private static void stale(Cases cases) {
        Duration bound = TestTrust.MAXIMUM_STALENESS;
        cases.of(69)
                .both(
                        Reason.STALE_TRUST,
                        "nothing heard for the bound",
                        () -> good().sign(),
                        trust -> trust.fake().advance(bound))
                .both(
                        Reason.STALE_TRUST,
                        "by monotonic time alone",
                        () -> good().sign(),
                        trust -> trust.fake().jumpElapsed(bound))
                .both(
                        Reason.STALE_TRUST,
                        "by the time of day alone, after a suspension",
                        () -> good().sign(),
                        trust -> trust.fake().jumpWall(bound))
                .both(Reason.STALE_TRUST, "and the time of day set back", () -> good().sign(), trust -> {
                    trust.fake().jumpElapsed(bound);
                    trust.fake().jumpWall(Duration.ofDays(-1));
                })
                .both(
                        Reason.EXPIRED,
                        "the time of day set back before exp",
                        () -> good().with("exp", TestTokens.NOW.getEpochSecond() + 10)
                                .sign(),
                        trust -> {
                            trust.fake().jumpElapsed(Duration.ofSeconds(41));
                            trust.fake().jumpWall(Duration.ofHours(-1));
                        })
                .both(Reason.STALE_TRUST, "a stricter bound is told", () -> good().sign(), trust -> {
                    trust.changeInstallation(new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(5))));
                    trust.fake().advance(Duration.ofSeconds(6));
                })
                .unseen(Reason.STALE_TRUST, "its organization was never confirmed", good().sign(), trust -> {
                    OrganizationTrust held = trust.organization();
                    InstallationTrust installation = trust.installation();
                    trust.state().clear();
                    trust.state().replace(installation);
                    trust.state().replace(held.confirmed(Freshness.NEVER));
                })
                .both(
                        Reason.NOT_LOADED,
                        "nothing is held",
                        () -> good().sign(),
                        trust -> trust.state().clear())
                .unseen(Reason.NOT_LOADED, "its organization alone is held", good().sign(), trust -> {
                    OrganizationTrust held = trust.organization();
                    trust.state().clear();
                    trust.state().replace(held);
                });
    }

    private static void remembered(Cases cases) {
        String token = good().sign();
        String[] one = token.split("\\.", -1);
        String[] other = good().sign().split("\\.", -1);
        String stranger =
                good().signedBy(STRANGER.as(KEY.id(), Algorithm.ES256)).sign();
        cases.of(70)
                .known(Reason.EXPIRED, "after exp", good().sign(), trust -> trust.pass(Duration.ofHours(2)))
                .known(
                        Reason.REVOKED_KEY,
                        "after its key was revoked",
                        good().signedBy(EDWARDS).sign(),
                        trust -> trust.keyIs(EDWARDS, KeyState.REVOKED))
                .known(Reason.REVOKED, "after it was revoked", good().sign(), CorpusTrust::revoke)
                .known(
                        Reason.EPOCH,
                        "after the epoch was raised",
                        good().sign(),
                        trust -> trust.change(new TrustChange.EpochRaised(REVISION + 1)))
                .known(
                        Reason.STALE_TRUST,
                        "after the bound",
                        good().sign(),
                        trust -> trust.fake().advance(TestTrust.MAXIMUM_STALENESS))
                .known(
                        Reason.NOT_LOADED,
                        "after all was let go",
                        good().sign(),
                        trust -> trust.state().clear())
                .known(
                        Reason.BAD_SIGNATURE,
                        "its signature under another payload",
                        token,
                        trust -> {},
                        one[0] + "." + other[1] + "." + one[2])
                .known(
                        Reason.BAD_SIGNATURE,
                        "its signature, one bit in the middle turned",
                        token,
                        trust -> {},
                        turned(token))
                .known(
                        Reason.BAD_SIGNATURE,
                        "its payload under a stranger's signature",
                        token,
                        trust -> {},
                        input(token) + stranger.substring(stranger.lastIndexOf('.')))
                .known(Reason.BAD_SIGNATURE, "itself and a character", token, trust -> {}, token + "A")
                .known(Reason.MALFORMED, "a dot and itself", token, trust -> {}, "." + token)
                .known(
                        Reason.WRONG_AUDIENCE,
                        "another for audiences that join to this one",
                        token,
                        trust -> {},
                        good().with("aud", List.of("si", "gnet")).sign());
    }

    private static String turned(String token) {
        byte[] signature = Forge.signature(token);
        signature[40] ^= 1;
        return Forge.resigned(token, signature);
    }

    private static void otherIssuers(Cases cases) {
        String feed = KEY.thumbprint();
        cases.of(72)
                .refused(
                        Reason.UNKNOWN_KEY,
                        "the key of another installation",
                        good().signedBy(STRANGER)
                                .with("iss", "https://signet.dev.local")
                                .sign())
                .refused(
                        Reason.UNKNOWN_KEY,
                        "the key of another installation, our issuer",
                        good().signedBy(STRANGER).sign())
                .refused(
                        Reason.BAD_SIGNATURE,
                        "the key of another installation, our kid",
                        good().signedBy(STRANGER.as(KEY.id(), Algorithm.ES256)).sign())
                .refused(
                        Reason.WRONG_ISSUER,
                        "our key, another of our issuers",
                        good().with("iss", "https://signet.dev.local").sign())
                .refused(
                        Reason.WRONG_ISSUER,
                        "our key, another path of our issuer",
                        good().with("iss", TestTokens.ISSUER + "/dev").sign())
                .refused(
                        Reason.WRONG_ISSUER,
                        "another of our issuers, expired and for others too",
                        good().with("iss", "x")
                                .with("aud", "x")
                                .with("exp", TestTokens.NOW.getEpochSecond() + 1)
                                .sign())
                .refused(
                        Reason.UNKNOWN_KEY, "signed with the feed's key", signedHeader(header("ES256", feed, "at+jwt")))
                .malformed(
                        "a status list token",
                        TestTokens.sign(
                                KEY,
                                header("ES256", KEY.id(), "statuslist+jwt"),
                                "{\"iss\":\"x\",\"status_list\":{\"bits\":1,\"lst\":\"eJw\"}}"))
                .malformed(
                        "a claim set that is no token's",
                        Forge.payload(
                                "{\"iss\":\"" + TestTokens.ISSUER + "\",\"sub\":\"https://signet.local/status/7\"}"));
    }
}
