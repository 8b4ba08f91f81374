package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.IdGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger over JDBC. What is kept is in the {@code Jdbc…Records}, in the SQL that all databases share; where they
 * differ is behind {@link Database}.
 */
public final class JdbcLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLedger.class);

    private final Database database;
    private final Jdbi reading;
    private final Jdbi following;
    private final Jdbi looking;
    private final ChangeCodec codec;
    private final Writes writes;
    private final String id;
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();

    private JdbcLedger(Database database, ChangeCodec codec, IdGenerator ids, boolean restored) {
        this.database = database;
        this.reading = jdbi(database.reading());
        this.following = jdbi(database.following());
        this.looking = jdbi(database.looking());
        this.codec = codec;
        this.writes = database.writes(handle -> new OneWrite(handle, database.locks(), codec));
        // They are always in a transaction; the pool ends what a read began.
        reading.getConfig(Handles.class).setForceEndTransactions(false);
        following.getConfig(Handles.class).setForceEndTransactions(false);
        try {
            this.id = identify(ids.nextValueId(), restored);
        } catch (RuntimeException e) {
            writes.close();
            throw e;
        }
    }

    /**
     * Opens the ledger, making or migrating it as needed.
     *
     * @param codec how trust changes are written down
     * @throws dev.signet.verifier.InvalidConfiguration where the data folder or the database cannot be used
     */
    public static JdbcLedger open(StoreConfig config, ChangeCodec codec, IdGenerator ids) {
        PostgresConfig postgres = config.postgres();
        StoreConfig.makeFolder(config.data());
        return open(postgres == null ? H2.open(config.data()) : Postgres.open(postgres), codec, ids);
    }

    /**
     * Opens a ledger that was restored and is held for it, to {@link #beginAnew}.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where the folder holds none
     */
    public static JdbcLedger openRestored(StoreConfig config, ChangeCodec codec, IdGenerator ids) {
        LedgerRestore.requireLedger(config.data());
        return open(H2.open(config.data()), codec, ids, true);
    }

    static JdbcLedger open(Database database, ChangeCodec codec, IdGenerator ids) {
        return open(database, codec, ids, false);
    }

    private static JdbcLedger open(Database database, ChangeCodec codec, IdGenerator ids, boolean restored) {
        try {
            database.migrate();
            return new JdbcLedger(database, codec, ids, restored);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    static Jdbi jdbi(DataSource dataSource) {
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
        return repeated(() -> readOnce(reading, work));
    }

    @Override
    public <T> T readSoon(Function<Transaction, T> work) {
        return repeated(() -> readOnce(following, work));
    }

    private <T> T repeated(Supplier<T> once) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once.get();
            } catch (JdbiException e) {
                if (!database.mayReadAgain(e, attempt)) {
                    throw database.told(e);
                }
            }
        }
    }

    private <T> T readOnce(Jdbi connections, Function<Transaction, T> work) {
        Handle handle = connections.open();
        T result;
        try {
            result = work.apply(new JdbcTransaction(handle, Locks.NONE, codec, new ArrayList<>(), new ArrayList<>()));
        } finally {
            giveBack(handle);
        }
        writes.awaitRead();
        return result;
    }

    /** Ends what was not committed. It must hide nothing of what is known to have happened. */
    static void giveBack(Handle handle) {
        try {
            handle.getConnection().rollback();
        } catch (SQLException e) {
            LOG.debug("a broken connection could not be rolled back, which its server does by itself", e);
        }
        try {
            handle.close();
        } catch (JdbiException e) {
            LOG.debug("a broken connection could not be given back", e);
        }
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        return repeated(() -> {
            try (Handle handle = looking.open()) {
                Optional<KeyToExchange> found = new JdbcApiKeyRecords(handle).toExchange(id);
                writes.awaitRead();
                return found;
            }
        });
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return writes.write(work);
    }

    @Override
    public <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return writes.writeFirst(work);
    }

    @Override
    public void backUp(OutputStream target) throws IOException {
        try (Connection connection = database.snapshot()) {
            try {
                BackupWriter.write(connection, target);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the backup cannot be read", e);
        }
        writes.awaitRead();
    }

    /** When the backup was taken of which a ledger was restored that waits to be decided upon, by its database's clock. */
    public Instant backupTime() {
        return read(tx -> ((JdbcTransaction) tx)
                .handle()
                .createQuery("SELECT hold FROM ledger WHERE id = 1")
                .mapTo(String.class)
                .map(hold -> Instant.parse(hold.substring(Hold.RESTORED.length())))
                .one());
    }

    /**
     * Lets a restored ledger be served: as another history, whose revisions and indexes are above all that the former one
     * can have reached after the backup. To be closed and opened again then.
     *
     * @param work done in the same transaction
     */
    public <T> T beginAnew(IdGenerator ids, Function<NewHistory, T> work) {
        String fresh = ids.nextValueId();
        return write(tx -> work.apply(NewHistory.begin((JdbcTransaction) tx, fresh)))
                .value();
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return write(tx -> tx.reserveIndexes(part, count)).value();
    }

    @Override
    public Replica join(LongConsumer committed) {
        Replica replica = database.join(committed);
        replicas.add(replica);
        return replica;
    }

    @Override
    public void close() {
        // Also those of a start that failed.
        replicas.forEach(Replica::close);
        writes.close();
        database.close();
    }

    private String identify(String fresh, boolean restored) {
        return write(tx -> {
                    Handle handle = ((JdbcTransaction) tx).handle();
                    String hold = handle.createQuery("SELECT hold FROM ledger WHERE id = 1 AND hold IS NOT NULL")
                            .mapTo(String.class)
                            .findOne()
                            .orElse(null);
                    if (!restored) {
                        Hold.requireNone(hold, database.key());
                    } else if (hold == null || !hold.startsWith(Hold.RESTORED)) {
                        throw new InvalidConfiguration(
                                database.key(), "holds no ledger that waits to be decided upon after it was restored");
                    }
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
}
