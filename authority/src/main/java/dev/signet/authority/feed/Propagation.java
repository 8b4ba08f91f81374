package dev.signet.authority.feed;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a committed change has come.
 *
 * @param revision the change's, or a later one that includes it
 * @param confirmed how many connected verifiers said that every later verdict of theirs uses it
 * @param pending how many connected verifiers did not say so yet
 * @param certainBy from then on no verifier decides without it, those that are cut off included; confirmations never
 *     bring it forward
 * @param certainIn how long it is until then, never negative
 */
public record Propagation(long revision, int confirmed, int pending, Instant certainBy, Duration certainIn) {}
