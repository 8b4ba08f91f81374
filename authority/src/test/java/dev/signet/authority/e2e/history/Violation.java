package dev.signet.authority.e2e.history;

/** Something that may not be in a history. */
public record Violation(Rule rule, String what) {
    /** What histories are held to. */
    public enum Rule {
        /** Every operation is answered in the end. */
        ANSWERED,
        /** Callers see no errors but those that say that they may try again. */
        RETRIED_ERRORS_ONLY,
        /** Who was told that nothing was changed finds that nothing was. */
        UNDONE_IS_UNDONE,
        /** What was acknowledged was done, and stays. */
        NOT_LOST,
        /** What was asked for is done once, however often it was asked. */
        NOT_TWICE,
        /** What has ended is refused from the moment that was told. */
        CERTAIN,
        /** What is good is not refused as if it were not. */
        GOOD_IS_GOOD
    }
}
