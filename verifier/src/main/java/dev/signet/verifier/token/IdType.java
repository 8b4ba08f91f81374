package dev.signet.verifier.token;

/** The kinds of ids: a prefix and a UUIDv7 in Crockford base32, as in {@code org_01jb2t…} (the TypeID form). */
public enum IdType {
    ORGANIZATION("org"),
    WORKSPACE("wsp"),
    DEPLOYMENT("dep"),
    TOKEN("tok"),
    KEY("key"),
    USER("usr"),
    ROLE("rol"),
    PLATFORM("plt");

    static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    static final int SUFFIX_LENGTH = 26;
    private static final boolean[] IN_ALPHABET = new boolean[128];

    static {
        ALPHABET.chars().forEach(c -> IN_ALPHABET[c] = true);
    }

    private final String start;

    IdType(String prefix) {
        this.start = prefix + "_";
    }

    /** What every id of this type begins with, the underscore included. */
    public String start() {
        return start;
    }

    public boolean matches(String id) {
        return id.length() == start.length() + SUFFIX_LENGTH && id.startsWith(start) && isSuffix(id, start.length());
    }

    /** Whether the text from {@code from} on is 128 bits in Crockford base32, lower case, in canonical form. */
    static boolean isSuffix(String text, int from) {
        if (text.length() - from != SUFFIX_LENGTH || text.charAt(from) > '7') {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= IN_ALPHABET.length || !IN_ALPHABET[c]) {
                return false;
            }
        }
        return true;
    }
}
