package dev.signet.verifier.bench;

/** The sidecar as a process, beside servers that do less, and one that does the same; what it takes is {@link Footprint}. */
final class SidecarPart implements Benchmarks.Part {
    @Override
    public void run(Figures figures) throws Exception {
        try (Rig rig = new Rig()) {
            new Throughput(rig, figures).run();
            new Tools(rig, figures).run();
            new Flood(rig, figures).run();
        }
    }
}
