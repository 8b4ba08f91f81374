package dev.signet.authority.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.HistogramLogWriter;

/** A file of interval histograms, as the tools around HdrHistogram read it. */
final class LatencyLog implements AutoCloseable {
    private final PrintStream out;
    private final HistogramLogWriter writer;

    LatencyLog(Path file, long startMillis) throws IOException {
        out = new PrintStream(Files.newOutputStream(file), false, UTF_8);
        writer = new HistogramLogWriter(out);
        writer.outputComment("[Latencies in nanoseconds, from when each call was to start; tags: kinds of calls]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startMillis);
        writer.outputBaseTime(startMillis);
        writer.setBaseTime(startMillis);
        writer.outputLegend();
    }

    HistogramLogWriter writer() {
        return writer;
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (out.checkError()) {
            throw new IOException("the log of latencies could not be written");
        }
    }
}
