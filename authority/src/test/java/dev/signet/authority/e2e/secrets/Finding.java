package dev.signet.authority.e2e.secrets;

/**
 * A secret where none may be, or one that others may read.
 *
 * @param place a file, or what else was searched
 * @param what which kind of secret; never the secret
 */
public record Finding(String place, String what) {
    @Override
    public String toString() {
        return place + ": " + what;
    }
}
