package dev.signet.verifier.bench;

/** The library, in one process without a network. */
final class LibraryPart implements Benchmarks.Part {
    private static final int KNOWN_ROUNDS = 3;

    /** More of them, as two figures are compared that are a few per cent apart. */
    private static final int FIRST_SEEN_ROUNDS = 7;

    @Override
    public void run(Figures figures) throws Exception {
        Microbenchmarks runs = new Microbenchmarks();
        for (int round = 0; round < KNOWN_ROUNDS; round++) {
            runs.run(KnownTokens.class, 1, 1).run(KnownTokens.class, 2, 1);
        }
        known(figures, runs);
        firstSeen(figures, runs.run(FirstSeenTokens.class, 1, FIRST_SEEN_ROUNDS));
    }

    private static void known(Figures figures, Microbenchmarks runs) {
        double sha256 = runs.median("sha256").nanos();
        double string = runs.median("string").nanos();
        double bytes = runs.median("bytes").nanos();
        figures.add("known token, bytes", bytes, "ns", "SHA-256 of it", sha256, Figure.atMost(0.5));
        figures.add("known token, String", string, "ns", "SHA-256 of it", sha256, Figure.atMost(0.6));
        double manyBytes = runs.median("bytesAmongMany").nanos();
        double manyString = runs.median("stringAmongMany").nanos();
        figures.add("the same among 100,000, 1 M revoked, bytes", manyBytes, "ns", "alone", bytes, null);
        figures.add("the same among 100,000, 1 M revoked, String", manyString, "ns", "alone", string, null);
        figures.add("the same, bytes", manyBytes, "ns", "SHA-256 of it", sha256, Figure.atMost(0.5));
        figures.add("the same, String", manyString, "ns", "SHA-256 of it", sha256, Figure.atMost(0.6));
        double any = runs.median("sha256OfAny").nanos();
        figures.add("any of 100,000, bytes", runs.median("anyBytes").nanos(), "ns", "SHA-256 of any", any, null);
        figures.add("any of 100,000, String", runs.median("anyString").nanos(), "ns", "SHA-256 of any", any, null);
        for (String form : new String[] {"bytes", "string"}) {
            figures.add(
                    "allocated a call, " + form,
                    runs.median(form).bytesAllocated(),
                    "B",
                    "64 bytes",
                    64,
                    Figure.atMost(1));
            figures.add(
                    "verified by 2 threads, " + form,
                    2e9 / runs.median(form, 2).nanos(),
                    "1/s",
                    "by 1 thread",
                    1e9 / runs.median(form).nanos(),
                    Figure.atLeast(1.8));
        }
        figures.add(
                "SHA-256 by 2 threads",
                2e9 / runs.median("sha256", 2).nanos(),
                "1/s",
                "by 1 thread",
                1e9 / sha256,
                null);
    }

    private static void firstSeen(Figures figures, Microbenchmarks runs) {
        double signet = runs.median("signetEs256").nanos() / 1e3;
        figures.add("first-seen, ES256", signet, "µs", "its signature", micros(runs, "rawEs256"), Figure.atMost(1.06));
        figures.add(
                "first-seen, EdDSA",
                micros(runs, "signetEdDsa"),
                "µs",
                "its signature",
                micros(runs, "rawEdDsa"),
                Figure.atMost(1.06));
        figures.add("java-jwt, ES256", micros(runs, "javaJwt"), "µs", "first-seen", signet, Figure.atLeast(1));
        figures.add("nimbus, ES256", micros(runs, "nimbus"), "µs", "first-seen", signet, Figure.atLeast(1.3));
        figures.add("Spring, ES256", micros(runs, "spring"), "µs", "first-seen", signet, Figure.atLeast(1.3));
        figures.add("jose4j, ES256", micros(runs, "jose4j"), "µs", "first-seen", signet, Figure.atLeast(1.2));
    }

    private static double micros(Microbenchmarks runs, String benchmark) {
        return runs.median(benchmark).nanos() / 1e3;
    }
}
