package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

record MemoryDirectory(MemoryTables tables) implements DirectoryRecords {

    @Override
    public Optional<DirectoryEntry> find(ResourcePath path) {
        return tables.directory().find(path.id()).filter(entry -> entry.path().equals(path));
    }

    @Override
    public Optional<ResourcePath> locate(String organization, String id) {
        return tables.directory()
                .find(id)
                .map(DirectoryEntry::path)
                .filter(path -> path.workspace() != null && path.organization().equals(organization));
    }

    @Override
    public Optional<DirectoryEntry> lock(ResourcePath path, Lock lock) {
        ResourcePath parent = parentOf(path);
        return parent != null && lock(parent, Lock.SHARED).isEmpty() ? Optional.empty() : find(path);
    }

    @Override
    public void insert(DirectoryEntry entry) {
        ResourcePath parent = parentOf(entry.path());
        if ((parent != null && find(parent).isEmpty())
                || tables.buried().has(entry.path().id())) {
            throw new IllegalStateException("it cannot be: " + entry);
        }
        tables.directory().insert(entry.path().id(), entry);
    }

    @Override
    public void update(DirectoryEntry entry) {
        tables.directory().update(entry.path().id(), entry);
    }

    @Override
    public void delete(ResourcePath path) {
        tables.directory().remove(path.id());
    }

    @Override
    public void bury(String organization) {
        list(path -> path.organization().equals(organization), "", Integer.MAX_VALUE)
                .forEach(entry -> tables.directory().remove(entry.path().id()));
        for (Person person : List.copyOf(tables.people().all())) {
            if (person.organization().equals(organization)) {
                tables.people().remove(person.id());
            }
        }
        for (StoredRole role : List.copyOf(tables.roles().all())) {
            if (role.organization().equals(organization)) {
                tables.roles().remove(role.id());
            }
        }
        new MemoryEnded(tables).clear(organization);
        tables.buried().put(organization, organization);
    }

    @Override
    public boolean hasChildren(ResourcePath path) {
        return tables.directory().all().stream().anyMatch(entry -> path.equals(parentOf(entry.path())));
    }

    @Override
    public List<DirectoryEntry> organizations(String after, int limit) {
        return list(path -> path.workspace() == null, after, limit);
    }

    @Override
    public List<DirectoryEntry> workspaces(String organization, String after, int limit) {
        return list(
                path -> path.organization().equals(organization)
                        && path.workspace() != null
                        && path.deployment() == null,
                after,
                limit);
    }

    @Override
    public List<DirectoryEntry> deployments(String organization, @Nullable String workspace, String after, int limit) {
        return list(
                path -> path.organization().equals(organization)
                        && path.deployment() != null
                        && (workspace == null || workspace.equals(path.workspace())),
                after,
                limit);
    }

    private List<DirectoryEntry> list(Predicate<ResourcePath> which, String after, int limit) {
        return tables.directory().after(after).stream()
                .filter(entry -> which.test(entry.path()))
                .limit(limit)
                .toList();
    }

    private static @Nullable ResourcePath parentOf(ResourcePath path) {
        String workspace = path.workspace();
        return workspace == null
                ? null
                : path.deployment() == null
                        ? ResourcePath.organization(path.organization())
                        : ResourcePath.workspace(path.organization(), workspace);
    }
}
