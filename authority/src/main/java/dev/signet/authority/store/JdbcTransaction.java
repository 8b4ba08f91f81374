package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** One transaction, and what it has announced so far. */
record JdbcTransaction(Handle handle, ChangeCodec codec, List<Announced> announced) implements Transaction {

    record Announced(String part, TrustChange change) {}

    @Override
    public DirectoryRecords directory() {
        return new JdbcDirectoryRecords(handle);
    }

    @Override
    public TokenRecords tokens() {
        return new JdbcTokenRecords(handle);
    }

    @Override
    public KeyRecords keys() {
        return new JdbcKeyRecords(handle);
    }

    @Override
    public TrustRecords trust() {
        return new JdbcTrustRecords(handle, codec);
    }

    @Override
    public void announce(String part, TrustChange change) {
        announced.add(new Announced(part, change));
    }
}
