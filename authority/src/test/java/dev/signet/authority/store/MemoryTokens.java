package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

record MemoryTokens(MemoryTables tables) implements TokenRecords {
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(5);

    /** As rows in a table of grants would come back. */
    static Grants kept(Grants grants) {
        Map<String, List<String>> kept = new HashMap<>();
        grants.byResource().forEach((resource, roles) -> {
            if (!roles.isEmpty()) {
                kept.put(resource, List.copyOf(new TreeSet<>(roles)));
            }
        });
        return new Grants(kept);
    }

    private static Grants without(Grants grants, String resource) {
        Map<String, List<String>> rest = new HashMap<>(grants.byResource());
        rest.remove(resource);
        return new Grants(rest);
    }

    @Override
    public Optional<ApiToken> find(String id) {
        return tables.tokens().find(id);
    }

    @Override
    public void insert(ApiToken token) {
        if (!tables.directory().has(token.resource().id())) {
            throw new IllegalStateException("there is no " + token.resource());
        }
        tables.tokens().insert(token.id(), token.granted(kept(token.grants())));
    }

    @Override
    public void update(ApiToken token) {
        find(token.id())
                .ifPresent(before -> tables.tokens()
                        .put(token.id(), used(token, before.lastUsedTime()).granted(kept(token.grants()))));
    }

    @Override
    public void delete(String id) {
        tables.tokens().remove(id);
    }

    @Override
    public List<EndedValue> deleteBelow(ResourcePath resource, Instant now) {
        List<EndedValue> ended = new ArrayList<>();
        for (ApiToken token : List.copyOf(tables.tokens().all())) {
            if (isWithin(token.resource(), resource)) {
                ended.addAll(token.ended());
                delete(token.id());
            } else if (!token.grants().on(resource.id()).isEmpty()) {
                tables.tokens().put(token.id(), token.granted(without(token.grants(), resource.id())));
            }
        }
        for (ApiKey key : List.copyOf(tables.apiKeys().all())) {
            if (isWithin(key.deployment(), resource)) {
                ended.add(EndedValue.of(key, now));
                tables.apiKeys().remove(key.id());
            }
        }
        for (Person person : List.copyOf(tables.people().all())) {
            if (!person.grants().on(resource.id()).isEmpty()) {
                tables.people()
                        .put(person.id(), person.granted(without(person.grants(), resource.id()), person.updateTime()));
            }
        }
        return ended;
    }

    @Override
    public List<String> subjectsOf(ResourcePath resource) {
        Set<String> subjects = new TreeSet<>();
        for (ApiToken token : tables.tokens().all()) {
            if (isWithin(token.resource(), resource)
                    || !token.grants().on(resource.id()).isEmpty()) {
                subjects.add(token.id());
            }
        }
        for (ApiKey key : tables.apiKeys().all()) {
            if (isWithin(key.deployment(), resource)) {
                subjects.add(key.id());
            }
        }
        for (Person person : tables.people().all()) {
            if (!person.grants().on(resource.id()).isEmpty()) {
                subjects.add(person.id());
            }
        }
        return List.copyOf(subjects);
    }

    @Override
    public List<ApiToken> list(TokenQuery query) {
        Comparator<ApiToken> order = Comparator.<ApiToken, String>comparing(
                        token -> sortable(query, query.keyOf(token)))
                .thenComparing(ApiToken::id);
        Stream<ApiToken> found = tables.tokens().all().stream()
                .filter(token -> token.resource().organization().equals(query.organization()))
                .filter(token -> query.resource() == null
                        || !token.grants().on(query.resource()).isEmpty())
                .filter(token -> query.scope() == null || token.kind() == query.scope())
                .filter(token -> query.expiresBefore() == null || expiresBefore(token, query.expiresBefore()))
                .sorted(query.descending() ? order.reversed() : order);
        TokenQuery.After after = query.after();
        return (after == null ? found : found.filter(token -> isAfter(query, after, token)))
                .limit(query.limit())
                .toList();
    }

    private static boolean isAfter(TokenQuery query, TokenQuery.After after, ApiToken token) {
        int byKey = sortable(query, query.keyOf(token)).compareTo(sortable(query, after.key()));
        int compared = byKey != 0 ? byKey : token.id().compareTo(after.id());
        return query.descending() ? compared < 0 : compared > 0;
    }

    /** Times as text that sorts as they do. */
    private static String sortable(TokenQuery query, String key) {
        if (query.order() == TokenQuery.Order.DISPLAY_NAME) {
            return key;
        }
        Instant time = Instant.parse(key);
        return "%020d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }

    private static boolean expiresBefore(ApiToken token, Instant time) {
        Instant expireTime = token.value().expireTime();
        return expireTime != null && expireTime.isBefore(time);
    }

    @Override
    public Indexes indexesBelow(String organization, long revision) {
        return Indexes.of(tables.tokens().all().stream()
                .filter(token -> token.resource().organization().equals(organization)
                        && token.value().grantsRevision() < revision)
                .flatMap(token -> Stream.concat(
                        Stream.of(token.value().index()),
                        Stream.ofNullable(token.previous()).map(ApiToken.Previous::index)))
                .toList());
    }

    @Override
    public void noteUse(String organization, String subject, Instant time) {
        tables.tokens()
                .find(subject)
                .filter(token -> token.resource().organization().equals(organization))
                .filter(token -> isWorthNoting(token.lastUsedTime(), time))
                .ifPresent(token -> tables.tokens().put(subject, used(token, time)));
        tables.apiKeys()
                .find(subject)
                .filter(key -> key.deployment().organization().equals(organization))
                .filter(key -> isWorthNoting(key.lastUsedTime(), time))
                .ifPresent(key -> tables.apiKeys().put(subject, used(key, time)));
    }

    private static boolean isWorthNoting(@Nullable Instant before, Instant time) {
        return before == null || !before.isAfter(time.minus(USE_RESOLUTION));
    }

    @Override
    public List<PlatformToken> platformTokens() {
        return List.copyOf(tables.platformTokens().all());
    }

    @Override
    public void insert(PlatformToken token) {
        tables.platformTokens().insert(token.id(), token);
    }

    @Override
    public void deletePlatformToken(String id) {
        tables.platformTokens().remove(id);
    }

    private static boolean isWithin(ResourcePath path, ResourcePath resource) {
        return resource.deployment() != null
                ? resource.deployment().equals(path.deployment())
                : resource.workspace() != null
                        ? resource.workspace().equals(path.workspace())
                        : resource.organization().equals(path.organization());
    }

    private static ApiToken used(ApiToken token, @Nullable Instant time) {
        return new ApiToken(
                token.id(),
                token.resource(),
                token.displayName(),
                token.description(),
                token.grants(),
                token.expiryPeriodDays(),
                token.createTime(),
                token.updateTime(),
                token.lastRotatedTime(),
                token.createdBy(),
                token.version(),
                token.value(),
                token.previous(),
                time);
    }

    private static ApiKey used(ApiKey key, Instant time) {
        return new ApiKey(
                key.id(),
                key.deployment(),
                key.displayName(),
                key.description(),
                key.secretSha256(),
                key.index(),
                key.createTime(),
                key.updateTime(),
                key.createdBy(),
                key.version(),
                time);
    }
}
