package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** API tokens with their grants, and platform tokens. */
public interface TokenRecords {

    Optional<ApiToken> find(String id);

    /** Locks the tokens that exist among these, in the order of ids, until the transaction ends. */
    void lock(String... ids);

    void insert(ApiToken token);

    /** Replaces everything but id, resource, grants and creation. */
    void update(ApiToken token);

    void delete(String id);

    /**
     * Deletes every token that belongs to the resource or to anything below it, with its grants, and every other
     * grant there.
     *
     * @return the indexes of their values
     */
    List<Integer> deleteBelow(ResourcePath resource);

    /** Tokens of an organization, or only those that belong to one resource, with an id above {@code after}. */
    List<ApiToken> list(String organization, @Nullable String resource, String after, int limit);

    List<PlatformToken> platformTokens();

    void insert(PlatformToken token);

    void deletePlatformToken(String id);
}
