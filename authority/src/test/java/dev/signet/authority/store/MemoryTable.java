package dev.signet.authority.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Rows by key. A fork shares them with what it was forked from until it changes some. */
final class MemoryTable<K extends Comparable<K>, R> {
    private final NavigableMap<K, R> base;
    private final Set<K> changed = new HashSet<>();
    private NavigableMap<K, R> rows;

    MemoryTable() {
        this(new TreeMap<>());
    }

    private MemoryTable(NavigableMap<K, R> rows) {
        this.base = rows;
        this.rows = rows;
    }

    MemoryTable<K, R> fork() {
        return new MemoryTable<>(rows);
    }

    /** What is committed, with the changes made here; it may have gone on since the fork. */
    MemoryTable<K, R> over(MemoryTable<K, R> committed) {
        if (changed.isEmpty()) {
            return committed;
        }
        if (committed.rows == base) {
            return fork();
        }
        NavigableMap<K, R> merged = new TreeMap<>(committed.rows);
        for (K key : changed) {
            R row = rows.get(key);
            if (row == null) {
                merged.remove(key);
            } else {
                merged.put(key, row);
            }
        }
        return new MemoryTable<>(merged);
    }

    Optional<R> find(K key) {
        return Optional.ofNullable(rows.get(key));
    }

    boolean has(K key) {
        return rows.containsKey(key);
    }

    Collection<R> all() {
        return rows.values();
    }

    NavigableMap<K, R> byKey() {
        return rows;
    }

    Collection<R> after(K key) {
        return rows.tailMap(key, false).values();
    }

    /** As a primary key has it. */
    void insert(K key, R row) {
        if (has(key)) {
            throw new IllegalStateException("there is one already: " + key);
        }
        put(key, row);
    }

    /** Of a row that is not there, nothing. */
    void update(K key, R row) {
        if (has(key)) {
            put(key, row);
        }
    }

    void put(K key, R row) {
        own().put(key, row);
        changed.add(key);
    }

    void remove(K key) {
        if (has(key)) {
            own().remove(key);
            changed.add(key);
        }
    }

    private NavigableMap<K, R> own() {
        if (rows == base) {
            rows = new TreeMap<>(base);
        }
        return rows;
    }
}
