package dev.signet.authority.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the store gives for the smallest durable transaction: H2 as the ledger opens it, in a folder of its own, one
 * row of two columns for each transaction by a statement that stays prepared, no object mapper in between. Writers take
 * turns, as H2 must have it, and one sync serves all who wait for one.
 */
public final class DurableCommits implements AutoCloseable {
    private final H2 h2;
    private final Durability durability;
    private final Lock turn = new ReentrantLock(true);
    private final AtomicLong ids = new AtomicLong();

    public DurableCommits(Path data) throws SQLException {
        this.h2 = H2.open(data);
        this.durability = new Durability(h2::sync);
        try (Connection connection = h2.writing().getConnection();
                PreparedStatement table =
                        connection.prepareStatement("CREATE TABLE row_of_one (id VARCHAR(40) PRIMARY KEY, n BIGINT)")) {
            table.execute();
        }
    }

    /**
     * Rows a second, each of them on the disk before its writer goes on.
     *
     * @param rows how many rows share a commit; 1 for a commit each
     */
    public double perSecond(int writers, int rows, Duration time) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            long begin = System.nanoTime();
            long end = begin + time.toNanos();
            List<Future<Long>> writing = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                Callable<Long> writer = () -> write(rows, end);
                writing.add(threads.submit(writer));
            }
            long written = 0;
            for (Future<Long> each : writing) {
                written += each.get();
            }
            return written / ((System.nanoTime() - begin) / 1e9);
        } finally {
            threads.shutdown();
        }
    }

    private long write(int rows, long end) throws SQLException {
        long written = 0;
        // As many as there are writers, or they would wait for one another's.
        try (Connection connection = h2.connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO row_of_one VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            while (System.nanoTime() < end) {
                turn.lock();
                try {
                    insert(insert, rows);
                    durability.commit(() -> commit(connection));
                } finally {
                    turn.unlock();
                }
                durability.await();
                written += rows;
            }
        }
        return written;
    }

    private void insert(PreparedStatement insert, int rows) {
        try {
            for (int i = 0; i < rows; i++) {
                long id = ids.incrementAndGet();
                insert.setString(1, "row_" + id);
                insert.setLong(2, id);
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        h2.close();
    }
}
