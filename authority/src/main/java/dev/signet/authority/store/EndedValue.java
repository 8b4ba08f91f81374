package dev.signet.authority.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A value that ended before its time, or all values that carry one index.
 *
 * @param index in the status list
 * @param expireTime from which on nobody needs to know that it ended; null for never
 */
public record EndedValue(int index, @Nullable Instant expireTime) {
    /**
     * How much longer it stays known that an API key or a user ended, or that a user's roles changed, than any verifier
     * needs it. They do not expire by themselves, so a backup made before brings them back; only what a verifier still
     * knows of their end ends them again.
     */
    public static final Duration REMEMBERED = Duration.ofDays(31);

    /** From the deletion of an API key on. */
    public static final Duration KEY_REMEMBERED = ApiKey.ACCESS_LIFETIME.plus(REMEMBERED);

    /** From the removal of a user on, or a change of the roles. */
    public static final Duration PERSON_REMEMBERED = Person.LONGEST_LIFETIME.plus(REMEMBERED);

    public static EndedValue of(IssuedValue value) {
        return new EndedValue(value.index(), value.expireTime());
    }

    /** The access tokens obtained with an API key, the last of them as it was deleted; and the key, where it is restored. */
    public static EndedValue of(ApiKey key, Instant deleteTime) {
        return new EndedValue(key.index(), deleteTime.plus(KEY_REMEMBERED));
    }

    /** The tokens of a user, the last of them made as the user was removed; and the user, where restored. */
    public static EndedValue of(Person person, Instant removeTime) {
        return new EndedValue(person.index(), removeTime.plus(PERSON_REMEMBERED));
    }
}
