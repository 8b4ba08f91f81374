package dev.signet.authority.load;

/** Hands out the calls of a run; asked by one thread. */
interface CallSource {
    PlannedCall next(Kind kind);
}
