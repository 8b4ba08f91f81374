package dev.signet.authority.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Hands out indexes in status lists, never one twice. They come from the ledger in blocks, so that issuing does not
 * queue for a counter; what is left of a block when the process ends is never used. Thread-safe.
 */
public final class StatusIndexes {
    private static final int BLOCK = 64;

    private final Ledger ledger;
    private final ConcurrentMap<String, Block> blocks = new ConcurrentHashMap<>();

    public StatusIndexes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Never to be called within a transaction: it may need one of its own. */
    public int next(String part) {
        Block block = blocks.computeIfAbsent(part, id -> new Block());
        synchronized (block) {
            if (block.next == block.end) {
                block.next = ledger.reserveIndexes(part, BLOCK);
                block.end = block.next + BLOCK;
            }
            return block.next++;
        }
    }

    private static final class Block {
        private int next;
        private int end;
    }
}
