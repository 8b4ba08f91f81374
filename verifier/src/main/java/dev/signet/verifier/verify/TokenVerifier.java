package dev.signet.verifier.verify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.Collections;
import java.util.List;
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
    private final Cache<TokenText, VerifiedToken> verified;

    public TokenVerifier(VerifierConfig config, TrustState trust, Clocks clocks) {
        this.config = config;
        this.trust = trust;
        this.clocks = clocks;
        this.skewMillis = config.skew().toMillis();
        Duration own = config.maximumStaleness();
        this.strictestStalenessNanos = own == null ? Long.MAX_VALUE : own.toNanos();
        this.verified = Caffeine.newBuilder().maximumSize(config.cachedTokens()).build();
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

    /** The ten checks, in their order. */
    private Verdict decide(String text, @Nullable String permission, @Nullable ResourcePath resource) {
        InstallationTrust installation = trust.installation();

        // 1 shape, 2 remembered?, 3 else: decode, key, signature, claims
        VerifiedToken token;
        if (text.length() > TokenCodec.MAXIMUM_LENGTH) {
            return new Rejected(Reason.MALFORMED);
        }
        TokenText cacheKey = new TokenText(text);
        VerifiedToken remembered = verified.getIfPresent(cacheKey);
        if (remembered != null) {
            token = remembered;
        } else {
            try {
                CompactToken compact = TokenCodec.read(text);
                if (installation == null) {
                    return new Rejected(Reason.NOT_LOADED);
                }
                TrustedKey key = installation.key(compact.header().keyId());
                if (key == null || !key.state().verifies()) {
                    return new Rejected(whyUnusable(key));
                }
                VerifiedToken fresh = compact.verifiedWith(key.key());
                if (fresh == null) {
                    return new Rejected(Reason.BAD_SIGNATURE);
                }
                verified.put(cacheKey, fresh);
                token = fresh;
            } catch (MalformedToken e) {
                return new Rejected(Reason.MALFORMED);
            } catch (UnsupportedAlgorithm e) {
                return new Rejected(Reason.UNSUPPORTED_ALGORITHM);
            }
        }
        return installation == null
                ? new Rejected(Reason.NOT_LOADED)
                : decide(token, installation, permission, resource);
    }

    private Verdict decide(
            VerifiedToken token,
            InstallationTrust installation,
            @Nullable String permission,
            @Nullable ResourcePath resource) {
        Claims claims = token.claims();

        // 4 key still trusted: this object, not merely its id
        TrustedKey key = installation.key(token.key().id());
        if (key == null || !key.state().verifies() || key.key() != token.key()) {
            return new Rejected(whyUnusable(key));
        }

        // 5 issuer, audience, times
        if (!claims.issuer().equals(config.issuer())) {
            return new Rejected(Reason.WRONG_ISSUER);
        }
        if (Collections.disjoint(config.audiences(), claims.audience())) {
            return new Rejected(Reason.WRONG_AUDIENCE);
        }
        OrganizationTrust organization =
                claims.organization() == null ? null : trust.organization(claims.organization());
        long now = now(installation.freshness(), organization);
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

        // 10 staleness, last: nothing above takes time that it would not count
        if (isStale(claims, installation.freshness(), installation.policy())
                || (organization != null && isStale(claims, organization.freshness(), installation.policy()))) {
            return new Rejected(Reason.STALE_TRUST);
        }
        token.noteUse(now);
        return new Accepted(token, grants);
    }

    /** Credentials that were accepted and not reported yet, or not for five minutes. */
    public List<Use> takeUses() {
        List<Use> uses = new ArrayList<>();
        for (VerifiedToken token : verified.asMap().values()) {
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

    private long now(Freshness installation, @Nullable OrganizationTrust organization) {
        long now = installation.nowMillis(clocks);
        return organization == null
                ? now
                : Math.max(now, organization.freshness().nowMillis(clocks));
    }

    /** Of the audiences that the token is made for and that are accepted here, the strictest counts. */
    private boolean isStale(Claims claims, Freshness freshness, TrustPolicy policy) {
        long age = freshness.ageNanos(clocks);
        long bound = strictestStalenessNanos;
        for (String audience : claims.audience()) {
            if (config.audiences().contains(audience)) {
                bound = Math.min(
                        bound, freshness.maximumStaleness(policy, audience).toNanos());
            }
        }
        return age > bound * STALENESS_MARGIN;
    }
}
