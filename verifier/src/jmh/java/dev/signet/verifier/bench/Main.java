package dev.signet.verifier.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** The benchmarks of this module. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Map<String, Benchmarks.Part> parts = new LinkedHashMap<>();
        parts.put("library", new LibraryPart());
        parts.put("sidecar", new SidecarPart());
        parts.put("forwardauth", new ForwardAuthPart());
        Benchmarks.main(arguments, parts);
    }
}
