package dev.signet.authority.cli;

import dev.signet.authority.load.Timing;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;

/** The time of this process, as the system tells it. */
final class SystemTiming implements Timing {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    @SuppressWarnings("deprecation") // threadId() is of newer JDKs
    public long cpuNanos(Thread thread) {
        return threads.isThreadCpuTimeSupported() ? Math.max(0, threads.getThreadCpuTime(thread.getId())) : 0;
    }
}
