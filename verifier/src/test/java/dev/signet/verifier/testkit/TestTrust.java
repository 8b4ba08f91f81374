package dev.signet.verifier.testkit;

import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustedKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Parts of a trust state under which {@link TestTokens} are good. */
public final class TestTrust {
    public static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(60);
    public static final TrustPolicy POLICY = new TrustPolicy(MAXIMUM_STALENESS);

    /** A few of the built-in roles, with a few of their permissions. */
    public static final Roles ROLES = new Roles(Map.of(
            "ORGANIZATION_OWNER", Set.of("organization.update", "workspace.update", "deployment.deploys.create"),
            "WORKSPACE_OPERATOR", Set.of("workspace.get", "deployment.deploys.create"),
            "DEPLOYMENT_ADMIN", Set.of("deployment.deploys.create", "deployment.update")));

    private static final VerificationKeys KEYS = new VerificationKeys();

    private TestTrust() {}

    /** The public half; the same object every time. */
    public static VerificationKey publicHalf(TestKey key) {
        return KEYS.get(key.id(), key.algorithm(), key.subjectPublicKeyInfo());
    }

    public static TrustedKey trusted(TestKey key, KeyState state) {
        return new TrustedKey(publicHalf(key), state);
    }

    /** An installation with these keys, all active. */
    public static InstallationTrust installation(long revision, Freshness freshness, TestKey... keys) {
        Map<String, TrustedKey> trusted = Arrays.stream(keys)
                .map(key -> trusted(key, KeyState.ACTIVE))
                .collect(Collectors.toMap(key -> key.key().id(), Function.identity()));
        return new InstallationTrust(revision, freshness, trusted, ROLES, POLICY, Indexes.NONE, 0);
    }

    /** {@link TestTokens#ORGANIZATION}, of which nothing has ended. */
    public static OrganizationTrust organization(long revision, Freshness freshness) {
        return OrganizationTrust.unchanged(TestTokens.ORGANIZATION, revision, freshness);
    }
}
