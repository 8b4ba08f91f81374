package dev.signet.authority.feed;

import dev.signet.v1.Subscribe;

/** By what somebody watches. It is asked again for as long as the stream lasts. */
interface WatchCredential {

    /** What it is called where operators look. */
    String name();

    /** Where it came from. */
    String address();

    /** The one organization that it belongs to; empty where there is none such. */
    String organization();

    /**
     * Sees what may be watched by it, as the store has it now.
     *
     * @return what is watched
     * @throws dev.signet.authority.errors.Refusal where more is asked for
     */
    Subscribe admit(Subscribe asked);

    /** @throws dev.signet.authority.errors.Refusal where it is no longer good, by what is in memory */
    void requireStillGood();

    /** Whether an organization's part may be asked for on the stream. */
    boolean mayLoad(String organization);
}
