package dev.signet.verifier.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A clock that goes on from one process to the next, for as long as the machine is up, and while it is suspended. */
public interface BootClock {

    /** What the clock says; null where there is no such clock. */
    @Nullable
    Reading read();

    /**
     * A time since a start of the machine.
     *
     * @param bootId which start it was: readings compare only within one
     */
    record Reading(String bootId, long millis) {}

    /** Linux tells; other systems have none. */
    BootClock SYSTEM = new BootClock() {
        private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
        private static final Path UPTIME = Path.of("/proc/uptime");

        @Override
        public @Nullable Reading read() {
            try {
                String uptime = Files.readString(UPTIME).split(" ", 2)[0];
                return new Reading(Files.readString(BOOT_ID).strip(), (long) (Double.parseDouble(uptime) * 1000));
            } catch (IOException | NumberFormatException e) {
                return null;
            }
        }
    };
}
