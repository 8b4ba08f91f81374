package dev.signet.authority.feed;

import java.time.Instant;

/**
 * A change that is committed, of which somebody wants to know how far it has come.
 *
 * @param part the part of the trust state that it belongs to
 * @param revision its last revision; 0 where nothing was announced just now, and all that the part holds is meant
 * @param committed a time at which it was committed already; a later one is on the safe side
 * @param effective the time from which it is to hold, {@code committed} where that is at once
 */
public record CommittedChange(String part, long revision, Instant committed, Instant effective) {}
