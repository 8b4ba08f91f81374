package dev.signet.verifier.corpus;

import dev.signet.verifier.verify.Verdict.Reason;
import java.util.List;
import java.util.function.Consumer;

/**
 * One thing that an attacker presents, and what must be said of it.
 *
 * @param attack the number of its class, from 1 to 76
 * @param name what is wrong with it
 * @param reason why it must be refused
 * @param known good tokens that are presented, and accepted, before anything happens
 * @param deed what happens to the trust state or the clocks then
 * @param presented what must be refused in the end, each for this reason
 */
public record AttackCase(
        int attack,
        String name,
        Reason reason,
        List<String> known,
        Consumer<CorpusTrust> deed,
        List<String> presented) {

    AttackCase(int attack, String name, Reason reason, String presented) {
        this(attack, name, reason, List.of(), trust -> {}, List.of(presented));
    }

    /** In two digits, so that reports list the classes in their order. */
    public String title() {
        return "%02d %s".formatted(attack, name);
    }

    /** Not what is presented, which may be a secret and is often huge. */
    @Override
    public String toString() {
        return title();
    }
}
