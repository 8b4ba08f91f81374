package dev.signet.authority.store;

/** An authority as one of those that share a ledger. Thread-safe. */
public interface Replica extends AutoCloseable {
    /** The only one, as the embedded store takes no second. */
    Replica ALONE = new Replica() {
        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public boolean isHousekeeper() {
            return true;
        }

        @Override
        public void close() {}
    };

    /** Whether others may write to the ledger too. */
    boolean isShared();

    /**
     * Whether this is the one that does what only one needs to do. Where one is cut off, two may be for some seconds, and
     * where one ends, none: whatever is done must be safe for two, and must not be urgent.
     */
    boolean isHousekeeper();

    /** Leaves, so that another becomes the housekeeper. */
    @Override
    void close();
}
