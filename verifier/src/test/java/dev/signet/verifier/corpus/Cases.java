package dev.signet.verifier.corpus;

import dev.signet.verifier.verify.Verdict.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Collects the cases of one class of attacks after the other. */
final class Cases {
    private final List<AttackCase> all = new ArrayList<>();
    private int attack;

    /** What is added from here on is of this class. */
    Cases of(int attack) {
        this.attack = attack;
        return this;
    }

    Cases malformed(String name, String presented) {
        return refused(Reason.MALFORMED, name, presented);
    }

    Cases unsupported(String name, String presented) {
        return refused(Reason.UNSUPPORTED_ALGORITHM, name, presented);
    }

    Cases badSignature(String name, String presented) {
        return refused(Reason.BAD_SIGNATURE, name, presented);
    }

    Cases refused(Reason reason, String name, String presented) {
        all.add(new AttackCase(attack, name, reason, presented));
        return this;
    }

    /** Something happens before it is seen for the first time. */
    Cases unseen(Reason reason, String name, String presented, Consumer<CorpusTrust> deed) {
        all.add(new AttackCase(attack, name, reason, List.of(), deed, List.of(presented)));
        return this;
    }

    /** Something happens after it was accepted, so that it is remembered. */
    Cases known(Reason reason, String name, String presented, Consumer<CorpusTrust> deed) {
        return known(reason, name, presented, deed, presented);
    }

    /** One is accepted, something happens, and another is presented. */
    Cases known(Reason reason, String name, String known, Consumer<CorpusTrust> deed, String presented) {
        all.add(new AttackCase(attack, name, reason, List.of(known), deed, List.of(presented)));
        return this;
    }

    /** Something happens, and a token that was accepted is refused as is one that was not seen yet. */
    Cases both(Reason reason, String name, Forging forging, Consumer<CorpusTrust> deed) {
        return known(reason, name + ", of a remembered token", forging.token(), deed)
                .unseen(reason, name + ", of a token not seen yet", forging.token(), deed);
    }

    Cases flood(Reason reason, String name, List<String> presented) {
        all.add(new AttackCase(attack, name, reason, List.of(), trust -> {}, presented));
        return this;
    }

    /** Makes a token, another one each time. */
    @FunctionalInterface
    interface Forging {
        String token();
    }

    List<AttackCase> all() {
        return all.stream().sorted(Comparator.comparingInt(AttackCase::attack)).toList();
    }
}
