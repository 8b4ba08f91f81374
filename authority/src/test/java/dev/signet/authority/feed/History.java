package dev.signet.authority.feed;

import dev.signet.authority.store.MemoryLedger;
import dev.signet.authority.store.MemoryStore;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustPart;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What truly was, under one ledger id: every part at every revision, and when it became so. */
final class History {
    private static final TrustPart INSTALLATION =
            new MemoryLedger(new MemoryStore(""), MemoryLedger.Pauses.NONE).read(LedgerTrust::installation);

    private final Map<String, NavigableMap<Long, Was>> parts = new HashMap<>();
    private long head;
    /** When another history took its place. */
    private long over = Long.MAX_VALUE;

    private record Was(TrustPart part, long since) {}

    long head() {
        return head;
    }

    void add(RecordedChange change, long now) {
        NavigableMap<Long, Was> past = parts.computeIfAbsent(change.part(), id -> new TreeMap<>());
        TrustPart before = past.isEmpty()
                ? nothing(change.part())
                : past.lastEntry().getValue().part();
        past.put(change.revision(), new Was(before.after(change.change(), change.revision()), now));
        head = Math.max(head, change.revision());
    }

    void end(long now) {
        over = now;
    }

    private static TrustPart nothing(String part) {
        return part.isEmpty() ? INSTALLATION : OrganizationTrust.unchanged(part, 0, INSTALLATION.freshness());
    }

    /** The part as it was, but for how fresh it was; null where it never had the revision. */
    @Nullable
    TrustPart at(String part, long revision) {
        NavigableMap<Long, Was> past = parts.get(part);
        Was was = past == null ? null : past.get(revision);
        return was == null ? null : was.part().confirmed(Freshness.NEVER);
    }

    /** When the part ceased to be what it was at the revision. */
    long replacedAt(String part, long revision) {
        NavigableMap<Long, Was> past = parts.get(part);
        Map.Entry<Long, Was> next = past == null ? null : past.higherEntry(revision);
        return next == null ? over : Math.min(over, next.getValue().since());
    }

    /** The part's last change up to a revision; 0 for none. */
    long lastUpTo(String part, long revision) {
        NavigableMap<Long, Was> past = parts.get(part);
        Long last = past == null ? null : past.floorKey(revision);
        return last == null ? 0 : last;
    }
}
