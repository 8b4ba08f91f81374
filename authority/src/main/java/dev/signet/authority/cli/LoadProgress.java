package dev.signet.authority.cli;

import dev.signet.authority.load.Interval;
import dev.signet.authority.load.Latency;
import dev.signet.authority.load.Progress;
import dev.signet.authority.load.Step;
import java.util.Locale;

/** Tells on stderr how a load test fares: in one line each second at a terminal, and else in one every ten. */
final class LoadProgress implements Progress {
    private static final int EVERY_SECONDS = 10;
    private static final int EVERY_ITEMS = 100;

    private final Shell shell;
    private double rate;
    private double seconds;
    private boolean warmUp;
    /** Whether each run has a line when it is done, which is enough. */
    private boolean steps;

    private boolean open;
    private int width;

    LoadProgress(Shell shell) {
        this.shell = shell;
    }

    @Override
    public synchronized void prepares(String what, long done, long total) {
        if (done == total && !steps) {
            say("signet: " + what + ": " + total);
        } else if (shell.terminal() && done % EVERY_ITEMS == 0) {
            show("signet: " + what + ": " + done + " of " + total);
        }
    }

    @Override
    public synchronized void runs(double planned, double length, boolean unmeasured) {
        rate = planned;
        seconds = length;
        warmUp = unmeasured;
        if (steps) {
            return;
        }
        say(String.format(
                Locale.ROOT,
                "signet: %s %s calls/s for %s s",
                warmUp ? "warming up with" : "making",
                LoadTable.number(rate),
                LoadTable.number(seconds)));
    }

    @Override
    public synchronized void interval(Interval interval) {
        Latency latency = interval.latency();
        String line = String.format(
                Locale.ROOT,
                "%s %3.0f/%s s   %s of %s/s   p50 %s  p99 %s  p99.9 %s   errors %d  wrong %d",
                warmUp ? "warm-up" : "load",
                interval.end(),
                LoadTable.number(seconds),
                LoadTable.number(interval.rate()),
                LoadTable.number(rate),
                LoadTable.time(latency.p50()),
                LoadTable.time(latency.p99()),
                LoadTable.time(latency.p999()),
                interval.errors(),
                interval.wrong());
        if (shell.terminal()) {
            show(line);
        } else if (Math.round(interval.end()) % EVERY_SECONDS == 0) {
            say("signet: " + line);
        }
    }

    @Override
    public synchronized void step(Step step) {
        steps = true;
        Latency latency = step.result().all().latency();
        say(String.format(
                Locale.ROOT,
                "signet: %s/s %s   p50 %s  p99 %s  p99.9 %s",
                LoadTable.number(step.result().rate()),
                step.holds() ? "holds" : "does not hold: " + step.problem(),
                LoadTable.time(latency.p50()),
                LoadTable.time(latency.p99()),
                LoadTable.time(latency.p999())));
    }

    @Override
    public synchronized void note(String message) {
        say("signet: " + message);
    }

    /** Overwrites the last line that was shown. */
    private void show(String line) {
        shell.err().print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        shell.err().flush();
        width = line.length();
        open = true;
    }

    private void say(String line) {
        if (open) {
            shell.err().print("\r" + " ".repeat(width) + "\r");
            open = false;
            width = 0;
        }
        shell.say(line);
    }
}
