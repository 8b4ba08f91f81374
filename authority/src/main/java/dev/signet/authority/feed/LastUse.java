package dev.signet.authority.feed;

import dev.signet.authority.store.Ledger;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Use;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes which credentials verifiers accepted lately. What comes in between two calls of {@link #write} is merged, so
 * that a busy fleet costs one transaction, and the store takes a credential's last use at most every five minutes.
 */
public final class LastUse {
    private static final Logger LOG = LoggerFactory.getLogger(LastUse.class);
    /** More than this between two writes is dropped: it is a convenience, not a record. */
    private static final int MOST = 100_000;

    /** And of one organization: who may watch that can make credentials up, and must not crowd out what others used. */
    private static final int MOST_OF_ONE = MOST / 4;

    /** Rows that are locked together, and so for how long others may have to wait for one. */
    private static final int AT_ONCE = 200;

    private record Credential(String organization, String subject) {}

    private final Ledger ledger;
    private Map<Credential, Instant> seen = new HashMap<>();
    private Map<String, Integer> counts = new HashMap<>();

    public LastUse(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Takes a report; an organization's credentials are only noted on the word of who may watch it. */
    synchronized void report(String organization, String subject, Instant time) {
        if (!IdType.TOKEN.matches(subject) && !IdType.KEY.matches(subject)) {
            // What else is said may be as long as a message, and nobody's use is noted by it.
            return;
        }
        Credential credential = new Credential(organization, subject);
        if (!seen.containsKey(credential)) {
            int count = counts.getOrDefault(organization, 0);
            if (seen.size() >= MOST || count >= MOST_OF_ONE) {
                return;
            }
            counts.put(organization, count + 1);
        }
        seen.merge(credential, time, (a, b) -> a.isAfter(b) ? a : b);
    }

    /** Takes what this process accepted itself. */
    public void report(List<Use> uses) {
        uses.forEach(use -> report(use.organization(), use.subject(), Instant.ofEpochMilli(use.millis())));
    }

    /** Writes down what came in. */
    public void write() {
        // In the order in which subjects are always locked.
        List<Map.Entry<Credential, Instant>> uses = take().entrySet().stream()
                .sorted(Comparator.comparing(use -> use.getKey().subject()))
                .toList();
        try {
            for (int from = 0; from < uses.size(); from += AT_ONCE) {
                List<Map.Entry<Credential, Instant>> some = uses.subList(from, Math.min(uses.size(), from + AT_ONCE));
                ledger.write(tx -> {
                    some.forEach(use -> tx.tokens()
                            .noteUse(use.getKey().organization(), use.getKey().subject(), use.getValue()));
                    return some.size();
                });
            }
        } catch (RuntimeException e) {
            LOG.warn("last uses could not be noted", e);
        }
    }

    private synchronized Map<Credential, Instant> take() {
        Map<Credential, Instant> taken = seen;
        seen = new HashMap<>();
        counts = new HashMap<>();
        return taken;
    }
}
