package dev.signet.authority.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.IdGenerator;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** The ledger over JDBC: transactions, revisions and durability. What is kept is in the {@code Jdbc…Records}. */
public final class JdbcLedger implements Ledger {
    private static final int ATTEMPTS = 5;
    /** H2: another transaction has changed the row meanwhile. */
    private static final int CONCURRENT_UPDATE = 90131;

    private final Path data;
    private final HikariDataSource dataSource;
    private final Jdbi jdbi;
    private final ChangeCodec codec;
    private final Durability durability = new Durability();
    private final Object revisionLock = new Object();
    private final String id;

    private JdbcLedger(Path data, HikariDataSource dataSource, ChangeCodec codec, IdGenerator ids) {
        this.data = data;
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(dataSource);
        this.codec = codec;
        this.id = identify(ids.nextValueId());
    }

    /**
     * Opens the ledger, making or migrating it as needed.
     *
     * @param codec how trust changes are written down
     * @throws dev.signet.verifier.InvalidConfiguration where the data folder cannot be used
     */
    public static JdbcLedger open(StoreConfig config, ChangeCodec codec, IdGenerator ids) {
        HikariDataSource dataSource = H2.open(config.data());
        try {
            Flyway.configure()
                    .dataSource(dataSource)
                    .locations("classpath:dev/signet/authority/store/migration")
                    .load()
                    .migrate();
            return new JdbcLedger(config.data(), dataSource, codec, ids);
        } catch (RuntimeException e) {
            dataSource.close();
            throw e;
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        try (Handle handle = jdbi.open()) {
            T result = handle.inTransaction(
                    H2.SNAPSHOT,
                    reading -> work.apply(new JdbcTransaction(reading, codec, new ArrayList<>(), new ArrayList<>())));
            durability.awaitRead(() -> H2.sync(handle));
            return result;
        } catch (JdbiException e) {
            throw isTransient(e) ? Refusal.busy() : e;
        }
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Handle handle = jdbi.open()) {
                return writeOnce(handle, work);
            } catch (JdbiException e) {
                if (!isTransient(e)) {
                    throw e;
                }
                if (attempt == ATTEMPTS) {
                    throw Refusal.busy();
                }
            }
        }
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return write(tx -> {
                    Handle handle = ((JdbcTransaction) tx).handle();
                    Optional<Integer> next = nextIndex(handle, part, count);
                    if (next.isEmpty()) {
                        beginList(handle, part);
                        next = nextIndex(handle, part, count);
                    }
                    return next.orElseThrow() - count;
                })
                .value();
    }

    @Override
    public void close() {
        try (Handle handle = jdbi.open()) {
            H2.shutdown(handle, data);
        } catch (JdbiException e) {
            // Everything acknowledged is on the disk already; the next start recovers.
        } finally {
            dataSource.close();
        }
    }

    private <T> Committed<T> writeOnce(Handle handle, Function<Transaction, T> work) {
        handle.begin();
        try {
            List<JdbcTransaction.Announced> announced = new ArrayList<>();
            List<AuditEvent> recorded = new ArrayList<>();
            T value = work.apply(new JdbcTransaction(handle, codec, announced, recorded));
            new JdbcAuditRecords(handle).append(recorded);
            AtomicLong revision = new AtomicLong();
            durability.commit(() -> revision.set(commit(handle, announced)), () -> H2.sync(handle));
            return new Committed<>(value, revision.get());
        } catch (Throwable e) {
            if (handle.isInTransaction()) {
                handle.rollback();
            }
            throw e;
        }
    }

    private long commit(Handle handle, List<JdbcTransaction.Announced> announced) {
        if (announced.isEmpty()) {
            handle.commit();
            return 0;
        }
        // The row orders revisions among all; the lock spares the threads of this process from meeting at the row.
        synchronized (revisionLock) {
            long revision = allot(handle, announced);
            handle.commit();
            return revision;
        }
    }

    /** Moves the head on, and returns it. Its row is locked from here to the commit, and by nobody for longer. */
    private static long lockAndAdd(Handle handle, int count) {
        // Written before it is read: what is read is then this transaction's own, and never older than the lock.
        handle.createUpdate("UPDATE ledger SET head = head + :count WHERE id = 1")
                .bind("count", count)
                .execute();
        return handle.createQuery("SELECT head FROM ledger WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** Gives each change its revision. */
    private long allot(Handle handle, List<JdbcTransaction.Announced> announced) {
        long head = lockAndAdd(handle, announced.size());
        long revision = head - announced.size();
        for (JdbcTransaction.Announced each : announced) {
            revision++;
            long previous = handle.createQuery("SELECT revision FROM trust_part WHERE part = :part")
                    .bind("part", each.part())
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(0L);
            handle.createUpdate(
                            previous == 0
                                    ? "INSERT INTO trust_part (part, revision) VALUES (:part, :revision)"
                                    : "UPDATE trust_part SET revision = :revision WHERE part = :part")
                    .bind("part", each.part())
                    .bind("revision", revision)
                    .execute();
            handle.createUpdate("INSERT INTO trust_change (revision, part, previous_revision, change) "
                            + "VALUES (:revision, :part, :previous, :change)")
                    .bind("revision", revision)
                    .bind("part", each.part())
                    .bind("previous", previous)
                    .bind("change", codec.encode(each.change()))
                    .execute();
        }
        return head;
    }

    /** Moves on the first index that nobody has, and returns it; empty where the part has no list yet. */
    private static Optional<Integer> nextIndex(Handle handle, String part, int count) {
        int lists = handle.createUpdate("UPDATE status_list SET next_index = next_index + :count WHERE part = :part")
                .bind("part", part)
                .bind("count", count)
                .execute();
        // Where nothing was updated, what could be read now would be the list that another has begun meanwhile.
        return lists == 0
                ? Optional.empty()
                : handle.createQuery("SELECT next_index FROM status_list WHERE part = :part")
                        .bind("part", part)
                        .mapTo(Integer.class)
                        .findOne();
    }

    /** Makes a part's list where nobody else did meanwhile; the revision row keeps two from making it at once. */
    private static void beginList(Handle handle, String part) {
        lockAndAdd(handle, 0);
        handle.createUpdate("INSERT INTO status_list (part, next_index) SELECT :part, 0 FROM ledger WHERE id = 1 "
                        + "AND NOT EXISTS (SELECT part FROM status_list WHERE part = :part)")
                .bind("part", part)
                .execute();
    }

    private String identify(String fresh) {
        return write(tx -> {
                    Handle handle = ((JdbcTransaction) tx).handle();
                    // Whatever a crash left: a revision that was recorded is never given out again.
                    handle.execute("UPDATE ledger SET head = (SELECT MAX(revision) FROM trust_change) "
                            + "WHERE head < (SELECT COALESCE(MAX(revision), 0) FROM trust_change)");
                    return handle.createQuery("SELECT ledger_id FROM ledger WHERE id = 1")
                            .mapTo(String.class)
                            .findOne()
                            .orElseGet(() -> {
                                handle.createUpdate("INSERT INTO ledger (id, ledger_id, head) VALUES (1, :id, 0)")
                                        .bind("id", fresh)
                                        .execute();
                                return fresh;
                            });
                })
                .value();
    }

    /** Whether the transaction lost against others: a serialization failure, a deadlock, a lock or connection not had. */
    private static boolean isTransient(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                return state.startsWith("40")
                        || state.equals("HYT00")
                        // Another made first what is there once only: seen anew, it is there.
                        || state.equals("23505")
                        || sql.getErrorCode() == CONCURRENT_UPDATE;
            }
        }
        return false;
    }
}
