package dev.signet.verifier.corpus;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.trust.TrustedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The trust state and the clocks behind a door, under which good tokens of {@link Forge} are good. Each case finds them
 * as they were at the beginning, whatever the one before it did.
 */
public final class CorpusTrust {
    private static final long REVISION = TestTokens.GRANTS_REVISION;

    /** Not ours any more, or not yet. */
    static final TestKey REVOKED = TestKey.fresh("corpus-revoked", Algorithm.ES256);

    static final TestKey RETIRED = TestKey.fresh("corpus-retired", Algorithm.EDDSA);

    private static final Map<String, TrustedKey> KEYS = Map.of(
            Forge.KEY.id(), TestTrust.trusted(Forge.KEY, KeyState.ACTIVE),
            Forge.EDWARDS.id(), TestTrust.trusted(Forge.EDWARDS, KeyState.RETIRING),
            Forge.RSA.id(), TestTrust.trusted(Forge.RSA, KeyState.RETIRING),
            Forge.PSS.id(), TestTrust.trusted(Forge.PSS, KeyState.PREPARED),
            REVOKED.id(), TestTrust.trusted(REVOKED, KeyState.REVOKED),
            RETIRED.id(), TestTrust.trusted(RETIRED, KeyState.RETIRED));

    private final FakeClocks fake = new FakeClocks();
    private final TrustState state = new TrustState();
    private final Map<String, TrustedKey> keys = new HashMap<>(KEYS);
    private final List<OrganizationTrust> organizations = new ArrayList<>();
    private long revision;

    public CorpusTrust() {
        reset();
    }

    /** Holds besides, from now on, what a door's own callers need. */
    public void also(Map<String, TrustedKey> keys, OrganizationTrust... organizations) {
        this.keys.putAll(keys);
        this.organizations.addAll(List.of(organizations));
        reset();
    }

    /** As at the beginning, and fresh. */
    public void reset() {
        revision = REVISION;
        fake.jumpWall(Duration.ofMillis(TestTokens.NOW.toEpochMilli() - fake.wallMillis()));
        state.clear();
        state.needed().ids().forEach(state.needed()::forget);
        Freshness fresh = fresh();
        state.replace(new InstallationTrust(revision, fresh, keys, TestTrust.ROLES, TestTrust.POLICY, Indexes.NONE, 0));
        state.replace(TestTrust.organization(revision, fresh));
        organizations.forEach(part -> state.replace(part.confirmed(fresh)));
    }

    public TrustState state() {
        return state;
    }

    public Clocks clocks() {
        return fake.clocks();
    }

    /** How many organizations were asked for. */
    int needed() {
        return state.needed().ids().size();
    }

    FakeClocks fake() {
        return fake;
    }

    Freshness fresh() {
        return Freshness.now(fake.clocks()).answered(fake.wallMillis());
    }

    OrganizationTrust organization() {
        return Objects.requireNonNull(state.organization(TestTokens.ORGANIZATION));
    }

    InstallationTrust installation() {
        return Objects.requireNonNull(state.installation());
    }

    /** Commits a change of the tokens' organization. */
    void change(TrustChange change) {
        state.apply(TestTokens.ORGANIZATION, change, ++revision, organization().revision());
    }

    void changeInstallation(TrustChange change) {
        state.apply(TrustPart.INSTALLATION, change, ++revision, installation().revision());
    }

    /** Ends the value that every good token of the corpus carries. */
    void revoke() {
        change(new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)));
    }

    void keyIs(TestKey key, KeyState now) {
        changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(key, now)));
    }

    /** Time passes, and the trust state is confirmed at the end of it. */
    void pass(Duration by) {
        fake.advance(by);
        state.replace(installation().confirmed(fresh()));
        state.confirm(fresh(), Set.of(TrustPart.INSTALLATION, TestTokens.ORGANIZATION));
    }
}
