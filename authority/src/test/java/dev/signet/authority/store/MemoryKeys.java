package dev.signet.authority.store;

import dev.signet.verifier.trust.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

record MemoryKeys(MemoryTables tables) implements KeyRecords {

    @Override
    public Optional<StoredKey> find(String id) {
        return tables.keys().find(id);
    }

    @Override
    public Optional<StoredKey> hold(String id) {
        return find(id);
    }

    @Override
    public Optional<StoredKey> active() {
        return tables.keys().all().stream()
                .filter(key -> key.state() == KeyState.ACTIVE)
                .findFirst();
    }

    @Override
    public List<StoredKey> list() {
        return tables.keys().all().stream()
                .sorted(Comparator.comparing(StoredKey::createTime).thenComparing(StoredKey::id))
                .toList();
    }

    @Override
    public List<StoredKey> lock() {
        return list();
    }

    @Override
    public void insert(StoredKey key) {
        tables.keys().insert(key.id(), key);
    }

    @Override
    public void update(StoredKey key) {
        find(key.id())
                .ifPresent(before ->
                        tables.keys().put(key.id(), before.with(key.secret()).in(key.state(), key.stateTime())));
    }

    @Override
    public void delete(String id) {
        tables.keys().remove(id);
    }

    @Override
    public boolean hasLiveTokens(String id, Instant now) {
        return !liveTokens(id, now).isEmpty();
    }

    @Override
    public Map<String, Long> liveTokens(String id, Instant now) {
        List<String> owners = new ArrayList<>();
        for (ApiToken token : tables.tokens().all()) {
            String organization = token.resource().organization();
            if (isLive(token.value(), id, now)
                    && token.value().grantsRevision()
                            >= tables.epochs().find(organization).orElse(0L)) {
                owners.add(organization);
            }
            ApiToken.Previous previous = token.previous();
            if (previous != null
                    && previous.keyId().equals(id)
                    && previous.notAfter().isAfter(now)) {
                owners.add(organization);
            }
        }
        for (PlatformToken token : tables.platformTokens().all()) {
            if (isLive(token.value(), id, now)) {
                owners.add("");
            }
        }
        Map<String, Long> counts = new TreeMap<>();
        owners.forEach(owner -> counts.merge(owner, 1L, Long::sum));
        return counts;
    }

    private static boolean isLive(IssuedValue value, String key, Instant now) {
        Instant expireTime = value.expireTime();
        return value.keyId().equals(key) && (expireTime == null || expireTime.isAfter(now));
    }
}
