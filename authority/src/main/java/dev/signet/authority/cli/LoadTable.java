package dev.signet.authority.cli;

import dev.signet.authority.load.Kind;
import dev.signet.authority.load.KindResult;
import dev.signet.authority.load.Latency;
import dev.signet.authority.load.Report;
import dev.signet.authority.load.RunResult;
import dev.signet.authority.load.Step;
import java.util.Locale;
import java.util.Map;

/** What a load test found, for people. */
final class LoadTable {
    private LoadTable() {}

    static Table of(Report report) {
        return report.config().findLimit() ? steps(report) : kinds(report.result());
    }

    private static Table kinds(RunResult result) {
        Table table = new Table("KIND", "CALLS", "WRONG", "ERRORS", "P50", "P90", "P99", "P99.9", "MAX");
        for (Map.Entry<Kind, KindResult> each : result.kinds().entrySet()) {
            row(table, each.getKey().label(), each.getValue());
        }
        if (result.kinds().size() > 1) {
            row(table, "all", result.all());
        }
        return table;
    }

    private static void row(Table table, String kind, KindResult result) {
        Latency latency = result.latency();
        table.row(
                kind,
                String.valueOf(result.calls()),
                String.valueOf(result.wrong()),
                String.valueOf(result.errorCount()),
                time(latency.p50()),
                time(latency.p90()),
                time(latency.p99()),
                time(latency.p999()),
                time(latency.maximum()));
    }

    private static Table steps(Report report) {
        Table table = new Table("RATE", "ANSWERS/S", "P50", "P99", "P99.9", "CLIENT BUSY", "HOLDS");
        for (Step step : report.steps()) {
            RunResult result = step.result();
            Latency latency = result.all().latency();
            table.row(
                    number(result.rate()),
                    number(result.achieved()),
                    time(latency.p50()),
                    time(latency.p99()),
                    time(latency.p999()),
                    Math.round(result.clientBusy() * 100) + " %",
                    step.problem() == null ? "yes" : "no: " + step.problem());
        }
        return table;
    }

    static String limit(Report report) {
        Step limit = report.limit();
        return limit == null
                ? "No rate that was tried holds."
                : "The limit is " + number(limit.result().rate()) + " calls/s.";
    }

    static String number(double value) {
        return value < 10 && value != Math.rint(value)
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.valueOf(Math.round(value));
    }

    /** Nanoseconds in the unit that people would say them in. */
    static String time(long nanos) {
        if (nanos == 0) {
            return "-";
        }
        double micros = nanos / 1e3;
        if (micros < 1000) {
            return String.format(Locale.ROOT, "%.0f µs", micros);
        }
        return micros < 1e6
                ? String.format(Locale.ROOT, micros < 1e4 ? "%.2f ms" : "%.1f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }
}
