package dev.signet.authority.load;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Map;

/** The results as JSON, for scripts. */
public final class Summary {
    private Summary() {}

    public static JsonObject of(Report report) {
        LoadConfig config = report.config();
        JsonObject json = new JsonObject();
        json.addProperty("target", config.target().toString());
        json.addProperty("address", report.address());
        json.addProperty("startTime", report.start().toString());
        json.addProperty("interrupted", report.interrupted());
        json.addProperty("arrivals", config.arrivals().toString());
        json.addProperty("seed", config.seed());
        json.addProperty("connections", config.connections());
        json.addProperty("mostInFlight", config.mostInFlight());
        json.addProperty("warmUpSeconds", config.warmUp().toMillis() / 1e3);
        if (config.findLimit()) {
            Step limit = report.limit();
            if (limit == null) {
                json.add("limit", JsonNull.INSTANCE);
            } else {
                json.addProperty("limit", rounded(limit.result().rate()));
            }
            JsonArray steps = new JsonArray();
            report.steps().forEach(step -> steps.add(step(step)));
            json.add("steps", steps);
        }
        json.add("result", result(report.result()));
        return json;
    }

    private static JsonObject result(RunResult result) {
        JsonObject json = brief(result);
        json.add("lateStartMicros", latency(result.lateStarts()));
        JsonObject kinds = new JsonObject();
        result.kinds().forEach((kind, own) -> kinds.add(kind.label(), kind(own)));
        json.add("all", kind(result.all()));
        json.add("kinds", kinds);
        return json;
    }

    private static JsonObject step(Step step) {
        JsonObject json = brief(step.result());
        json.addProperty("holds", step.holds());
        json.addProperty("problem", step.problem());
        KindResult all = step.result().all();
        json.addProperty("wrong", all.wrong());
        json.add("errors", counts(all.errors()));
        json.add("latencyMicros", latency(all.latency()));
        return json;
    }

    private static JsonObject brief(RunResult result) {
        JsonObject json = new JsonObject();
        json.addProperty("rate", rounded(result.rate()));
        json.addProperty("achieved", rounded(result.achieved()));
        json.addProperty("seconds", rounded(result.seconds()));
        json.addProperty("unsent", result.unsent());
        json.addProperty("clientBusy", rounded(result.clientBusy()));
        json.addProperty("clientBound", result.isClientBound());
        return json;
    }

    private static JsonObject kind(KindResult result) {
        JsonObject json = new JsonObject();
        json.addProperty("calls", result.calls());
        json.addProperty("answers", result.answers());
        json.addProperty("wrong", result.wrong());
        json.add("verdicts", counts(result.verdicts()));
        json.add("errors", counts(result.errors()));
        json.add("latencyMicros", latency(result.latency()));
        return json;
    }

    private static JsonObject counts(Map<String, Long> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::addProperty);
        return json;
    }

    private static JsonObject latency(Latency latency) {
        JsonObject json = new JsonObject();
        json.addProperty("p50", latency.p50() / 1e3);
        json.addProperty("p90", latency.p90() / 1e3);
        json.addProperty("p99", latency.p99() / 1e3);
        json.addProperty("p99.9", latency.p999() / 1e3);
        json.addProperty("max", latency.maximum() / 1e3);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1e3;
    }
}
