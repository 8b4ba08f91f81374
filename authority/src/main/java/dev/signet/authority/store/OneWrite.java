package dev.signet.authority.store;

import dev.signet.authority.store.JdbcTransaction.Announced;
import dev.signet.authority.store.Ledger.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Runs a work in the transaction under way, up to and including the revisions of what it announces. */
record OneWrite(Handle handle, Locks locks, ChangeCodec codec) implements GroupCommit.Write.Attempt {

    @Override
    public <T> Committed<T> run(Function<Transaction, T> work) {
        List<Announced> announced = new ArrayList<>();
        List<AuditEvent> recorded = new ArrayList<>();
        T value = work.apply(new JdbcTransaction(handle, locks, codec, announced, recorded));
        new JdbcAuditRecords(handle).append(recorded);
        return new Committed<>(value, announced.isEmpty() ? 0 : new Revisions(handle).allot(announced, codec));
    }
}
