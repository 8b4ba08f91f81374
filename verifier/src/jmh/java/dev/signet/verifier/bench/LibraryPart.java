package dev.signet.verifier.bench;

/** The library, in one process without a network. */
final class LibraryPart implements Benchmarks.Part {
    @Override
    public void run(Figures figures) throws Exception {
        Microbenchmarks known = new Microbenchmarks().run(KnownTokens.class, 1).run(KnownTokens.class, 2);
        double sha256 = known.median("sha256").nanos();
        figures.add(
                "known token, from a String",
                known.median("string").nanos(),
                "ns",
                "SHA-256",
                sha256,
                Figure.atMost(0.6));
    }
}
