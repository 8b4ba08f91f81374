package dev.signet.authority.keys;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.TestAuthority.Opening;
import dev.signet.authority.store.KeyRecords;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.TokenRecords;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** A store whose process dies at a chosen step: before a change within a transaction, or beside a commit. */
final class Faults implements Opening {
    static final String BEFORE_COMMIT = "before the commit";
    static final String AFTER_COMMIT = "after the commit";
    static final String AFTER_PUBLICATION = "after the publication";

    private static final Set<String> CHANGES = Set.of(
            "lock", "insert", "update", "delete", "deletePlatformToken", "announce", "reserveIndexes", "raiseEpoch");

    private final Ledger store;
    private final Runnable death;
    private final List<String> steps = new ArrayList<>();
    private Predicate<List<String>> isLast = steps -> false;

    /** The death of this process, as far as a test within it can tell. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Whether that is what something failed of, also on another thread. */
    static boolean isDeath(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Death) {
                return true;
            }
        }
        return false;
    }

    /** @param death does not return */
    Faults(Ledger store, Runnable death) {
        this.store = store;
        this.death = death;
    }

    /** From now on steps count; the process dies at the first after which this holds of all that were begun. */
    void arm(Predicate<List<String>> isLast) {
        steps.clear();
        this.isLast = isLast;
    }

    /** What was begun since it was armed. */
    List<String> steps() {
        return List.copyOf(steps);
    }

    private void step(String name) {
        steps.add(name);
        if (isLast.test(steps)) {
            death.run();
        }
    }

    @Override
    public Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids) {
        return new ForwardingLedger(store) {
            @Override
            public <T> T read(Function<Transaction, T> work) {
                step("before a read");
                return super.read(work);
            }

            @Override
            public <T> Committed<T> write(Function<Transaction, T> work) {
                step("before a transaction");
                Committed<T> committed = super.write(tx -> {
                    T result = work.apply(around(Transaction.class, tx, ""));
                    step(BEFORE_COMMIT);
                    return result;
                });
                step(AFTER_COMMIT);
                return committed;
            }
        };
    }

    @Override
    public Ledger published(Ledger published) {
        return new ForwardingLedger(published) {
            @Override
            public <T> Committed<T> write(Function<Transaction, T> work) {
                Committed<T> committed = super.write(work);
                step(AFTER_PUBLICATION);
                return committed;
            }
        };
    }

    private <T> T around(Class<T> type, T records, String prefix) {
        return type.cast(Proxy.newProxyInstance(
                Faults.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (CHANGES.contains(method.getName())) {
                        step(prefix + method.getName());
                    }
                    Object result;
                    try {
                        result = method.invoke(records, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    return result instanceof KeyRecords keys
                            ? around(KeyRecords.class, keys, "keys.")
                            : result instanceof TokenRecords tokens
                                    ? around(TokenRecords.class, tokens, "tokens.")
                                    : result;
                }));
    }
}
