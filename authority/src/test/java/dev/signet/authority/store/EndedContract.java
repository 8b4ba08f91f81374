package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.signet.authority.store.EndedRecords.Overridden;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: what ended, until it can be forgotten. */
interface EndedContract {
    Instant SOON = Samples.NOW.plusSeconds(1);

    Ledger ledger();

    Samples samples();

    private long change(Consumer<Transaction> work) {
        return ledger().write(tx -> {
                    work.accept(tx);
                    return tx;
                })
                .revision();
    }

    private <T> T ended(Function<EndedRecords, T> work) {
        return ledger().read(tx -> work.apply(tx.ended()));
    }

    private ResourcePath place() {
        ResourcePath organization = samples().organization();
        change(tx -> tx.directory().insert(Samples.entry(organization)));
        return organization;
    }

    private ApiToken token(ResourcePath organization, long grantsRevision, @Nullable Instant expireTime) {
        ApiToken token = samples().token(organization, Grants.NONE);
        IssuedValue value = token.value();
        ApiToken made = token.rotated(
                new IssuedValue(
                        value.valueId(),
                        value.index(),
                        value.keyId(),
                        grantsRevision,
                        value.audience(),
                        value.issueTime(),
                        expireTime),
                null,
                Samples.NOW);
        change(tx -> tx.tokens().insert(made));
        return made;
    }

    private long override(String part, String subject) {
        return change(tx -> tx.announce(part, new TrustChange.GrantsOverridden(subject, Grants.NONE)));
    }

    private Set<String> superfluous(Instant expired) {
        return subjects(ended(it -> it.superfluousOverrides(expired, "", 100)));
    }

    private static Set<String> subjects(EndedRecords.Looked looked) {
        return Set.copyOf(looked.superfluous().stream().map(Overridden::subject).toList());
    }

    @Test
    default void valuesAreKeptUntilTheyExpired() {
        change(tx -> {
            tx.ended().add("", List.of(new EndedValue(3, SOON)));
            tx.ended()
                    .add(
                            "org_a",
                            List.of(
                                    new EndedValue(3, SOON),
                                    new EndedValue(Integer.MAX_VALUE, Samples.NOW),
                                    new EndedValue(5, null)));
            tx.ended().add("org_a", List.of());
        });
        assertEquals(Map.of(), ended(it -> it.expiredBefore(Samples.NOW, 9)));
        assertEquals(
                Map.of("org_a", List.of(Integer.MAX_VALUE)),
                ended(it -> it.expiredBefore(Samples.NOW.plusNanos(1_000), 9)));
        assertEquals(
                Map.of("", List.of(3), "org_a", List.of(Integer.MAX_VALUE, 3)),
                ended(it -> it.expiredBefore(SOON.plusSeconds(1), 9)));
        assertEquals(
                Map.of("org_a", List.of(Integer.MAX_VALUE)), ended(it -> it.expiredBefore(SOON.plusSeconds(1), 1)));
        change(tx -> tx.ended().remove("org_a", List.of(3, 4)));
        assertEquals(
                Map.of("", List.of(3), "org_a", List.of(Integer.MAX_VALUE)),
                ended(it -> it.expiredBefore(SOON.plusSeconds(1), 9)));
    }

    @Test
    default void aValueMayEndTwice() {
        change(tx -> tx.revoke("org_a", new EndedValue(3, SOON), Samples.NOW));
        long second = change(tx -> tx.revoke("org_a", List.of(new EndedValue(3, SOON), new EndedValue(4, null))));
        assertEquals(Map.of("org_a", List.of(3)), ended(it -> it.expiredBefore(SOON.plusSeconds(1), 9)));
        assertEquals(
                List.of(
                        new RecordedChange(
                                second - 1, "org_a", 0, new TrustChange.Ending(3, Samples.NOW.toEpochMilli())),
                        new RecordedChange(second, "org_a", second - 1, new TrustChange.Revoked(Indexes.of(3, 4)))),
                ledger().read(tx -> tx.trust().after(0, 9)));
        assertEquals(0, change(tx -> tx.revoke("org_a", List.of())));
    }

    @Test
    default void anyNumberOfValuesCanEndTogether() {
        int count = 2 * Transaction.REVOKED_AT_ONCE + 1;
        int first = Integer.MAX_VALUE - count;
        List<EndedValue> values = IntStream.range(0, count)
                .mapToObj(i -> new EndedValue(first + i, null))
                .toList();
        change(tx -> tx.revoke("org_a", values));
        List<RecordedChange> changes = ledger().read(tx -> tx.trust().after(0, 9));
        assertEquals(3, changes.size());
        Indexes all = Indexes.NONE;
        for (RecordedChange each : changes) {
            all = all.with(((TrustChange.Revoked) each.change()).indexes());
        }
        assertEquals(Indexes.of(IntStream.range(first, first + count).toArray()), all);
    }

    @Test
    default void whatIsBelowAResourceEndsWithItsExpiry() {
        ResourcePath organization = place();
        ResourcePath workspace = samples().workspace(organization);
        ResourcePath deployment = samples().deployment(workspace);
        ApiToken never = samples().token(deployment, Grants.NONE);
        ApiToken rotated = never.rotated(
                samples().value(SOON),
                new ApiToken.Previous("a value", 900, "kid", Samples.NOW, SOON.plusSeconds(5)),
                Samples.NOW);
        ApiKey key = new ApiKey(
                samples().id(IdType.KEY), deployment, "", "", "", 901, Samples.NOW, Samples.NOW, "somebody", 1, null);
        change(tx -> {
            tx.directory().insert(Samples.entry(workspace));
            tx.directory().insert(Samples.entry(deployment));
            tx.tokens().insert(never);
            tx.tokens().update(rotated);
            tx.apiKeys().insert(key);
        });
        assertEquals(rotated, ledger().read(tx -> tx.tokens().find(never.id())).orElseThrow());
        assertEquals(
                Set.of(
                        new EndedValue(rotated.value().index(), SOON),
                        new EndedValue(900, SOON.plusSeconds(5)),
                        new EndedValue(901, SOON.plus(EndedValue.KEY_REMEMBERED))),
                Set.copyOf(ledger().write(tx -> tx.tokens().deleteBelow(workspace, SOON))
                        .value()));
    }

    @Test
    default void gracesThatAreOverAreFound() {
        ResourcePath organization = place();
        ApiToken token = token(organization, 0, null);
        token(organization, 0, null);
        ApiToken rotated = token.rotated(
                samples().value(null), new ApiToken.Previous("a value", 900, "kid", SOON, null), Samples.NOW);
        change(tx -> tx.tokens().update(rotated));
        assertEquals(List.of(), ended(it -> it.graceEndedBefore(SOON, 9)));
        assertEquals(List.of(token.id()), ended(it -> it.graceEndedBefore(SOON.plusNanos(1_000), 9)));
        change(tx -> tx.tokens().update(rotated.settled()));
        assertEquals(List.of(), ended(it -> it.graceEndedBefore(SOON.plusSeconds(1), 9)));
    }

    @Test
    default void anOverrideIsSuperfluousOnceEveryValueIsNewerOrGone() {
        ResourcePath organization = place();
        String org = organization.id();
        String first = samples().id(IdType.TOKEN);
        long revision = override(org, first);
        ApiToken older = token(organization, revision, null);
        ApiToken newer = token(organization, 1_000, null);
        ApiToken expired = token(organization, revision, SOON);
        ApiToken graceful = token(organization, 1_000, SOON)
                .rotated(
                        samples().value(null),
                        new ApiToken.Previous("a value", 900, "kid", Samples.NOW, null),
                        Samples.NOW);
        change(tx -> tx.tokens().update(graceful));
        String gone = samples().id(IdType.TOKEN);
        for (String subject : List.of(older.id(), newer.id(), expired.id(), graceful.id(), gone)) {
            override(org, subject);
        }
        assertEquals(Set.of(first, newer.id(), gone), superfluous(SOON));
        change(tx -> tx.ended().removeOverrides(List.of(new Overridden(org, first, revision))));
        assertEquals(Set.of(newer.id(), gone), superfluous(SOON));
        assertEquals(Set.of(newer.id(), gone, expired.id()), superfluous(SOON.plusSeconds(1)));
        assertEquals(
                List.of(older.id(), newer.id(), expired.id(), graceful.id(), gone).stream()
                        .sorted()
                        .toList(),
                lookedAtOneByOne(SOON));
    }

    private List<String> lookedAtOneByOne(Instant expired) {
        List<String> all = new ArrayList<>();
        String after = "";
        while (after != null) {
            String from = after;
            after = ended(it -> it.superfluousOverrides(expired, from, 1)).last();
            all.add(after);
        }
        assertNull(all.remove(all.size() - 1));
        return all;
    }

    @Test
    default void anOverrideOfAUserIsSuperfluousAMonthAfterItWasNoted() {
        ResourcePath organization = place();
        Person person = samples().person(organization, "ada@example.com", Grants.NONE);
        change(tx -> tx.people().insert(person));
        override(organization.id(), person.id());
        assertEquals(Set.of(), superfluous(SOON.plus(Duration.ofDays(900))));
        change(tx -> tx.ended().noteOverrides(Samples.NOW));
        change(tx -> tx.ended().noteOverrides(SOON));
        Instant forgettable = Samples.NOW.plus(EndedValue.PERSON_REMEMBERED);
        assertEquals(Set.of(), superfluous(forgettable));
        assertEquals(Set.of(person.id()), superfluous(forgettable.plusNanos(1_000)));
        override(organization.id(), person.id());
        assertEquals(Set.of(), superfluous(forgettable.plusSeconds(1)));
        change(tx -> tx.people().delete(person.id()));
        assertEquals(Set.of(person.id()), superfluous(Samples.NOW));
    }

    @Test
    default void onlyTheOverrideThatWasSeenIsRemoved() {
        String org = place().id();
        String subject = samples().id(IdType.TOKEN);
        long first = override(org, subject);
        assertEquals(List.of(new Overridden(org, subject, first)), looked());
        long second = override(org, subject);
        change(tx -> tx.ended().removeOverrides(List.of(new Overridden(org, subject, first))));
        assertEquals(List.of(new Overridden(org, subject, second)), looked());
        change(tx -> tx.ended().removeOverrides(List.of(new Overridden(org, subject, second))));
        assertEquals(List.of(), looked());
    }

    private List<Overridden> looked() {
        return ended(it -> it.superfluousOverrides(SOON, "", 9)).superfluous();
    }

    @Test
    default void nothingIsKeptOfADeletedOrganization() {
        ResourcePath organization = place();
        change(tx -> tx.ended().add(organization.id(), List.of(new EndedValue(3, Samples.NOW))));
        override(organization.id(), samples().id(IdType.TOKEN));
        change(tx -> tx.directory().bury(organization.id()));
        assertEquals(Map.of(), ended(it -> it.expiredBefore(SOON, 9)));
        assertEquals(Set.of(), superfluous(SOON));
    }
}
