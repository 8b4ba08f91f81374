package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Records to put into a ledger, with ids that ascend. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

    private long millis = NOW.toEpochMilli();
    private final IdGenerator ids = new IdGenerator(InstantSource.fixed(NOW), new Random(11));
    private int index;

    /** A later id than any before. */
    synchronized String id(IdType type) {
        millis++;
        return new IdGenerator(InstantSource.fixed(Instant.ofEpochMilli(millis)), new Random(millis)).next(type);
    }

    ResourcePath organization() {
        return ResourcePath.organization(id(IdType.ORGANIZATION));
    }

    ResourcePath workspace(ResourcePath organization) {
        return ResourcePath.workspace(organization.organization(), id(IdType.WORKSPACE));
    }

    ResourcePath deployment(ResourcePath workspace) {
        return ResourcePath.deployment(
                workspace.organization(), String.valueOf(workspace.workspace()), id(IdType.DEPLOYMENT));
    }

    static DirectoryEntry entry(ResourcePath path) {
        return new DirectoryEntry(path, "name of " + path.id(), "", NOW);
    }

    IssuedValue value(@Nullable Instant expireTime) {
        return new IssuedValue(ids.nextValueId(), index++, "kid", 42, "signet", NOW, expireTime);
    }

    /** A token with nothing that may be absent. */
    ApiToken token(ResourcePath resource, Grants grants) {
        return new ApiToken(
                id(IdType.TOKEN),
                resource,
                "a token",
                "",
                grants,
                null,
                NOW,
                NOW,
                null,
                "platformTokens/" + id(IdType.PLATFORM),
                1,
                value(null),
                null,
                null);
    }

    Person person(ResourcePath organization, String email, Grants grants) {
        return new Person(
                id(IdType.USER),
                organization.id(),
                email,
                grants,
                index++,
                NOW,
                NOW,
                "platformTokens/" + id(IdType.PLATFORM));
    }
}
