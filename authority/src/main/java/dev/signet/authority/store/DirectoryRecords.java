package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Organizations, workspaces and deployments. */
public interface DirectoryRecords {

    /** Whether whoever locks relies on something that is there, or wants to change or end it. */
    enum Lock {
        /** Nobody changes or ends it meanwhile. */
        SHARED,
        /** Nobody relies on it meanwhile, as by adding something below an entry. */
        EXCLUSIVE
    }

    Optional<DirectoryEntry> find(ResourcePath path);

    /** The path of a workspace or deployment of which only the organization and its own id are known. */
    Optional<ResourcePath> locate(String organization, String id);

    /**
     * Locks the entry, and all above it as {@link Lock#SHARED}, until the transaction ends.
     *
     * @return the entry as it is now, empty where it or a parent does not exist
     */
    Optional<DirectoryEntry> lock(ResourcePath path, Lock lock);

    void insert(DirectoryEntry entry);

    /** Replaces display name, description, update time, version and policy. */
    void update(DirectoryEntry entry);

    /** Removes a workspace or a deployment. */
    void delete(ResourcePath path);

    /** Removes everything of an organization and leaves a tombstone, so that its id is never used again. */
    void bury(String organization);

    /** Whether anything is left directly below. */
    boolean hasChildren(ResourcePath path);

    /** Organizations with an id above {@code after}, in the order of ids. */
    List<DirectoryEntry> organizations(String after, int limit);

    /** Workspaces of an organization with an id above {@code after}, in the order of ids. */
    List<DirectoryEntry> workspaces(String organization, String after, int limit);

    /** Deployments of a workspace, or of all where it is null, with an id above {@code after}, in the order of ids. */
    List<DirectoryEntry> deployments(String organization, @Nullable String workspace, String after, int limit);
}
