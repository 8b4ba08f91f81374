package dev.signet.verifier.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of metrics: those that a process tells, and those that a file asks for. */
public final class MetricNames {
    private static final Pattern TOLD = Pattern.compile("(?m)^([a-z_]+)(?:\\{| )");
    private static final Pattern ASKED = Pattern.compile("\\b((?:signet|grpc_server)_[a-z_]+)\\b");
    /** Labels begin like metrics. */
    private static final Set<String> LABELS = Set.of("grpc_method", "grpc_status");

    private MetricNames() {}

    /** @param text in Prometheus' own form */
    public static Set<String> told(String text) {
        return all(TOLD, text);
    }

    /** In a dashboard or in rules. */
    public static Set<String> asked(Path file) throws IOException {
        Set<String> names = all(ASKED, Files.readString(file));
        names.removeAll(LABELS);
        return names;
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult each) -> each.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
