package dev.signet.authority.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

record MemoryPeople(MemoryTables tables) implements PersonRecords {

    @Override
    public Optional<Person> find(String id) {
        return tables.people().find(id);
    }

    @Override
    public Optional<Person> findByEmail(String organization, String email) {
        return list(organization, null, "", Integer.MAX_VALUE).stream()
                .filter(person -> person.email().equals(email))
                .findFirst();
    }

    @Override
    public List<Person> list(String organization, @Nullable String resource, String after, int limit) {
        return tables.people().after(after).stream()
                .filter(person -> person.organization().equals(organization))
                .filter(person ->
                        resource == null || !person.grants().on(resource).isEmpty())
                .limit(limit)
                .toList();
    }

    @Override
    public void insert(Person person) {
        tables.people().insert(person.id(), kept(person));
    }

    @Override
    public void update(Person person) {
        tables.people().update(person.id(), kept(person));
    }

    @Override
    public void delete(String id) {
        tables.people().remove(id);
    }

    private static Person kept(Person person) {
        return person.granted(MemoryTokens.kept(person.grants()), person.updateTime());
    }
}
