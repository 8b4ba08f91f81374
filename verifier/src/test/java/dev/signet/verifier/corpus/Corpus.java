package dev.signet.verifier.corpus;

import java.util.List;

/** Every case, made once a process. */
public final class Corpus {
    private static final List<AttackCase> CASES = make();

    private Corpus() {}

    /** In the order of their classes. */
    public static List<AttackCase> cases() {
        return CASES;
    }

    private static List<AttackCase> make() {
        Cases cases = new Cases();
        AlgorithmAttacks.addTo(cases);
        SignatureAttacks.addTo(cases);
        KeyAttacks.addTo(cases);
        HeaderAttacks.addTo(cases);
        JsonAttacks.addTo(cases);
        TimeAttacks.addTo(cases);
        ClaimAttacks.addTo(cases);
        StateAttacks.addTo(cases);
        return cases.all();
    }
}
