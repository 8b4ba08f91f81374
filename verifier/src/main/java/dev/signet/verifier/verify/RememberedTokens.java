package dev.signet.verifier.verify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.signet.verifier.token.VerifiedToken;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was found good, by their text. Thread-safe, and read without locks.
 *
 * <p>What an attacker can do here, who may present any text at all and measure how long the answer takes:
 *
 * <ul>
 *   <li><em>Fill it.</em> Only text with a good signature enters. Who holds one credential can have many such texts, by
 *       exchanging an API key again and again or by the second form that each ECDSA signature has; they displace each
 *       other once there are a sixteenth of all. A long token counts as several. What they displace of what is at hand
 *       is found a little later, in the cache.
 *   <li><em>Aim at a slot.</em> It follows from the signature by a hash whose secrets are drawn at random by each
 *       process ({@link TokenTail}).
 *   <li><em>Feel the way to somebody's signature</em>, its token's other segments being known. Nothing is compared
 *       unless the hash is equal, and the signature first, whole, without a branch that depends on it. Only where that
 *       is equal is the rest compared as any text.
 *   <li><em>Have another text taken for a remembered one.</em> Nothing is decided by hash or signature alone: the whole
 *       text is compared.
 * </ul>
 */
final class RememberedTokens {
    /** Of so many parts of the room, one subject has one at most. */
    private static final int SUBJECTS_AT_LEAST = 16;

    private static final int USUAL_LENGTH = 1024;

    /** One look-up in so many goes past what is at hand, so that the cache hears which tokens are used. */
    private static final int HEARD_OF = 64;

    private static final int MOST_AT_HAND = 1024;

    private record Remembered(TokenTail.Kept tail, VerifiedToken token) {}

    private final Cache<TokenTail, Remembered> tokens;
    /**
     * What was found last, by its hash. Found here, a token costs the cache no record of having been used, which it
     * keeps once it is half full. Threads write over each other; what one finds is whole, as it never changes.
     */
    private final @Nullable Remembered[] atHand;

    /** What is remembered of each subject, oldest first. */
    private final ConcurrentMap<String, Set<TokenTail>> bySubject = new ConcurrentHashMap<>();

    private final int share;

    /** @param capacity how many tokens of up to 1 KiB are remembered */
    RememberedTokens(int capacity) {
        this.share = Math.max(1, capacity / SUBJECTS_AT_LEAST);
        this.atHand = new Remembered[Integer.highestOneBit(Math.min(MOST_AT_HAND, Math.max(1, capacity / 8)))];
        this.tokens = Caffeine.newBuilder()
                .maximumWeight(capacity)
                // Nothing is worth waking another thread up for.
                .executor(Runnable::run)
                .weigher((TokenTail tail, Remembered remembered) ->
                        1 + remembered.token().text().length() / USUAL_LENGTH)
                .evictionListener((@Nullable TokenTail tail, @Nullable Remembered remembered, RemovalCause cause) ->
                        evicted(Objects.requireNonNull(remembered)))
                .build();
    }

    /** The token of this text; null where it is not remembered. */
    @Nullable
    VerifiedToken get(String text) {
        TokenTail.Presented presented = TokenTail.present(text);
        if (presented == null) {
            return null;
        }
        int hash = presented.tailHash();
        Remembered near = near(presented, hash);
        return near != null && presented.is(text, hash, near.tail())
                ? near.token()
                : find(presented.holding(text, hash));
    }

    /** The token of this text in ASCII; null where it is not remembered. */
    @Nullable
    VerifiedToken get(byte[] bytes, int offset, int length) {
        TokenTail.Presented presented = TokenTail.present(bytes, offset, length);
        if (presented == null) {
            return null;
        }
        int hash = presented.tailHash();
        Remembered near = near(presented, hash);
        return near != null && presented.is(bytes, offset, length, hash, near.tail())
                ? near.token()
                : find(presented.holding(bytes, offset, length, hash));
    }

    /** What may be it, at hand; null where the cache is to be asked. */
    private @Nullable Remembered near(TokenTail.Presented presented, int hash) {
        return presented.isOneOf(HEARD_OF) ? null : atHand[slot(hash)];
    }

    private @Nullable VerifiedToken find(TokenTail.Presented presented) {
        try {
            Remembered found = tokens.getIfPresent(presented);
            if (found == null) {
                return null;
            }
            // Written only where it changes, as all threads read here.
            int slot = slot(presented.hashCode());
            Remembered near = atHand[slot];
            if (near == null || found.token() != near.token()) {
                atHand[slot] = found;
            }
            return found.token();
        } finally {
            presented.forget();
        }
    }

    private int slot(int hash) {
        return hash & (atHand.length - 1);
    }

    void put(VerifiedToken token) {
        TokenTail.Kept tail = TokenTail.of(token.text());
        if (tail == null) {
            return;
        }
        String subject = token.claims().subject();
        // Noted before it is there, so that an eviction finds what it is to strike out.
        TokenTail[] crowdedOut = new TokenTail[1];
        bySubject.compute(subject, (same, own) -> {
            Set<TokenTail> with = own == null ? new LinkedHashSet<>(1) : own;
            with.add(tail);
            if (with.size() > share) {
                Iterator<TokenTail> oldest = with.iterator();
                crowdedOut[0] = oldest.next();
                oldest.remove();
            }
            return with;
        });
        tokens.put(tail, new Remembered(tail, token));
        if (crowdedOut[0] != null) {
            tokens.invalidate(crowdedOut[0]);
        }
    }

    /** All that are remembered, while others come and go. */
    Collection<VerifiedToken> all() {
        return tokens.asMap().values().stream().map(Remembered::token).toList();
    }

    /** Of how many subjects something is remembered. */
    int subjects() {
        return bySubject.size();
    }

    private void evicted(Remembered remembered) {
        bySubject.computeIfPresent(remembered.token().claims().subject(), (same, own) -> {
            own.remove(remembered.tail());
            return own.isEmpty() ? null : own;
        });
    }
}
