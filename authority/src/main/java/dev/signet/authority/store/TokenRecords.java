package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** API tokens with their grants, and platform tokens. */
public interface TokenRecords {

    Optional<ApiToken> find(String id);

    void insert(ApiToken token);

    /** Replaces everything but id, resource and creation. */
    void update(ApiToken token);

    void delete(String id);

    /**
     * Deletes every token and API key that belongs to the resource or to anything below it, and every grant there.
     *
     * @param now when API keys are deleted
     * @return what ended
     */
    List<EndedValue> deleteBelow(ResourcePath resource, Instant now);

    /** Ids of all tokens, users and API keys that belong to the resource or hold a role on it. */
    List<String> subjectsOf(ResourcePath resource);

    /** Tokens in the order that the query asks for. */
    List<ApiToken> list(TokenQuery query);

    /**
     * The indexes of an organization's tokens whose value was issued before a revision, and of values before those that a
     * rotation left a grace.
     */
    Indexes indexesBelow(String organization, long revision);

    /** Notes when a token or API key was last used, unless it was noted less than five minutes before. */
    void noteUse(String organization, String subject, Instant time);

    List<PlatformToken> platformTokens();

    void insert(PlatformToken token);

    void deletePlatformToken(String id);
}
