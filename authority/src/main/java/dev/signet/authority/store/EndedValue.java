package dev.signet.authority.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A value that ended before its time, or all values that carry one index.
 *
 * @param index in the status list
 * @param expireTime from which on it is no good whether or not one knows that it ended; null for never
 */
public record EndedValue(int index, @Nullable Instant expireTime) {

    public static EndedValue of(IssuedValue value) {
        return new EndedValue(value.index(), value.expireTime());
    }

    /** The access tokens obtained with an API key, the last of them as it was deleted. */
    public static EndedValue of(ApiKey key, Instant deleteTime) {
        return new EndedValue(key.index(), deleteTime.plus(ApiKey.ACCESS_LIFETIME));
    }

    /** The tokens of a user, the last of them made as the user was removed. */
    public static EndedValue of(Person person, Instant removeTime) {
        return new EndedValue(person.index(), removeTime.plus(Person.LONGEST_LIFETIME));
    }
}
