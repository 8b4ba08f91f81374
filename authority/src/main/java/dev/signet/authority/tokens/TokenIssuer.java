package dev.signet.authority.tokens;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.OrganizationPolicy;
import dev.signet.authority.store.RequestRecords.Outcome;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.Tokens.WithValue;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Issues values of API tokens: under the policy of the organization, and once for the same request. */
record TokenIssuer(TokenMinter minter, IdGenerator ids) {

    /** Sees that the organization allows such a lifetime. */
    static void requireAllowed(Transaction tx, String organization, @Nullable Integer expiryPeriodDays) {
        ResourcePath path = ResourcePath.organization(organization);
        OrganizationPolicy policy = tx.directory()
                .find(path)
                .orElseThrow(() -> Refusal.notFound(path.name()))
                .requirePolicy();
        if (expiryPeriodDays == null && policy.expiryRequired()) {
            throw Refusal.invalid("token.expiry_period_days", "must be given: the organization wants tokens to expire");
        }
        if (expiryPeriodDays != null && expiryPeriodDays > policy.maximumExpiryPeriodDays()) {
            throw Refusal.invalid(
                    "token.expiry_period_days",
                    "must be at most %d in this organization, is %d"
                            .formatted(policy.maximumExpiryPeriodDays(), expiryPeriodDays));
        }
    }

    /** The key that signs new values. */
    SigningKey signer(Transaction tx) {
        return minter.signer(tx);
    }

    IssuedValue issue(
            Transaction tx,
            SigningKey signer,
            int index,
            String audience,
            Instant now,
            @Nullable Integer expiryPeriodDays) {
        Instant expireTime = expiryPeriodDays == null ? null : now.plus(Duration.ofDays(expiryPeriodDays));
        return minter.issue(tx, signer, ids.nextValueId(), index, audience, now, expireTime);
    }

    WithValue withValue(Transaction tx, SigningKey signer, ApiToken token) {
        String organization = token.resource().organization();
        TokenMinter.Minted minted =
                minter.mint(signer, token.id(), token.kind(), organization, token.grants(), token.value());
        if (minted.grantsByFeed()) {
            tx.announce(organization, new TrustChange.GrantsOverridden(token.id(), token.grants()));
        }
        return new WithValue(token, minted.text());
    }

    /** The same value for the same request, unless it ended meanwhile. */
    WithValue again(Transaction tx, Outcome before) {
        // What is announced of the grants must not be older than what another announces meanwhile.
        tx.lockSubjects(List.of(before.subject()));
        ApiToken token = tx.tokens()
                .find(before.subject())
                .filter(found -> found.value().valueId().equals(before.valueId()))
                .orElseThrow(() -> Refusal.failedPrecondition(
                        "VALUE_ENDED", "what this request made was rotated or deleted since"));
        return withValue(tx, minter.signerOf(tx, token.value()), token);
    }
}
