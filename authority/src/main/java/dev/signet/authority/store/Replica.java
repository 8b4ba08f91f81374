package dev.signet.authority.store;

import java.util.List;

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
        public long beat() {
            return 0;
        }

        @Override
        public List<WatchingVerifier> exchange(List<WatchingVerifier> here) {
            return List.of();
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

    /**
     * Returns only where the store still is the one that takes writes, and the head that it has then: whatever was
     * committed before the call is no later. Does nothing where no other store can take its place.
     *
     * @return 0 where nothing was done
     * @throws RuntimeException where it is not, or cannot be reached
     */
    long beat();

    /**
     * Tells the others which verifiers are connected here, and returns those that are connected to them, as they last told.
     * Whoever was not heard of for some time, or left, has none.
     */
    List<WatchingVerifier> exchange(List<WatchingVerifier> here);

    /** Leaves, so that another becomes the housekeeper. */
    @Override
    void close();
}
