package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.store.TokenQuery.Order;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: lists of those who hold a role on a resource, however many there are. */
interface HolderContract {
    Ledger ledger();

    Samples samples();

    /** Two organizations, of which the first has all the tokens that may be found. */
    record Place(
            ResourcePath organization,
            ResourcePath workspace,
            ResourcePath deployment,
            ResourcePath foreign,
            List<Person> people) {

        static Place in(HolderContract contract) {
            Samples samples = contract.samples();
            ResourcePath organization = samples.organization();
            ResourcePath workspace = samples.workspace(organization);
            ResourcePath deployment = samples.deployment(workspace);
            ResourcePath foreign = samples.organization();
            Grants holding = Grants.of(deployment.id(), "A_ROLE");
            List<Person> people = IntStream.range(0, 4)
                    .mapToObj(i -> samples.person(organization, i + "@example.com", i == 1 ? Grants.NONE : holding))
                    .toList();
            Place place = new Place(organization, workspace, deployment, foreign, people);
            contract.ledger().write(tx -> {
                List.of(organization, workspace, deployment, foreign)
                        .forEach(path -> tx.directory().insert(Samples.entry(path)));
                people.forEach(tx.people()::insert);
                place.tokens(samples).forEach(tx.tokens()::insert);
                return tx;
            });
            return place;
        }

        /** Of each scope, some of which hold a role on the deployment, or two; in no order the same as in another. */
        private List<ApiToken> tokens(Samples samples) {
            List<ApiToken> tokens = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                ResourcePath resource =
                        List.of(organization, workspace, deployment, deployment).get(i % 4);
                List<String> roles = List.of("A_ROLE", "B_ROLE").subList(0, i % 3);
                Instant expireTime = i % 5 < 2 ? null : Samples.NOW.plusSeconds(1000 + i * 7 % 12);
                tokens.add(new ApiToken(
                        samples.id(IdType.TOKEN),
                        resource,
                        "token " + i * 5 % 12,
                        "",
                        new Grants(Map.of(deployment.id(), roles, organization.id(), List.of("ORGANIZATION_MEMBER"))),
                        null,
                        Samples.NOW.plusSeconds(i / 4),
                        Samples.NOW.plusSeconds(100 - i),
                        null,
                        "platformTokens/x",
                        1,
                        samples.value(expireTime),
                        null,
                        null));
            }
            tokens.add(samples.token(foreign, Grants.of(deployment.id(), "A_ROLE")));
            return tokens;
        }
    }

    @Test
    default void thoseWhoHoldARoleAreListedAsTheyAreAmongAll() {
        assertListedAsAmongAll(Place.in(this));
    }

    /** More than a store would sort for each page. */
    @Test
    default void manyWhoHoldARoleAreListedAsTheyAreAmongAll() {
        Place place = Place.in(this);
        List<String> many = IntStream.rangeClosed(0, JdbcGrants.FEW)
                .mapToObj(i -> "ROLE_" + i)
                .toList();
        Person holder = samples()
                .person(
                        place.foreign(),
                        "many@example.com",
                        new Grants(Map.of(place.deployment().id(), many)));
        ledger().write(tx -> {
            tx.people().insert(holder);
            return tx;
        });
        assertListedAsAmongAll(place);
    }

    private void assertListedAsAmongAll(Place place) {
        for (Order order : Order.values()) {
            for (boolean descending : List.of(false, true)) {
                for (Kind scope : Arrays.asList(null, Kind.ORGANIZATION, Kind.WORKSPACE, Kind.DEPLOYMENT)) {
                    for (Instant before : Arrays.asList(null, Samples.NOW.plusSeconds(1006))) {
                        TokenQuery all = new TokenQuery(
                                place.organization().id(), null, scope, before, order, descending, null, 100);
                        TokenQuery holding = new TokenQuery(
                                place.organization().id(),
                                place.deployment().id(),
                                scope,
                                before,
                                order,
                                descending,
                                null,
                                2);
                        List<ApiToken> expected = tokens(all).stream()
                                .filter(token -> !token.grants()
                                        .on(place.deployment().id())
                                        .isEmpty())
                                .toList();
                        assertEquals(expected, pageByPage(holding), () -> String.valueOf(holding));
                    }
                }
            }
        }
        List<Person> people = place.people();
        assertEquals(List.of(people.get(0), people.get(2)), people(place, "", 2));
        assertEquals(List.of(people.get(3)), people(place, people.get(2).id(), 2));
    }

    private List<ApiToken> pageByPage(TokenQuery query) {
        List<ApiToken> found = new ArrayList<>();
        TokenQuery.@Nullable After after = null;
        List<ApiToken> page;
        do {
            page = tokens(query.from(after, query.limit()));
            found.addAll(page);
            if (!page.isEmpty()) {
                ApiToken last = page.get(page.size() - 1);
                after = new TokenQuery.After(query.keyOf(last), last.id());
            }
        } while (page.size() == query.limit());
        return found;
    }

    private List<ApiToken> tokens(TokenQuery query) {
        return ledger().read(tx -> tx.tokens().list(query));
    }

    private List<Person> people(Place place, String after, int limit) {
        return ledger().read(tx ->
                tx.people().list(place.organization().id(), place.deployment().id(), after, limit));
    }
}
