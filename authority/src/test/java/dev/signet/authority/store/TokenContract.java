package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: API tokens with their grants, and platform tokens. */
interface TokenContract {
    Ledger ledger();

    Samples samples();

    /** An organization with two workspaces and a deployment in each. */
    record Tree(
            ResourcePath organization,
            ResourcePath workspace,
            ResourcePath deployment,
            ResourcePath otherWorkspace,
            ResourcePath otherDeployment) {

        List<ResourcePath> all() {
            return List.of(organization, workspace, deployment, otherWorkspace, otherDeployment);
        }
    }

    private Tree tree() {
        ResourcePath organization = samples().organization();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath otherWorkspace = samples().workspace(organization);
        Tree tree = new Tree(
                organization,
                workspace,
                samples().deployment(workspace),
                otherWorkspace,
                samples().deployment(otherWorkspace));
        ledger().write(tx -> {
            tree.all().forEach(path -> tx.directory().insert(Samples.entry(path)));
            return tx;
        });
        return tree;
    }

    private void change(Consumer<TokenRecords> work) {
        ledger().write(tx -> {
            work.accept(tx.tokens());
            return tx;
        });
    }

    private <T> T tokens(Function<TokenRecords, T> work) {
        return ledger().read(tx -> work.apply(tx.tokens()));
    }

    private ApiToken inserted(ResourcePath resource) {
        ApiToken token = samples().token(resource, Grants.of(resource.id(), "A_ROLE"));
        change(it -> it.insert(token));
        return token;
    }

    @Test
    default void whatIsAbsentStaysAbsent() {
        for (ResourcePath resource : tree().all()) {
            ApiToken token = samples().token(resource, Grants.NONE);
            change(it -> it.insert(token));
            assertEquals(token, tokens(it -> it.find(token.id())).orElseThrow());
        }
        assertEquals(Optional.empty(), tokens(it -> it.find(samples().id(IdType.TOKEN))));
    }

    @Test
    default void whatIsThereComesBack() {
        Tree tree = tree();
        Grants grants = new Grants(Map.of(
                tree.workspace().id(), List.of("WORKSPACE_MEMBER"),
                tree.deployment().id(), List.of("DEPLOYMENT_ADMIN"),
                tree.otherDeployment().id(), List.of(samples().id(IdType.ROLE))));
        ApiToken token = new ApiToken(
                samples().id(IdType.TOKEN),
                tree.workspace(),
                "🔏".repeat(256),
                "🗝".repeat(500),
                grants,
                3650,
                Samples.NOW,
                Samples.NOW.plusSeconds(1),
                Samples.NOW.plusSeconds(2),
                "organizations/" + tree.organization().id() + "/tokens/"
                        + samples().id(IdType.TOKEN),
                Long.MAX_VALUE,
                new IssuedValue(
                        "v".repeat(26),
                        Integer.MAX_VALUE,
                        "k".repeat(64),
                        Long.MAX_VALUE,
                        "a".repeat(200),
                        Samples.NOW,
                        Instant.parse("2126-12-31T23:59:59Z")),
                null,
                null);
        change(it -> it.insert(token));
        assertEquals(token, tokens(it -> it.find(token.id())).orElseThrow());
    }

    @Test
    default void updatesReplaceWhatMayChange() {
        Tree tree = tree();
        ApiToken token = inserted(tree.workspace());
        ApiToken bystander = inserted(tree.workspace());
        Instant later = Samples.NOW.plusSeconds(9);
        ApiToken renamed = token.described("another name", "a description", later);
        change(it -> it.update(renamed));
        assertEquals(renamed, tokens(it -> it.find(token.id())).orElseThrow());
        ApiToken graceful = renamed.rotated(
                samples().value(later.plusSeconds(60)),
                new ApiToken.Previous(
                        renamed.value().valueId(), renamed.value().index(), "a kid", later.plusMillis(1), later),
                later);
        change(it -> it.update(graceful));
        assertEquals(graceful, tokens(it -> it.find(token.id())).orElseThrow());
        ApiToken rotated = graceful.rotated(samples().value(later.plusSeconds(60)), null, later);
        change(it -> it.update(rotated));
        ApiToken found = tokens(it -> it.find(token.id())).orElseThrow();
        assertEquals(rotated, found);
        assertEquals(4, found.version());
        assertEquals(later, found.lastRotatedTime());
        assertEquals(token.grants(), found.grants());
        assertEquals(bystander, tokens(it -> it.find(bystander.id())).orElseThrow());
    }

    private static TokenQuery all(Tree tree) {
        return query(tree, null, null, 10);
    }

    private static TokenQuery query(Tree tree, @Nullable ResourcePath resource, @Nullable ApiToken after, int limit) {
        return query(tree, resource, Order.CREATE_TIME, false, after, limit);
    }

    private static TokenQuery query(
            Tree tree,
            @Nullable ResourcePath resource,
            Order order,
            boolean descending,
            @Nullable ApiToken after,
            int limit) {
        TokenQuery first = new TokenQuery(
                tree.organization().id(),
                resource == null ? null : resource.id(),
                null,
                null,
                order,
                descending,
                null,
                limit);
        return after == null ? first : first.from(new TokenQuery.After(first.keyOf(after), after.id()), limit);
    }

    private List<ApiToken> list(TokenQuery query) {
        return tokens(it -> it.list(query));
    }

    /** Those of the samples are issued at revision 42. */
    @Test
    default void indexesOfWhatWasIssuedBeforeARevision() {
        Tree tree = tree();
        ApiToken first = inserted(tree.organization());
        ApiToken second = inserted(tree.deployment());
        inserted(tree().organization());
        String organization = tree.organization().id();
        assertEquals(0, tokens(it -> it.indexesBelow(organization, 42)).size());
        Indexes before = tokens(it -> it.indexesBelow(organization, 43));
        assertEquals(2, before.size());
        assertTrue(before.contains(first.value().index()));
        assertTrue(before.contains(second.value().index()));
    }

    @Test
    default void tokensOfOneMomentAreListedAfterAnIdInTheOrderOfIds() {
        Tree tree = tree();
        Tree foreign = tree();
        ApiToken first = inserted(tree.workspace());
        ApiToken second = inserted(tree.organization());
        ApiToken third = inserted(tree.deployment());
        ApiToken fourth = inserted(tree.workspace());
        inserted(foreign.organization());
        assertEquals(List.of(first, second, third, fourth), list(all(tree)));
        assertEquals(List.of(first, second), list(query(tree, null, null, 2)));
        assertEquals(List.of(third, fourth), list(query(tree, null, second, 2)));
        assertEquals(List.of(), list(query(tree, null, fourth, 2)));
        assertEquals(List.of(first, fourth), list(query(tree, tree.workspace(), null, 10)));
        assertEquals(List.of(fourth), list(query(tree, tree.workspace(), first, 10)));
        assertEquals(List.of(second), list(query(tree, tree.organization(), null, 10)));
        for (Order order : List.of(Order.CREATE_TIME, Order.UPDATE_TIME, Order.EXPIRE_TIME, Order.DISPLAY_NAME)) {
            assertEquals(
                    List.of(fourth, third, second, first), list(query(tree, null, order, true, null, 10)), "" + order);
            assertEquals(List.of(third, fourth), list(query(tree, null, order, false, second, 10)), "" + order);
            assertEquals(List.of(second, first), list(query(tree, null, order, true, third, 10)), "" + order);
        }
    }

    @Test
    default void tokensAreListedWhereTheyHoldARole() {
        Tree tree = tree();
        ApiToken token = samples()
                .token(
                        tree.organization(),
                        new Grants(Map.of(
                                tree.organization().id(), List.of("ORGANIZATION_MEMBER"),
                                tree.deployment().id(), List.of("DEPLOYMENT_ADMIN"))));
        change(it -> it.insert(token));
        ApiToken own = inserted(tree.deployment());
        assertEquals(List.of(token, own), list(query(tree, tree.deployment(), null, 10)));
        assertEquals(List.of(token), list(query(tree, tree.organization(), null, 10)));
        assertEquals(List.of(), list(query(tree, tree.workspace(), null, 10)));
    }

    @Test
    default void tokensAreListedByScopeAndExpiry() {
        Tree tree = tree();
        ApiToken organizations = inserted(tree.organization());
        ApiToken workspaces = inserted(tree.workspace());
        ApiToken deployments = inserted(tree.deployment());
        Map<Kind, ApiToken> byScope =
                Map.of(Kind.ORGANIZATION, organizations, Kind.WORKSPACE, workspaces, Kind.DEPLOYMENT, deployments);
        byScope.forEach((scope, token) -> assertEquals(
                List.of(token),
                list(new TokenQuery(tree.organization().id(), null, scope, null, Order.CREATE_TIME, false, null, 10))));
        Instant soon = Samples.NOW.plusSeconds(60);
        ApiToken expiring = workspaces.rotated(samples().value(soon), null, Samples.NOW);
        change(it -> it.update(expiring));
        assertEquals(List.of(), list(expiringBefore(tree, soon)));
        assertEquals(List.of(expiring), list(expiringBefore(tree, soon.plusMillis(1))));
    }

    private static TokenQuery expiringBefore(Tree tree, Instant time) {
        return new TokenQuery(tree.organization().id(), null, null, time, Order.EXPIRE_TIME, false, null, 10);
    }

    @Test
    default void tokensAreListedInEachOrderAndBack() {
        Tree tree = tree();
        ApiToken first = inserted(tree.workspace())
                .described("b", "", Samples.NOW.plusSeconds(3))
                .rotated(samples().value(null), null, Samples.NOW.plusSeconds(3));
        ApiToken second = inserted(tree.workspace())
                .described("a", "", Samples.NOW.plusSeconds(1))
                .rotated(samples().value(Samples.NOW.plusSeconds(9)), null, Samples.NOW.plusSeconds(1));
        ApiToken third = inserted(tree.workspace())
                .described("c", "", Samples.NOW.plusSeconds(2))
                .rotated(samples().value(Samples.NOW.plusSeconds(8)), null, Samples.NOW.plusSeconds(2));
        List.of(first, second, third).forEach(token -> change(it -> it.update(token)));
        Map<Order, List<ApiToken>> expected = Map.of(
                Order.DISPLAY_NAME, List.of(second, first, third),
                Order.CREATE_TIME, List.of(first, second, third),
                Order.UPDATE_TIME, List.of(second, third, first),
                // What never expires comes after all that does.
                Order.EXPIRE_TIME, List.of(third, second, first));
        expected.forEach((order, all) -> {
            List<ApiToken> back = new ArrayList<>(all);
            Collections.reverse(back);
            assertPages(all, order, false);
            assertPages(back, order, true);
        });
    }

    private void assertPages(List<ApiToken> all, Order order, boolean descending) {
        Tree tree = new Tree(
                ResourcePath.organization(all.get(0).resource().organization()),
                all.get(0).resource(),
                all.get(0).resource(),
                all.get(0).resource(),
                all.get(0).resource());
        ApiToken after = null;
        for (int i = 0; i < all.size(); i++) {
            assertEquals(all.subList(i, all.size()), list(query(tree, null, order, descending, after, 10)), "" + order);
            assertEquals(List.of(all.get(i)), list(query(tree, null, order, descending, after, 1)), "" + order);
            after = all.get(i);
        }
        assertEquals(List.of(), list(query(tree, null, order, descending, after, 1)));
    }

    @Test
    default void aUseIsNotedEveryFiveMinutes() {
        Tree tree = tree();
        ApiToken token = inserted(tree.workspace());
        ApiToken bystander = inserted(tree.workspace());
        String organization = tree.organization().id();
        Tree other = tree();
        change(it -> it.noteUse(other.organization().id(), token.id(), Samples.NOW));
        assertEquals(token, tokens(it -> it.find(token.id())).orElseThrow(), "noted for another organization");
        Instant later = Samples.NOW.plusSeconds(300);
        Map<Instant, Instant> notedAs = new LinkedHashMap<>();
        notedAs.put(Samples.NOW, Samples.NOW);
        notedAs.put(later.minusMillis(1), Samples.NOW);
        notedAs.put(later, later);
        notedAs.put(Samples.NOW.plusSeconds(1), later);
        notedAs.forEach((time, noted) -> {
            change(it -> it.noteUse(organization, token.id(), time));
            assertEquals(noted, tokens(it -> it.find(token.id())).orElseThrow().lastUsedTime());
        });
        // Whoever changes a token meanwhile does not take it back.
        change(it -> it.update(token.described("renamed", "", later)));
        assertEquals(later, tokens(it -> it.find(token.id())).orElseThrow().lastUsedTime());
        assertEquals(bystander, tokens(it -> it.find(bystander.id())).orElseThrow());
    }

    @Test
    default void aDeletedTokenIsGoneWithItsGrants() {
        Tree tree = tree();
        ApiToken token = inserted(tree.workspace());
        ApiToken kept = inserted(tree.workspace());
        change(it -> it.delete(token.id()));
        assertEquals(Optional.empty(), tokens(it -> it.find(token.id())));
        assertEquals(List.of(kept), tokens(it -> it.list(all(tree))));
        // Its grants are gone too: the same id would find them again.
        change(it -> it.insert(new ApiToken(
                token.id(),
                token.resource(),
                "",
                "",
                Grants.NONE,
                null,
                Samples.NOW,
                Samples.NOW,
                null,
                "",
                1,
                token.value(),
                null,
                null)));
        assertEquals(
                Grants.NONE, tokens(it -> it.find(token.id())).orElseThrow().grants());
    }

    @Test
    default void whatIsBelowAResourceEndsWithIt() {
        Tree tree = tree();
        ApiToken organizations = inserted(tree.organization());
        ApiToken workspaces = inserted(tree.workspace());
        ApiToken deployments = inserted(tree.deployment());
        ApiToken others = inserted(tree.otherDeployment());
        Tree foreign = tree();
        ApiToken foreigners = inserted(foreign.organization());

        assertEquals(Set.of(deployments.value().index()), endedBelow(tree.deployment()));
        assertEquals(Set.of(), endedBelow(tree.deployment()));
        ApiToken again = inserted(tree.deployment());
        assertEquals(Set.of(workspaces.value().index(), again.value().index()), endedBelow(tree.workspace()));
        assertEquals(List.of(organizations, others), tokens(it -> it.list(all(tree))));
        assertEquals(Set.of(organizations.value().index(), others.value().index()), endedBelow(tree.organization()));
        assertEquals(List.of(), tokens(it -> it.list(all(tree))));
        assertEquals(foreigners, tokens(it -> it.find(foreigners.id())).orElseThrow());
    }

    @Test
    default void aValueInItsGraceEndsWithItsResourceToo() {
        Tree tree = tree();
        ApiToken token = inserted(tree.deployment());
        ApiToken rotated = token.rotated(
                samples().value(null),
                new ApiToken.Previous(
                        token.value().valueId(), token.value().index(), "kid", Samples.NOW.plusSeconds(60), null),
                Samples.NOW);
        change(it -> it.update(rotated));
        assertEquals(Set.of(token.value().index(), rotated.value().index()), endedBelow(tree.workspace()));
    }

    private Set<Integer> endedBelow(ResourcePath resource) {
        List<Integer> indexes = ledger().write(tx -> tx.tokens().deleteBelow(resource, Samples.NOW)).value().stream()
                .map(EndedValue::index)
                .toList();
        Set<Integer> distinct = new HashSet<>(indexes);
        assertEquals(indexes.size(), distinct.size());
        return distinct;
    }

    @Test
    default void grantsOfOthersOnAResourceEndWithIt() {
        Tree tree = tree();
        ApiToken token = samples()
                .token(
                        tree.organization(),
                        new Grants(Map.of(
                                tree.organization().id(), List.of("ORGANIZATION_MEMBER"),
                                tree.deployment().id(), List.of("DEPLOYMENT_ADMIN"))));
        change(it -> it.insert(token));
        assertEquals(Set.of(), endedBelow(tree.deployment()));
        assertEquals(
                Grants.of(tree.organization().id(), "ORGANIZATION_MEMBER"),
                tokens(it -> it.find(token.id())).orElseThrow().grants());
    }

    @Test
    default void locksPassOverWhatDoesNotExist() {
        ApiToken token = inserted(tree().organization());
        ledger().write(tx -> {
            tx.lockSubjects(List.of(
                    samples().id(IdType.TOKEN),
                    token.id(),
                    samples().id(IdType.USER),
                    token.id(),
                    samples().id(IdType.KEY),
                    samples().id(IdType.PLATFORM)));
            return tx;
        });
        assertEquals(token, tokens(it -> it.find(token.id())).orElseThrow());
    }

    @Test
    default void platformTokensComeAndGo() {
        PlatformToken never =
                new PlatformToken(samples().id(IdType.PLATFORM), samples().value(null));
        PlatformToken once =
                new PlatformToken(samples().id(IdType.PLATFORM), samples().value(Samples.NOW));
        change(it -> {
            it.insert(once);
            it.insert(never);
        });
        assertEquals(List.of(never, once), tokens(TokenRecords::platformTokens));
        change(it -> it.deletePlatformToken(never.id()));
        assertEquals(List.of(once), tokens(TokenRecords::platformTokens));
    }

    /** What is found after a lock is never older than the lock: of two rotations, the second ends the first's value. */
    @Test
    default void whatIsLockedIsFoundAsItIsNow() throws Exception {
        ApiToken token = inserted(tree().organization());
        int writers = 8;
        int updates = 25;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                done.add(threads.submit(() -> {
                    for (int update = 0; update < updates; update++) {
                        ledger().write(tx -> {
                            // Found before the lock as well, as operations do to learn what there is to lock.
                            String id =
                                    tx.tokens().find(token.id()).orElseThrow().id();
                            tx.lockSubjects(List.of(id));
                            ApiToken now = tx.tokens().find(id).orElseThrow();
                            tx.tokens().update(now.described("x", "", Samples.NOW));
                            return tx;
                        });
                    }
                }));
            }
            done.forEach(LedgerContract::join);
        } finally {
            threads.shutdownNow();
        }
        assertEquals(
                1 + writers * updates,
                tokens(it -> it.find(token.id())).orElseThrow().version());
    }
}
