package dev.signet.authority;

import dev.signet.authority.TestAuthority.Surrounding;
import dev.signet.authority.store.KeyRecords;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A store with a note of what the operations lock, and of when they ask who calls. */
public final class NotedLocks implements Surrounding {
    public static final String KEYS = "all keys";
    public static final String CALLER_READ = "the caller is read";

    private final List<String> notes = new ArrayList<>();

    @Override
    public Ledger published(Ledger published) {
        return new ForwardingLedger(published) {
            @Override
            public <T> Committed<T> write(Function<Transaction, T> work) {
                return super.write(tx -> work.apply(around(Transaction.class, tx)));
            }
        };
    }

    /** What one operation locks in order to write, as ids and {@link #KEYS}, and when it reads the caller. */
    public List<String> during(Runnable operation) {
        notes.clear();
        operation.run();
        return List.copyOf(notes);
    }

    /** What it locks until it reads the caller for the last time. */
    public List<String> before(Runnable operation) {
        List<String> all = during(operation);
        return all.subList(0, Math.max(0, all.lastIndexOf(CALLER_READ)));
    }

    private <T> T around(Class<T> type, T records) {
        return type.cast(Proxy.newProxyInstance(
                NotedLocks.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    note(method.getName(), arguments);
                    try {
                        Object result = method.invoke(records, arguments);
                        return result instanceof KeyRecords keys ? around(KeyRecords.class, keys) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void note(String method, Object[] arguments) {
        switch (method) {
            case "lockCaller" -> notes.add(arguments[0].toString());
            case "lockSubjects" -> ((Iterable<?>) arguments[0]).forEach(id -> notes.add(id.toString()));
            case "lock" -> notes.add(KEYS);
            case "hold" -> notes.add(CALLER_READ);
            default -> {}
        }
    }
}
