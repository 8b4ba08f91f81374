package dev.signet.authority.feed;

import dev.signet.verifier.bench.Figures;
import java.nio.file.Files;
import java.nio.file.Path;

/** Thousands of verifiers at one authority. */
public final class FeedPart {
    private FeedPart() {}

    public static void run(Figures figures) throws Exception {
        // Every verifier that comes would be a line.
        System.setProperty("signet.log", "OFF");
        Path folder = Files.createTempDirectory(Files.createDirectories(figures.folder()), "feed");
        new FanOut(figures, folder).measure();
        new ComingBack(figures, folder).measure();
    }
}
