package dev.signet.authority.bench;

import dev.signet.authority.e2e.FaultsPart;
import dev.signet.authority.e2e.OverloadPart;
import dev.signet.authority.feed.FeedPart;
import dev.signet.verifier.bench.Benchmarks;
import dev.signet.verifier.bench.Footprint;
import java.util.LinkedHashMap;
import java.util.Map;

/** The benchmarks of this module. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Map<String, Benchmarks.Part> parts = new LinkedHashMap<>();
        // Here, as it takes the launcher, and all that it runs, to be built.
        parts.put("sidecar", Footprint::run);
        parts.put("authority", IssuingPart::run);
        parts.put("feed", FeedPart::run);
        parts.put("replicas", ReplicasPart::run);
        parts.put("scale", ScalePart::run);
        parts.put("overload", OverloadPart::run);
        parts.put("faults", FaultsPart::run);
        Benchmarks.main(arguments, parts);
    }
}
