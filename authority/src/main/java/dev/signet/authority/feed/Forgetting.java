package dev.signet.authority.feed;

import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.EndedRecords.Looked;
import dev.signet.authority.store.EndedRecords.Overridden;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.VerifierConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out of the trust state what refuses or changes nothing any more, so that it does not grow for ever: bits of
 * values that expired long ago for every verifier, and overrides of grants that no such value carries. Nothing is
 * forgotten too early where several authorities do this at once, or a credential is rotated or changed meanwhile: what
 * it concerns is locked, and looked at once more.
 */
public final class Forgetting {
    /** How far a verifier's clock may be behind; by so much an expiry can be late for it. */
    private static final Duration CLOCK_SKEW = VerifierConfig.MAXIMUM_SKEW;

    /** For what nobody thought of, such as a clock that is wrong for a while, or a transaction that takes long. */
    private static final Duration RESERVE = Duration.ofHours(1);

    private static final int INDEXES_AT_ONCE = 10_000;
    private static final int SUBJECTS_AT_ONCE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

    private final Ledger ledger;
    private final InstantSource clock;

    public Forgetting(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Does all that can be done now. */
    public void run() {
        Instant now = clock.instant();
        Duration staleness = ledger.read(LedgerTrust::largestStaleness).ofAll();
        Instant expired = now.minus(CLOCK_SKEW).minus(staleness).minus(RESERVE);
        int settled = repeat(SUBJECTS_AT_ONCE, tx -> settleGraces(tx, now.minus(CLOCK_SKEW)));
        int indexes = repeat(INDEXES_AT_ONCE, tx -> forgetValues(tx, expired));
        repeat(1, tx -> {
            tx.ended().noteOverrides(now);
            return 0;
        });
        int overrides = forgetOverrides(expired);
        if (settled + indexes + overrides > 0) {
            LOG.info("settled {} graces, forgot {} values and {} overrides", settled, indexes, overrides);
        }
    }

    /** Goes on for as long as there was as much as fits into one transaction. */
    private int repeat(int most, ToIntFunction<Transaction> step) {
        int all = 0;
        int done;
        do {
            done = ledger.write(step::applyAsInt).value();
            all += done;
        } while (done == most);
        return all;
    }

    /** Makes one bit of each value whose grace is over: shorter, and no clock tells when it counts. */
    private static int settleGraces(Transaction tx, Instant ended) {
        List<String> ids = tx.ended().graceEndedBefore(ended, SUBJECTS_AT_ONCE);
        tx.lockSubjects(ids);
        Map<String, List<EndedValue>> values = new TreeMap<>();
        for (String id : ids) {
            ApiToken token = tx.tokens().find(id).orElse(null);
            ApiToken.Previous previous = token == null ? null : token.previous();
            if (token != null && previous != null && previous.notAfter().isBefore(ended)) {
                tx.tokens().update(token.settled());
                values.computeIfAbsent(token.resource().organization(), organization -> new ArrayList<>())
                        .add(previous.ended());
            }
        }
        values.forEach(tx::revoke);
        return ids.size();
    }

    private static int forgetValues(Transaction tx, Instant expired) {
        SortedMap<String, List<Integer>> values = tx.ended().expiredBefore(expired, INDEXES_AT_ONCE);
        values.forEach((part, indexes) -> {
            tx.ended().remove(part, indexes);
            tx.announce(part, new TrustChange.Forgotten(Indexes.of(indexes), Set.of()));
        });
        return values.values().stream().mapToInt(List::size).sum();
    }

    /** From the first subject to the last, so that those which stay are looked at once. */
    private int forgetOverrides(Instant expired) {
        int all = 0;
        String after = "";
        while (true) {
            String from = after;
            Looked looked = ledger.read(tx -> tx.ended().superfluousOverrides(expired, from, SUBJECTS_AT_ONCE));
            if (!looked.superfluous().isEmpty()) {
                all += ledger.write(tx -> forgetOverrides(tx, looked, expired, from))
                        .value();
            }
            if (looked.last() == null) {
                return all;
            }
            after = looked.last();
        }
    }

    private static int forgetOverrides(Transaction tx, Looked looked, Instant expired, String after) {
        tx.lockSubjects(looked.superfluous().stream().map(Overridden::subject).toList());
        // Once more under the locks: what another overrode meanwhile is not to be forgotten with what it replaced.
        Set<Overridden> still = new HashSet<>(tx.ended()
                .superfluousOverrides(expired, after, SUBJECTS_AT_ONCE)
                .superfluous());
        still.retainAll(looked.superfluous());
        tx.ended().removeOverrides(still);
        still.stream()
                .collect(Collectors.groupingBy(
                        Overridden::part, TreeMap::new, Collectors.mapping(Overridden::subject, Collectors.toSet())))
                .forEach((part, subjects) -> tx.announce(part, new TrustChange.Forgotten(Indexes.NONE, subjects)));
        return still.size();
    }
}
