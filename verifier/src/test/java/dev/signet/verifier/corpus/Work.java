package dev.signet.verifier.corpus;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the threads that were there when it began have allocated since; whichever of them decides is among them. */
final class Work {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long[] ids = THREADS.getAllThreadIds();
    private final long[] before = THREADS.getThreadAllocatedBytes(ids);

    long bytes() {
        long[] after = THREADS.getThreadAllocatedBytes(ids);
        long bytes = 0;
        for (int i = 0; i < ids.length; i++) {
            // One that has ended says -1.
            bytes += Math.max(0, after[i] - Math.max(0, before[i]));
        }
        return bytes;
    }
}
