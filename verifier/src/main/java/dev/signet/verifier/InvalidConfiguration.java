package dev.signet.verifier;

/** A process was configured in a way that it refuses to start with; says which key is wrong and what it takes. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key the key as the configuration reference lists it, such as {@code listen}
     * @param problem what is wrong and what to do, without any secret
     */
    public InvalidConfiguration(String key, String problem) {
        super(key + ": " + problem);
        this.key = key;
    }

    public String key() {
        return key;
    }
}
