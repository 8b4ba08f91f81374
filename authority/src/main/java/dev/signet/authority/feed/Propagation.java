package dev.signet.authority.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How far a committed change has come.
 *
 * @param revision the change's, or a later one that includes it
 * @param confirmed how many connected verifiers said that every later verdict of theirs uses it
 * @param pending how many connected verifiers did not say so yet
 * @param certainBy from then on no verifier decides without it, those that are cut off included; confirmations never
 *     bring it forward
 * @param certainIn how long it is until then, never negative
 * @param audiences the same for tokens of single audiences; empty where it is the same for all
 * @param pendingVerifiers what some of those that are pending call themselves; of an organization's change, only of
 *     those that watch with a credential of it
 */
public record Propagation(
        long revision,
        int confirmed,
        int pending,
        Instant certainBy,
        Duration certainIn,
        List<AudienceCertainty> audiences,
        List<String> pendingVerifiers) {

    public Propagation {
        pendingVerifiers = List.copyOf(pendingVerifiers);
        audiences = List.copyOf(audiences);
    }

    /**
     * For tokens of one audience.
     *
     * @param audience empty for all that are not named
     */
    public record AudienceCertainty(String audience, Instant certainBy, Duration certainIn) {}
}
