package dev.signet.authority.grpc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** What is to be done for one call, one after the other, by the threads of the lane that it is in. */
final class Turns implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private Executor lane;
    private boolean under;

    Turns(Executor lane) {
        this.lane = lane;
    }

    /** Has what comes next be done in another lane. To be called from a task. */
    synchronized void moveTo(Executor other) {
        lane = other;
    }

    @Override
    public void execute(Runnable task) {
        Executor in;
        synchronized (this) {
            tasks.add(task);
            if (under) {
                return;
            }
            under = true;
            in = lane;
        }
        in.execute(() -> runIn(in));
    }

    private void runIn(Executor in) {
        while (true) {
            Runnable task;
            Executor other;
            synchronized (this) {
                other = lane;
                if (tasks.isEmpty()) {
                    under = false;
                    return;
                }
                task = other == in ? tasks.remove() : null;
            }
            if (task == null) {
                other.execute(() -> runIn(other));
                return;
            }
            task.run();
        }
    }
}
