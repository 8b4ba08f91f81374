package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
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
                        Instant.parse("2126-12-31T23:59:59Z")));
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
        ApiToken rotated = renamed.rotated(samples().value(later.plusSeconds(60)), later);
        change(it -> it.update(rotated));
        ApiToken found = tokens(it -> it.find(token.id())).orElseThrow();
        assertEquals(rotated, found);
        assertEquals(3, found.version());
        assertEquals(later, found.lastRotatedTime());
        assertEquals(token.grants(), found.grants());
        assertEquals(bystander, tokens(it -> it.find(bystander.id())).orElseThrow());
    }

    @Test
    default void tokensAreListedAfterAnIdInTheOrderOfIds() {
        Tree tree = tree();
        Tree foreign = tree();
        ApiToken first = inserted(tree.workspace());
        ApiToken second = inserted(tree.organization());
        ApiToken third = inserted(tree.deployment());
        ApiToken fourth = inserted(tree.workspace());
        inserted(foreign.organization());
        String organization = tree.organization().id();
        String workspace = tree.workspace().id();
        assertEquals(List.of(first, second, third, fourth), tokens(it -> it.list(organization, null, "", 10)));
        assertEquals(List.of(first, second), tokens(it -> it.list(organization, null, "", 2)));
        assertEquals(List.of(third, fourth), tokens(it -> it.list(organization, null, second.id(), 2)));
        assertEquals(List.of(), tokens(it -> it.list(organization, null, fourth.id(), 2)));
        assertEquals(List.of(first, fourth), tokens(it -> it.list(organization, workspace, "", 10)));
        assertEquals(List.of(fourth), tokens(it -> it.list(organization, workspace, first.id(), 10)));
        assertEquals(List.of(second), tokens(it -> it.list(organization, organization, "", 10)));
    }

    @Test
    default void aDeletedTokenIsGoneWithItsGrants() {
        Tree tree = tree();
        ApiToken token = inserted(tree.workspace());
        ApiToken kept = inserted(tree.workspace());
        change(it -> it.delete(token.id()));
        assertEquals(Optional.empty(), tokens(it -> it.find(token.id())));
        assertEquals(List.of(kept), tokens(it -> it.list(tree.organization().id(), null, "", 10)));
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
                token.value())));
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
        assertEquals(
                List.of(organizations, others),
                tokens(it -> it.list(tree.organization().id(), null, "", 10)));
        assertEquals(Set.of(organizations.value().index(), others.value().index()), endedBelow(tree.organization()));
        assertEquals(List.of(), tokens(it -> it.list(tree.organization().id(), null, "", 10)));
        assertEquals(foreigners, tokens(it -> it.find(foreigners.id())).orElseThrow());
    }

    private Set<Integer> endedBelow(ResourcePath resource) {
        List<Integer> indexes =
                ledger().write(tx -> tx.tokens().deleteBelow(resource)).value();
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
        change(it -> it.lock(
                samples().id(IdType.TOKEN), token.id(), token.id(), samples().id(IdType.PLATFORM)));
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
                        change(it -> {
                            // Found before the lock as well, as operations do to learn what there is to lock.
                            String id = it.find(token.id()).orElseThrow().id();
                            it.lock(id);
                            ApiToken now = it.find(id).orElseThrow();
                            it.update(now.described("x", "", Samples.NOW));
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
