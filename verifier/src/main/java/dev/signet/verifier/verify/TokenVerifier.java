package dev.signet.verifier.verify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.CompactToken;
import dev.signet.verifier.token.CryptoFault;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.MalformedToken;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.UnsupportedAlgorithm;
import dev.signet.verifier.token.Use;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Clocks.Moment;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.trust.TrustedKey;
import dev.signet.verifier.verify.Verdict.Accepted;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.Verdict.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides from memory whether a token is good, and whether it may do something. Thread-safe.
 *
 * <p>What is remembered of a token is only what can never change: this text carries a good signature under that key
 * object. Everything else is asked anew on every call, of one immutable state of each part, so a revocation needs no
 * invalidation and holds from the next call on. Text without a good signature is never remembered.
 */
public final class TokenVerifier {
    /** Verifiers act a little before the bound, as clocks do not run at the same rate. */
    private static final double STALENESS_MARGIN = 0.99;

    private static final Duration USE_RESOLUTION = Duration.ofMinutes(5);

    private final VerifierConfig config;
    private final TrustState trust;
    private final Clocks clocks;
    private final long skewMillis;
    private final long strictestStalenessNanos;
    private final RememberedTokens tokens;

    public TokenVerifier(VerifierConfig config, TrustState trust, Clocks clocks) {
        this.config = config;
        this.trust = trust;
        this.clocks = clocks;
        this.skewMillis = config.skew().toMillis();
        Duration own = config.maximumStaleness();
        this.strictestStalenessNanos = own == null ? Long.MAX_VALUE : own.toNanos();
        this.tokens = new RememberedTokens(config.cachedTokens());
    }

    /**
     * Verifies a token.
     *
     * @throws CryptoFault where the crypto provider failed, so that nothing can be said
     */
    public Verdict verify(String token) {
        return decide(token, null, null);
    }

    /**
     * Verifies a token and asks whether some role of it, on the resource or a parent, holds a permission.
     *
     * @param resource the resource with its true parents, for which the caller vouches
     * @throws CryptoFault where the crypto provider failed, so that nothing can be said
     */
    public Verdict check(String token, String permission, ResourcePath resource) {
        return decide(token, permission, resource);
    }

    /**
     * Verifies a token of which nothing but its ASCII bytes is there, as in a buffer of the network.
     *
     * @throws IndexOutOfBoundsException where the range is not one of the bytes
     * @throws CryptoFault where the crypto provider failed, so that nothing can be said
     */
    public Verdict verify(byte[] bytes, int offset, int length) {
        Verdict verdict = decide(bytes, offset, length, null, null, true);
        return Objects.requireNonNull(verdict);
    }

    /**
     * The verdict, where it takes no signature check: on a token that was verified before, and on text that cannot be
     * one. For who would rather do the check elsewhere, as it takes some hundred times as long as all the rest.
     *
     * @param permission asked for together with the resource, or null
     * @return null where {@link #verify} or {@link #check} would check a signature
     */
    public @Nullable Verdict verdictAtOnce(String token, @Nullable String permission, @Nullable ResourcePath resource) {
        VerifiedToken remembered = tokens.get(token);
        if (remembered != null) {
            return decide(remembered, permission, resource);
        }
        return decideFirstSeen(token, permission, resource, false);
    }

    /**
     * The same, of a token of which nothing but its ASCII bytes is there.
     *
     * @throws IndexOutOfBoundsException where the range is not one of the bytes
     */
    public @Nullable Verdict verdictAtOnce(
            byte[] bytes, int offset, int length, @Nullable String permission, @Nullable ResourcePath resource) {
        return decide(bytes, offset, length, permission, resource, false);
    }

    private @Nullable Verdict decide(
            byte[] bytes,
            int offset,
            int length,
            @Nullable String permission,
            @Nullable ResourcePath resource,
            boolean mayCheckSignature) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        VerifiedToken remembered = tokens.get(bytes, offset, length);
        if (remembered != null) {
            return decide(remembered, permission, resource);
        }
        return length > TokenCodec.MAXIMUM_LENGTH
                ? new Rejected(Reason.MALFORMED)
                : decideFirstSeen(
                        new String(bytes, offset, length, ISO_8859_1), permission, resource, mayCheckSignature);
    }

    /** The ten checks, in their order. */
    private Verdict decide(String text, @Nullable String permission, @Nullable ResourcePath resource) {
        // 2 remembered?
        VerifiedToken remembered = tokens.get(text);
        return remembered != null
                ? decide(remembered, permission, resource)
                : decideFirstSeen(text, permission, resource);
    }

    private Verdict decideFirstSeen(String text, @Nullable String permission, @Nullable ResourcePath resource) {
        Verdict verdict = decideFirstSeen(text, permission, resource, true);
        return Objects.requireNonNull(verdict);
    }

    /** The cheapest first, so that junk costs no cryptography; null where a signature was to be checked and may not. */
    private @Nullable Verdict decideFirstSeen(
            String text, @Nullable String permission, @Nullable ResourcePath resource, boolean mayCheckSignature) {
        InstallationTrust installation = trust.installation();
        try {
            // 1 shape, 3 header, key, signature, claims
            CompactToken compact = TokenCodec.read(text);
            if (installation == null) {
                return new Rejected(Reason.NOT_LOADED);
            }
            TrustedKey key = installation.key(compact.header().keyId());
            if (key == null || !key.state().verifies()) {
                return new Rejected(whyUnusable(key));
            }
            if (!mayCheckSignature) {
                return null;
            }
            VerifiedToken token = compact.verifiedWith(key.key());
            if (token == null) {
                return new Rejected(Reason.BAD_SIGNATURE);
            }
            tokens.put(token);
            return decide(token, permission, resource);
        } catch (MalformedToken e) {
            return new Rejected(Reason.MALFORMED);
        } catch (UnsupportedAlgorithm e) {
            return new Rejected(Reason.UNSUPPORTED_ALGORITHM);
        }
    }

    private Verdict decide(VerifiedToken token, @Nullable String permission, @Nullable ResourcePath resource) {
        Claims claims = token.claims();
        InstallationTrust installation = trust.installation();
        if (installation == null) {
            return new Rejected(Reason.NOT_LOADED);
        }

        // 4 key still trusted: this object, not merely its id
        TrustedKey key = installation.key(token.key().id());
        if (key == null || !key.state().verifies() || key.key() != token.key()) {
            return new Rejected(whyUnusable(key));
        }

        // 5 issuer, audience, times
        if (!claims.issuer().equals(config.issuer())) {
            return new Rejected(Reason.WRONG_ISSUER);
        }
        if (!isForUs(claims)) {
            return new Rejected(Reason.WRONG_AUDIENCE);
        }
        OrganizationTrust organization =
                claims.organization() == null ? null : trust.organization(claims.organization());
        // Once, and after both parts were taken: however long that took, it counts as their age.
        Moment moment = clocks.now();
        long now = now(moment, installation, organization);
        if (TimeUnit.SECONDS.toMillis(claims.issuedAt()) > now + skewMillis) {
            return new Rejected(Reason.NOT_YET_VALID);
        }
        if (claims.expiresAt() != Claims.NEVER && now >= TimeUnit.SECONDS.toMillis(claims.expiresAt()) + skewMillis) {
            return new Rejected(Reason.EXPIRED);
        }
        if (claims.organization() != null && organization == null) {
            return new Rejected(Reason.NOT_LOADED, claims.organization());
        }

        // 6 status, 7 epoch
        boolean revoked = organization == null
                ? installation.revoked().contains(claims.statusIndex())
                : organization.isEnded(claims.statusIndex(), now);
        if (revoked) {
            return new Rejected(Reason.REVOKED);
        }
        if (claims.grantsRevision() < installation.epoch()
                || (organization != null && claims.grantsRevision() < organization.epoch())) {
            return new Rejected(Reason.EPOCH);
        }

        // 8 the grants now in force, 9 the permission
        Grants grants = organization == null ? claims.grants() : organization.grantsInForce(claims);
        if (grants == null) {
            return new Rejected(Reason.NOT_LOADED);
        }
        if (permission != null
                && resource != null
                && !(organization != null
                        && resource.organization().equals(organization.id())
                        && (installation.roles().allow(grants, permission, resource)
                                || organization.allow(grants, permission, resource)))) {
            return new Rejected(Reason.PERMISSION_DENIED);
        }

        // 10 staleness, last
        if (isStale(claims, installation.freshness(), installation.policy(), moment)
                || (organization != null
                        && organization.freshness() != installation.freshness()
                        && isStale(claims, organization.freshness(), installation.policy(), moment))) {
            return new Rejected(Reason.STALE_TRUST);
        }
        token.noteUse(now);
        return new Accepted(token, grants);
    }

    /** Whether the installation's trust state is here and fresh enough for every audience; if not, tokens are refused. */
    public boolean isCurrent() {
        InstallationTrust installation = trust.installation();
        if (installation == null) {
            return false;
        }
        Moment moment = clocks.now();
        return config.audiences().stream()
                .noneMatch(audience -> installation.freshness().ageNanos(moment)
                        > bound(installation.freshness(), installation.policy(), audience));
    }

    /** Credentials that were accepted and not reported yet, or not for five minutes. */
    public List<Use> takeUses() {
        List<Use> uses = new ArrayList<>();
        for (VerifiedToken token : tokens.all()) {
            String organization = token.claims().organization();
            long used = organization == null ? 0 : token.takeUse(USE_RESOLUTION.toMillis());
            if (organization != null && used != 0) {
                uses.add(new Use(organization, token.claims().subject(), used));
            }
        }
        return uses;
    }

    private static Reason whyUnusable(@Nullable TrustedKey key) {
        return key != null && key.state() == KeyState.REVOKED ? Reason.REVOKED_KEY : Reason.UNKNOWN_KEY;
    }

    private static long now(Moment moment, InstallationTrust installation, @Nullable OrganizationTrust organization) {
        long now = installation.freshness().nowMillis(moment);
        return organization == null || organization.freshness() == installation.freshness()
                ? now
                : Math.max(now, organization.freshness().nowMillis(moment));
    }

    private boolean isForUs(Claims claims) {
        for (int i = 0; i < claims.audience().size(); i++) {
            if (config.audiences().contains(claims.audience().get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Of the audiences that the token is made for and that are accepted here, the strictest counts. */
    private boolean isStale(Claims claims, Freshness freshness, TrustPolicy policy, Moment moment) {
        double bound = strictestStalenessNanos;
        for (int i = 0; i < claims.audience().size(); i++) {
            String audience = claims.audience().get(i);
            if (config.audiences().contains(audience)) {
                bound = Math.min(bound, bound(freshness, policy, audience));
            }
        }
        return freshness.ageNanos(moment) > bound;
    }

    /** The age in nanoseconds past which tokens of an audience are refused. */
    private double bound(Freshness freshness, TrustPolicy policy, String audience) {
        return Math.min(
                        strictestStalenessNanos,
                        freshness.maximumStaleness(policy, audience).toNanos())
                * STALENESS_MARGIN;
    }
}
