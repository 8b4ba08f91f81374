package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

record MemoryRoles(MemoryTables tables) implements RoleRecords {

    @Override
    public Optional<StoredRole> find(String organization, String id) {
        return tables.roles().find(id).filter(role -> role.organization().equals(organization));
    }

    @Override
    public Optional<StoredRole> lock(String organization, String id, Lock lock) {
        return find(organization, id);
    }

    @Override
    public List<StoredRole> list(String organization, String after, int limit) {
        return tables.roles().after(after).stream()
                .filter(role -> role.organization().equals(organization))
                .limit(limit)
                .toList();
    }

    @Override
    public boolean isNameTaken(String organization, String displayName, String exceptId) {
        return tables.roles().all().stream()
                .anyMatch(role -> role.organization().equals(organization)
                        && role.displayName().equals(displayName)
                        && !role.id().equals(exceptId));
    }

    @Override
    public void insert(StoredRole role) {
        if (isNameTaken(role.organization(), role.displayName(), role.id())) {
            throw new IllegalStateException("the name is taken: " + role.displayName());
        }
        tables.roles().insert(role.id(), role);
    }

    @Override
    public void update(StoredRole role) {
        tables.roles().update(role.id(), role);
    }

    @Override
    public void delete(String id) {
        tables.roles().remove(id);
    }

    @Override
    public List<String> holders(String id, int limit) {
        return Stream.concat(
                        tables.tokens().all().stream()
                                .filter(token -> token.grants().byResource().values().stream()
                                        .anyMatch(roles -> roles.contains(id)))
                                .map(ApiToken::id),
                        tables.people().all().stream()
                                .filter(person -> person.grants().byResource().values().stream()
                                        .anyMatch(roles -> roles.contains(id)))
                                .map(Person::id))
                .sorted()
                .limit(limit)
                .toList();
    }
}
