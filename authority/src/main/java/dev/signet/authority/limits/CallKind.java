package dev.signet.authority.limits;

import java.util.Set;

/** What a call is to the limits: how it is counted, and in which lane it goes. */
public enum CallKind {
    /** The feed, which is limited by its streams and what they hold, never by calls. */
    FEED,
    READ,
    CHANGE,
    /** What a credential is worth now, and what it is exchanged for. */
    LOOKUP,
    /** Ends a value and makes another. */
    ROTATION,
    /** Ends one thing, or what somebody has of it. */
    DELETION,
    /** Ends much at once, after something came out. */
    EMERGENCY;

    private static final Set<String> LOOKUPS = Set.of("WhoAmI", "ExchangeApiKey");
    private static final Set<String> ROTATIONS = Set.of("RotateToken");
    private static final Set<String> EMERGENCIES = Set.of("RevokeAll", "RevokeSigningKey");

    /** @param method bare, such as {@code DeleteToken} */
    public static CallKind of(String method) {
        if (method.equals("Watch")) {
            return FEED;
        }
        if (LOOKUPS.contains(method)) {
            return LOOKUP;
        }
        if (EMERGENCIES.contains(method)) {
            return EMERGENCY;
        }
        if (ROTATIONS.contains(method)) {
            return ROTATION;
        }
        if (begins(method, "Delete", "Remove")) {
            return DELETION;
        }
        return begins(method, "Get", "List", "Verify", "Export") ? READ : CHANGE;
    }

    /** Whether it ends something that somebody may hold, and so goes before what does not. */
    public boolean isRevocation() {
        return this == ROTATION || this == DELETION || this == EMERGENCY;
    }

    private static boolean begins(String method, String... verbs) {
        for (String verb : verbs) {
            if (method.startsWith(verb)) {
                return true;
            }
        }
        return false;
    }
}
