package dev.signet.authority.bench;

import dev.signet.authority.feed.FeedPart;
import dev.signet.verifier.bench.Benchmarks;
import java.util.LinkedHashMap;
import java.util.Map;

/** The benchmarks of this module. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Benchmarks.Part> parts = new LinkedHashMap<>();
        parts.put("authority", IssuingPart::run);
        parts.put("feed", FeedPart::run);
        Benchmarks.run(arguments, parts);
        // Whatever threads a part has left behind.
        System.exit(0);
    }
}
