package dev.signet.verifier.token;

import java.util.Optional;

/** The {@code kind} claim: what a token is, and which subject it names. */
public enum Kind {
    ORGANIZATION("organization", IdType.TOKEN, "tokens", true),
    WORKSPACE("workspace", IdType.TOKEN, "tokens", true),
    DEPLOYMENT("deployment", IdType.TOKEN, "tokens", true),
    ACCESS("access", IdType.KEY, "apiKeys", false),
    USER("user", IdType.USER, "users", false),
    PLATFORM("platform", IdType.PLATFORM, "platformTokens", false);

    private final String claim;
    private final IdType subject;
    private final String collection;
    private final boolean mayNeverExpire;

    Kind(String claim, IdType subject, String collection, boolean mayNeverExpire) {
        this.claim = claim;
        this.subject = subject;
        this.collection = collection;
        this.mayNeverExpire = mayNeverExpire;
    }

    public String claim() {
        return claim;
    }

    /** The type of id that {@code sub} holds. */
    public IdType subject() {
        return subject;
    }

    /** The collection in which the subject's resource name lies. */
    String collection() {
        return collection;
    }

    /** Whether {@code exp} may be absent. */
    public boolean mayNeverExpire() {
        return mayNeverExpire;
    }

    public static Optional<Kind> claimed(String claim) {
        for (Kind kind : values()) {
            if (kind.claim.equals(claim)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
