package dev.signet.authority.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

record MemoryEnded(MemoryTables tables) implements EndedRecords {

    /** A value that ended, until it is forgotten. */
    record Ended(String part, int index, Instant expireTime) {}

    /** @param notedTime null until somebody noted one */
    record Kept(Overridden overridden, @Nullable Instant notedTime) {}

    @Override
    public void add(String part, Collection<EndedValue> values) {
        for (EndedValue value : values) {
            Instant expireTime = value.expireTime();
            if (expireTime != null) {
                tables.ended().put(key(part, value.index()), new Ended(part, value.index(), expireTime));
            }
        }
    }

    @Override
    public SortedMap<String, List<Integer>> expiredBefore(Instant time, int limit) {
        SortedMap<String, List<Integer>> byPart = new TreeMap<>();
        tables.ended().all().stream()
                .filter(ended -> ended.expireTime().isBefore(time))
                .sorted(Comparator.comparing(Ended::expireTime)
                        .thenComparing(Ended::part)
                        .thenComparing(Ended::index))
                .limit(limit)
                .forEach(ended -> byPart.computeIfAbsent(ended.part(), part -> new ArrayList<>())
                        .add(ended.index()));
        return byPart;
    }

    @Override
    public void remove(String part, Collection<Integer> indexes) {
        indexes.forEach(index -> tables.ended().remove(key(part, index)));
    }

    @Override
    public List<String> graceEndedBefore(Instant time, int limit) {
        List<ApiToken> over = new ArrayList<>();
        for (ApiToken token : tables.tokens().all()) {
            ApiToken.Previous previous = token.previous();
            if (previous != null && previous.notAfter().isBefore(time)) {
                over.add(token);
            }
        }
        return over.stream()
                .sorted(Comparator.comparing((ApiToken token) -> token.previous() == null
                                ? time
                                : token.previous().notAfter())
                        .thenComparing(ApiToken::id))
                .limit(limit)
                .map(ApiToken::id)
                .toList();
    }

    @Override
    public void noteOverrides(Instant now) {
        for (Kept override : List.copyOf(tables.overrides().all())) {
            if (override.notedTime() == null) {
                tables.overrides().put(override.overridden().subject(), new Kept(override.overridden(), now));
            }
        }
    }

    @Override
    public Looked superfluousOverrides(Instant expired, String after, int limit) {
        List<Kept> looked =
                tables.overrides().after(after).stream().limit(limit).toList();
        return new Looked(
                looked.stream()
                        .filter(override -> isSuperfluous(override, expired))
                        .map(Kept::overridden)
                        .toList(),
                looked.isEmpty()
                        ? null
                        : looked.get(looked.size() - 1).overridden().subject());
    }

    private boolean isSuperfluous(Kept override, Instant expired) {
        String subject = override.overridden().subject();
        ApiToken token = tables.tokens().find(subject).orElse(null);
        if (token != null) {
            Instant expireTime = token.value().expireTime();
            return token.previous() == null
                    && (token.value().grantsRevision() >= override.overridden().revision()
                            || (expireTime != null && expireTime.isBefore(expired)));
        }
        Instant noted = override.notedTime();
        return !tables.people().has(subject)
                || (noted != null && noted.isBefore(expired.minus(EndedValue.PERSON_REMEMBERED)));
    }

    @Override
    public void removeOverrides(Collection<Overridden> overrides) {
        for (Overridden each : overrides) {
            if (tables.overrides()
                    .find(each.subject())
                    .filter(override -> override.overridden().revision() == each.revision())
                    .isPresent()) {
                tables.overrides().remove(each.subject());
            }
        }
    }

    void override(String part, String subject, long revision) {
        tables.overrides().put(subject, new Kept(new Overridden(part, subject, revision), null));
    }

    /** Forgets all of a part. */
    void clear(String part) {
        for (Ended ended : List.copyOf(tables.ended().all())) {
            if (ended.part().equals(part)) {
                remove(part, List.of(ended.index()));
            }
        }
        for (Kept override : List.copyOf(tables.overrides().all())) {
            if (override.overridden().part().equals(part)) {
                tables.overrides().remove(override.overridden().subject());
            }
        }
    }

    private static String key(String part, int index) {
        return part + "/" + index;
    }
}
