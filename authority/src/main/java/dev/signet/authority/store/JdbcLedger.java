package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.GroupCommit.Write;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.trust.TrustChange;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledger over JDBC: transactions, revisions and durability. What is kept is in the {@code Jdbc…Records}. */
public final class JdbcLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLedger.class);
    private static final int ATTEMPTS = 5;
    /** H2: another transaction has changed the row meanwhile. */
    private static final String CONCURRENT_UPDATE = "90131";

    private static final String TIMED_OUT = "HYT00";
    private static final String BEFORE = "before";

    private final H2 h2;
    private final Jdbi writing;
    private final Jdbi reading;
    private final Jdbi looking;
    private final ChangeCodec codec;
    private final Durability durability;
    private final GroupCommit writes;
    private final String id;

    private JdbcLedger(H2 h2, ChangeCodec codec, IdGenerator ids) {
        this.h2 = h2;
        this.writing = jdbi(h2.writing());
        this.reading = jdbi(h2.reading());
        this.looking = jdbi(h2.looking());
        // They are always in a transaction; the pool ends what a read began.
        reading.getConfig(Handles.class).setForceEndTransactions(false);
        this.codec = codec;
        this.durability = new Durability(h2::sync);
        this.writes = new GroupCommit(new Groups(), H2.PATIENCE);
        try {
            this.id = identify(ids.nextValueId());
        } catch (RuntimeException e) {
            writes.close();
            throw e;
        }
    }

    /**
     * Opens the ledger, making or migrating it as needed.
     *
     * @param codec how trust changes are written down
     * @throws dev.signet.verifier.InvalidConfiguration where the data folder cannot be used
     */
    public static JdbcLedger open(StoreConfig config, ChangeCodec codec, IdGenerator ids) {
        return open(H2.open(config.data()), codec, ids);
    }

    static JdbcLedger open(H2 h2, ChangeCodec codec, IdGenerator ids) {
        try {
            Flyway.configure()
                    .dataSource(h2.writing())
                    .locations("classpath:dev/signet/authority/store/migration")
                    .load()
                    .migrate();
            return new JdbcLedger(h2, codec, ids);
        } catch (RuntimeException e) {
            h2.close();
            throw e;
        }
    }

    private static Jdbi jdbi(DataSource dataSource) {
        Jdbi jdbi = Jdbi.create(dataSource);
        // What goes wrong is logged, and what was bound is nobody's business.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        try (Handle handle = reading.open()) {
            T result;
            try {
                result = work.apply(new JdbcTransaction(handle, codec, new ArrayList<>(), new ArrayList<>()));
            } finally {
                handle.rollback();
            }
            durability.awaitRead();
            return result;
        } catch (JdbiException e) {
            throw isTransient(sqlState(e)) ? Refusal.busy() : e;
        }
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        try (Handle handle = looking.open()) {
            Optional<KeyToExchange> found = new JdbcApiKeyRecords(handle).toExchange(id);
            durability.awaitRead();
            return found;
        } catch (JdbiException e) {
            throw isTransient(sqlState(e)) ? Refusal.busy() : e;
        }
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return writes.write(work);
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return write(tx -> tx.reserveIndexes(part, count)).value();
    }

    @Override
    public void close() {
        writes.close();
        h2.close();
    }

    /** One transaction and one commit for all writes of a group. */
    private final class Groups implements GroupCommit.Group {
        @Override
        public void commit(List<Write<?>> writes) {
            for (int attempt = 1; ; attempt++) {
                try (Handle handle = writing.open()) {
                    commit(handle, writes);
                    return;
                } catch (JdbiException e) {
                    String state = sqlState(e);
                    if (!isTransient(state)) {
                        throw e;
                    }
                    if (attempt == ATTEMPTS) {
                        throw gaveUp(state);
                    }
                }
            }
        }

        @Override
        public void sync() {
            durability.await();
        }

        private void commit(Handle handle, List<Write<?>> writes) {
            handle.begin();
            try {
                for (Write<?> write : writes) {
                    inTurn(handle, write);
                }
                durability.commit(handle::commit);
            } catch (Throwable e) {
                if (handle.isInTransaction()) {
                    handle.rollback();
                }
                throw e;
            }
        }

        /** Where a write fails, nothing of it is left in the transaction; where that fails, the whole group does. */
        private void inTurn(Handle handle, Write<?> write) {
            for (int attempt = 1; ; attempt++) {
                handle.savepoint(BEFORE);
                Throwable failure = write.attempt(new OneWrite(handle, codec));
                if (failure == null) {
                    return;
                }
                handle.rollbackToSavepoint(BEFORE);
                String state = failure instanceof JdbiException ? sqlState(failure) : "";
                if (!isTransient(state)) {
                    return;
                }
                if (attempt == ATTEMPTS) {
                    write.fail(gaveUp(state));
                    return;
                }
            }
        }
    }

    private static Refusal gaveUp(String state) {
        LOG.warn("gave up on a change that kept colliding, at last with SQLSTATE {}", state);
        return Refusal.busy();
    }

    /** Runs a work in the transaction under way, up to and including the revisions of what it announces. */
    private record OneWrite(Handle handle, ChangeCodec codec) implements Write.Attempt {
        @Override
        public <T> Committed<T> run(Function<Transaction, T> work) {
            List<JdbcTransaction.Announced> announced = new ArrayList<>();
            List<AuditEvent> recorded = new ArrayList<>();
            T value = work.apply(new JdbcTransaction(handle, codec, announced, recorded));
            new JdbcAuditRecords(handle).append(recorded);
            return new Committed<>(value, announced.isEmpty() ? 0 : allot(handle, codec, announced));
        }
    }

    /** Moves the head on, and returns it. Its row is locked from here to the commit, and by nobody for longer. */
    static long lockAndAdd(Handle handle, int count) {
        // Written before it is read: what is read is then this transaction's own, and never older than the lock.
        handle.createUpdate("UPDATE ledger SET head = head + :count WHERE id = 1")
                .bind("count", count)
                .execute();
        return handle.createQuery("SELECT head FROM ledger WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** Gives each change its revision. */
    private static long allot(Handle handle, ChangeCodec codec, List<JdbcTransaction.Announced> announced) {
        long head = lockAndAdd(handle, announced.size());
        long revision = head - announced.size();
        for (JdbcTransaction.Announced each : announced) {
            revision++;
            TrustChange change = each.change().apply(revision);
            if (change instanceof TrustChange.EpochRaised raised) {
                raiseEpoch(handle, each.part(), raised.epoch());
            } else if (change instanceof TrustChange.GrantsOverridden overridden) {
                JdbcEndedRecords.override(handle, each.part(), overridden, revision);
            }
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
                    .bind("change", codec.encode(change))
                    .execute();
        }
        return head;
    }

    private static void raiseEpoch(Handle handle, String part, long epoch) {
        Update update = part.isEmpty()
                ? handle.createUpdate("UPDATE ledger SET epoch = :epoch WHERE id = 1")
                : handle.createUpdate("UPDATE organization SET epoch = :epoch WHERE id = :part")
                        .bind("part", part);
        update.bind("epoch", epoch).execute();
    }

    private String identify(String fresh) {
        return write(tx -> {
                    Handle handle = ((JdbcTransaction) tx).handle();
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
    private static boolean isTransient(String sqlState) {
        return sqlState.startsWith("40")
                || sqlState.equals(TIMED_OUT)
                // Another made first what is there once only: seen anew, it is there.
                || sqlState.equals("23505")
                || sqlState.equals(CONCURRENT_UPDATE);
    }

    private static String sqlState(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return TIMED_OUT;
            }
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getSQLState());
            }
        }
        return "";
    }
}
