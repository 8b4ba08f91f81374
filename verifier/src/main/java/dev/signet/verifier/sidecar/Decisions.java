package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what takes no signature check at once, on the caller's thread, and hands the rest to the pool. A verdict that
 * depends on an organization which is not loaded yet waits for that for a moment, if not too many do.
 */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    /** How long an answer waits for an organization to be loaded. */
    private static final long LOADING_MILLIS = 2_000;

    /** How many answers wait at the same time; any further one tells what is the case, that it is not loaded. */
    static final int LOADING_CALLS = 500;

    private final TokenVerifier verifier;
    private final Function<String, CompletableFuture<Void>> loaded;
    private final Semaphore loading = new Semaphore(LOADING_CALLS);
    private final Tally tally = new Tally();

    /** Who wants to know. */
    interface Asker {
        /** On any thread. */
        void decided(Question question, Verdict verdict);

        /** On any thread; in place of a verdict. */
        void refused(Question question, Refusal refusal);

        /** Whether nobody waits for the answer any more. */
        boolean isGone();
    }

    /** @param loaded completes once more is known of an organization that is not loaded */
    Decisions(TokenVerifier verifier, Function<String, CompletableFuture<Void>> loaded) {
        this.verifier = verifier;
        this.loaded = loaded;
    }

    /** @param lane where it waits if it takes a signature check */
    void decide(Question question, Lane lane, Asker asker) {
        Verdict known = known(question);
        if (known == null) {
            lane.add(new FirstSeen(question, asker));
        } else {
            settle(question, known, asker);
        }
    }

    /** What was decided so far. */
    Tally tally() {
        return tally;
    }

    /** The verdict, or null where it takes a signature check. */
    @Nullable
    Verdict known(Question question) {
        TokenText token = question.token();
        Verdict verdict = verifier.verdictAtOnce(
                token.bytes(), token.offset(), token.length(), question.permission(), question.resource());
        if (verdict != null) {
            tally.known(verdict);
        }
        return verdict;
    }

    /** The verdict, with a signature check if there must be one. */
    Verdict decided(Question question) {
        String permission = question.permission();
        ResourcePath resource = question.resource();
        Verdict verdict = permission == null || resource == null
                ? verifier.verify(question.token().text())
                : verifier.check(question.token().text(), permission, resource);
        tally.firstSeen(verdict);
        return verdict;
    }

    /** What stands in for a verdict; counted where that is for want of time. */
    void refused(Refusal refusal) {
        if (refusal.equals(Refusal.OVERLOADED)) {
            tally.overloaded();
        }
    }

    /** The organization whose trust state the verdict lacks. */
    static @Nullable String missing(Verdict verdict) {
        return verdict instanceof Verdict.Rejected rejected ? rejected.missing() : null;
    }

    /**
     * Has something done once organizations are loaded, or cannot be soon.
     *
     * @return false where too many wait already; then it is not done
     */
    boolean whenLoaded(Collection<String> organizations, Runnable then) {
        if (!loading.tryAcquire()) {
            return false;
        }
        var unused = CompletableFuture.allOf(organizations.stream().map(loaded).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, LOADING_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    loading.release();
                    then.run();
                });
        return true;
    }

    private void settle(Question question, Verdict verdict, Asker asker) {
        String missing = missing(verdict);
        if (missing == null || !whenLoaded(Set.of(missing), () -> decideAnew(question, asker))) {
            asker.decided(question, verdict);
        }
    }

    private void decideAnew(Question question, Asker asker) {
        try {
            asker.decided(question, decided(question));
        } catch (RuntimeException e) {
            LOG.error("no verdict", e);
            asker.refused(question, Refusal.FAULT);
        }
    }

    /** One signature check. */
    private final class FirstSeen implements SignaturePool.Work {
        private final Question question;
        private final Asker asker;

        FirstSeen(Question question, Asker asker) {
            this.question = question;
            this.asker = asker;
        }

        @Override
        public long textBytes() {
            return question.token().length();
        }

        @Override
        public boolean checkOne() {
            if (!asker.isGone()) {
                settle(question, decided(question), asker);
            }
            return false;
        }

        @Override
        public void refuse(Refusal refusal) {
            refused(refusal);
            asker.refused(question, refusal);
        }
    }
}
