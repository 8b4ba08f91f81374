package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.TokenQuery;
import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An organization of ten thousand tokens is filtered, sorted and paged through. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
final class ListTokensLifeCycleTest {
    private static final int MANY = 10_000;
    private static final List<String> NAMES =
            List.of("deploy", "Deploy", "ci", "ci ", "z\nz", "'; DROP TABLE", "%", "_", "Ünï", "密钥", "a", "A");

    private final Random random = new Random(11);
    private final Map<String, ApiToken> many = new HashMap<>();
    private TestAuthority authority;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeAll
    void fill(@TempDir Path data) {
        authority = TestAuthority.open(data);
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
        for (int i = 0; i < MANY; i++) {
            ApiToken token = token(i);
            many.put(token.id(), token);
        }
        authority.unpublished().write(tx -> {
            many.values().forEach(tx.tokens()::insert);
            return tx;
        });
    }

    @AfterAll
    void close() {
        authority.close();
    }

    private Instant sometime() {
        return FakeClock.START.truncatedTo(ChronoUnit.SECONDS).plusSeconds(random.nextInt(500));
    }

    private ApiToken token(int i) {
        ResourcePath resource = List.of(organization, workspace, deployment).get(i % 3);
        Map<String, List<String>> grants = new HashMap<>();
        grants.put(
                resource.id(),
                List.of(List.of("ORGANIZATION_MEMBER", "WORKSPACE_MEMBER", "DEPLOYMENT_ADMIN")
                        .get(i % 3)));
        if (i % 30 == 0) {
            grants.put(workspace.id(), List.of("WORKSPACE_AUTHOR"));
        }
        Instant made = sometime();
        Integer days = random.nextBoolean() ? null : 1 + random.nextInt(30);
        Instant expires = days == null ? null : made.plus(Duration.ofDays(days));
        return new ApiToken(
                authority.ids().next(IdType.TOKEN),
                resource,
                NAMES.get(random.nextInt(NAMES.size())),
                "",
                new Grants(grants),
                days,
                made,
                sometime(),
                null,
                "platformTokens/x",
                1,
                new IssuedValue(authority.ids().nextValueId(), 1_000_000 + i, "k", 0, "signet", made, expires),
                null,
                null);
    }

    private TokenQuery query(
            @Nullable ResourcePath resource,
            @Nullable Kind scope,
            @Nullable Instant expiresBefore,
            Order order,
            boolean descending) {
        return new TokenQuery(
                organization.organization(),
                resource == null ? null : resource.id(),
                scope,
                expiresBefore,
                order,
                descending,
                null,
                97);
    }

    /** All pages, of which only those known from the beginning are of interest. */
    private List<ApiToken> walk(Call call, TokenQuery query, @Nullable ResourcePath resource) {
        List<ApiToken> all = new ArrayList<>();
        TokenQuery rest = query;
        while (true) {
            List<ApiToken> page = authority.tokens().list(call, rest, resource);
            all.addAll(page);
            if (page.size() < rest.limit()) {
                return all;
            }
            ApiToken last = page.get(page.size() - 1);
            rest = rest.from(new TokenQuery.After(rest.keyOf(last), last.id()), rest.limit());
        }
    }

    private List<ApiToken> known(List<ApiToken> tokens) {
        return tokens.stream().filter(token -> many.containsKey(token.id())).toList();
    }

    private List<ApiToken> expected(TokenQuery query, Predicate<ApiToken> wanted) {
        Comparator<ApiToken> order = Comparator.comparing(query::keyOf).thenComparing(ApiToken::id);
        return many.values().stream()
                .filter(wanted)
                .sorted(query.descending() ? order.reversed() : order)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "DISPLAY_NAME,false", "DISPLAY_NAME,true",
        "CREATE_TIME,false", "CREATE_TIME,true",
        "UPDATE_TIME,false", "UPDATE_TIME,true",
        "EXPIRE_TIME,false", "EXPIRE_TIME,true"
    })
    void everyOrderHoldsEveryTokenOnceWhileOthersCreateAndDelete(Order order, boolean descending) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> others = thread.submit(() -> {
                int changes = 0;
                while (!done.get()) {
                    String name = NAMES.get(changes++ % NAMES.size());
                    String id = authority
                            .tokens()
                            .create(owner, TestAuthority.newToken(deployment, name, "", null, 1 + changes % 30))
                            .token()
                            .id();
                    if (changes % 2 == 0) {
                        authority.tokens().delete(owner, organization.organization(), id);
                    }
                }
                return changes;
            });
            TokenQuery query = query(null, null, null, order, descending);
            List<ApiToken> found = walk(owner, query, null);
            done.set(true);
            assertTrue(others.get() > 0, "nobody else did anything");
            Set<String> ids = new HashSet<>();
            found.forEach(token -> assertTrue(ids.add(token.id()), "twice: " + token.id()));
            assertEquals(ids(expected(query, token -> true)), ids(known(found)));
        } finally {
            done.set(true);
            thread.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ORGANIZATION", "WORKSPACE", "DEPLOYMENT"})
    void onlyTokensOfAScope(Kind scope) {
        TokenQuery query = query(null, scope, null, Order.DISPLAY_NAME, false);
        assertEquals(ids(expected(query, token -> token.kind() == scope)), ids(known(walk(owner, query, null))));
    }

    @Test
    void onlyTokensWithARoleOnAResource() {
        for (ResourcePath resource : List.of(organization, workspace, deployment)) {
            TokenQuery query = query(resource, null, null, Order.CREATE_TIME, true);
            List<ApiToken> wanted =
                    expected(query, token -> !token.grants().on(resource.id()).isEmpty());
            assertEquals(ids(wanted), ids(known(walk(owner, query, resource))));
        }
    }

    @Test
    void onlyTokensThatExpireSoon() {
        Instant soon = FakeClock.START.plus(Duration.ofDays(14));
        TokenQuery query = query(null, null, soon, Order.EXPIRE_TIME, false);
        List<ApiToken> wanted = expected(
                query,
                token -> token.value().expireTime() != null
                        && Objects.requireNonNull(token.value().expireTime()).isBefore(soon));
        assertTrue(wanted.size() > 1_000);
        assertEquals(ids(wanted), ids(known(walk(owner, query, null))));
    }

    @Test
    void allFiltersTogether() {
        Instant soon = FakeClock.START.plus(Duration.ofDays(14));
        TokenQuery query = query(workspace, Kind.ORGANIZATION, soon, Order.UPDATE_TIME, true);
        List<ApiToken> wanted = expected(
                query,
                token -> token.kind() == Kind.ORGANIZATION
                        && !token.grants().on(workspace.id()).isEmpty()
                        && token.value().expireTime() != null
                        && Objects.requireNonNull(token.value().expireTime()).isBefore(soon));
        assertTrue(!wanted.isEmpty());
        assertEquals(ids(wanted), ids(known(walk(owner, query, workspace))));
    }

    @Test
    void whoeverMaySeeOnlySomeGetsFullPagesOfThose() {
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        TokenQuery query = query(null, null, null, Order.DISPLAY_NAME, true);
        assertEquals(97, authority.tokens().list(keeper, query, null).size());
        assertEquals(
                ids(expected(query, token -> token.kind() != Kind.ORGANIZATION)),
                ids(known(walk(keeper, query, null))));
    }

    @Test
    void whatIsListedIsWhatWasWritten() {
        TokenQuery query = query(null, null, null, Order.CREATE_TIME, false);
        known(walk(owner, query, null)).forEach(token -> assertEquals(many.get(token.id()), token));
    }

    private static List<String> ids(List<ApiToken> tokens) {
        return tokens.stream().map(ApiToken::id).toList();
    }
}
