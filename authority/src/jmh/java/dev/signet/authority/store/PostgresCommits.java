package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a PostgreSQL server gives for the smallest durable transactions, a connection for each writer and no object mapper
 * in between: a row of two columns that nobody else wants, or one row that everybody wants.
 */
public final class PostgresCommits implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();

    /** @param database of its own, so that no trigger or index of the ledger is in the way */
    public PostgresCommits(PostgresConfig database, int writers) throws SQLException {
        for (int i = 0; i < writers; i++) {
            connections.add(PostgresConnections.limited(database).getConnection());
        }
        try (Statement statement = connections.get(0).createStatement()) {
            statement.execute("CREATE TABLE row_of_one (id BIGINT PRIMARY KEY, text VARCHAR(40))");
            statement.execute("CREATE TABLE row_of_all (id BIGINT PRIMARY KEY, n BIGINT)");
            statement.execute("INSERT INTO row_of_all VALUES (1, 0)");
        }
    }

    /** Commits a second, each of a row of its own. */
    public double inserts(Duration time) throws InterruptedException, ExecutionException {
        return perSecond("INSERT INTO row_of_one VALUES (?, 'one')", time);
    }

    /** Commits a second, each of which changes the one row that all change. */
    public double updates(Duration time) throws InterruptedException, ExecutionException {
        return perSecond("UPDATE row_of_all SET n = ? WHERE id = 1", time);
    }

    private double perSecond(String sql, Duration time) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(connections.size());
        try {
            long begin = System.nanoTime();
            long end = begin + time.toNanos();
            List<Future<Long>> writing = new ArrayList<>();
            for (Connection connection : connections) {
                Callable<Long> writer = () -> write(connection, sql, end);
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

    private long write(Connection connection, String sql, long end) throws SQLException {
        long written = 0;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            while (System.nanoTime() < end) {
                statement.setLong(1, ids.incrementAndGet());
                statement.executeUpdate();
                written++;
            }
        }
        return written;
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
