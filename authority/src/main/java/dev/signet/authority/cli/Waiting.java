package dev.signet.authority.cli;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Shows somebody at a terminal that a call waits for verifiers, and for how long already. */
final class Waiting implements AutoCloseable {
    private static final int WIDTH = 78;
    private static final int EVERY_MILLIS = 500;

    private final PrintStream terminal;
    private final ProgressBar bar;

    Waiting(PrintStream terminal) {
        this.terminal = terminal;
        this.bar = new ProgressBarBuilder()
                .setTaskName("")
                .setUpdateIntervalMillis(EVERY_MILLIS)
                .setRenderer((state, width) -> line(state))
                .setConsumer(new DelegatingProgressBarConsumer(this::show, WIDTH))
                .build();
    }

    private static String line(ProgressState state) {
        Duration waited = state.getElapsedAfterStart();
        return "Waiting for verifiers to confirm: " + waited.toSeconds() + " s";
    }

    private void show(String line) {
        terminal.print("\r" + line);
        terminal.flush();
    }

    /** Leaves an empty line to write on. */
    @Override
    public void close() {
        bar.close();
        show(" ".repeat(WIDTH) + "\r");
    }
}
