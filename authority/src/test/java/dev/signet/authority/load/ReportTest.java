package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.signet.v1.RejectionReason;
import io.grpc.Status;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the measurements: numbers, the log, and the picture. */
final class ReportTest {
    private static final long MICRO = 1000;

    @TempDir
    private Path folder;

    private final VirtualTiming timing = new VirtualTiming();
    private final Mix mix = Mix.parse("known=50,revoked=50");
    private final Recording recording = new Recording(timing, mix.permille().keySet());
    private final PlannedCall known = PlannedCall.accepted(Kind.KNOWN, new byte[0]);
    private final PlannedCall revoked =
            PlannedCall.rejected(Kind.REVOKED, new byte[0], RejectionReason.REJECTION_REASON_REVOKED);

    /** A thousand calls of each kind: known ones take 1 to 1000 µs, revoked ones 2 ms. */
    private void record() {
        for (int number = 1; number <= 1000; number++) {
            for (PlannedCall call : List.of(known, revoked)) {
                recording.started(call.kind(), timing.nanos(), timing.nanos());
            }
            recording.answered(known, timing.nanos() - number * MICRO, PlannedCall.ACCEPTED);
            recording.answered(revoked, timing.nanos() - 2000 * MICRO, revoked.expected());
        }
    }

    private RunResult result(double rate, List<Interval> intervals) {
        return new RunResult(rate, rate, 2, 0, recording.results(), recording.lateStarts(), 0.25, intervals);
    }

    private static LoadConfig config(boolean findLimit) {
        return new LoadConfig(
                LoadTarget.VERIFY,
                1000,
                Duration.ofSeconds(2),
                Duration.ZERO,
                Mix.parse("known=50,revoked=50"),
                Arrivals.POISSON,
                1,
                64,
                10,
                7,
                findLimit);
    }

    private static Report report(boolean findLimit, List<Step> steps, Step limit, RunResult result) {
        return new Report(config(findLimit), "127.0.0.1:8480", Instant.EPOCH, steps, limit, result, false);
    }

    @Test
    void theSummaryHasThePercentilesOfEachKindInMicroseconds() {
        record();
        recording.interval(1, 1, null);
        Report report = report(false, List.of(), null, result(1000, List.of()));
        assertTrue(report.isGood());
        JsonObject json = Summary.of(report);
        assertEquals("verify", json.get("target").getAsString());
        assertEquals(7, json.get("seed").getAsInt());
        JsonObject result = json.getAsJsonObject("result");
        JsonObject latency =
                result.getAsJsonObject("kinds").getAsJsonObject("known").getAsJsonObject("latencyMicros");
        assertEquals(500, latency.get("p50").getAsDouble(), 1);
        assertEquals(990, latency.get("p99").getAsDouble(), 1);
        assertEquals(1000, latency.get("max").getAsDouble(), 1);
        JsonObject all = result.getAsJsonObject("all");
        assertEquals(2000, all.get("answers").getAsInt());
        assertEquals(2000, all.getAsJsonObject("latencyMicros").get("p99").getAsDouble(), 2);
        assertEquals(
                "{\"ACCEPTED\":1000,\"REVOKED\":1000}",
                all.getAsJsonObject("verdicts").toString());
        assertFalse(result.get("clientBound").getAsBoolean());
    }

    @Test
    void failuresAndWrongVerdictsAreNotGood() {
        recording.started(Kind.KNOWN, 0, 0);
        recording.started(Kind.REVOKED, 0, 0);
        recording.failed(known, Status.Code.UNAVAILABLE);
        recording.answered(revoked, timing.nanos(), PlannedCall.ACCEPTED);
        Interval interval = recording.interval(1, 1, null);
        assertEquals(1, interval.errors());
        assertEquals(1, interval.wrong());
        RunResult result = result(1000, List.of());
        assertEquals(
                List.of("1 known calls: UNAVAILABLE", "1 wrong verdicts on revoked tokens: {ACCEPTED=1}"),
                result.problems());
        Report report = report(false, List.of(), null, result);
        assertFalse(report.isGood());
        assertEquals(
                "{\"UNAVAILABLE\":1}",
                Summary.of(report)
                        .getAsJsonObject("result")
                        .getAsJsonObject("all")
                        .getAsJsonObject("errors")
                        .toString());
        assertEquals(0, recording.interval(2, 1, null).errors(), "told twice");
    }

    @Test
    void theLogIsReadByTheToolsOfHdrHistogram() throws IOException {
        Path file = folder.resolve("latency.hlog");
        record();
        try (LatencyLog log = new LatencyLog(file, 1_000_000)) {
            recording.interval(1, 1, log.writer());
        }
        long count = 0;
        List<String> tags = new ArrayList<>();
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            while (reader.hasNext()) {
                EncodableHistogram histogram = reader.nextIntervalHistogram();
                if (histogram instanceof org.HdrHistogram.AbstractHistogram plain) {
                    count += plain.getTotalCount();
                    tags.add(plain.getTag());
                }
            }
        }
        assertEquals(2000, count);
        assertEquals(List.of("known", "revoked"), tags);
    }

    /** XChart looks for ticks forever where it does not like the labels: whatever the numbers, it must end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 37, 600})
    void everyRunHasAPicture(int seconds) throws IOException {
        record();
        recording.interval(1, 1, null);
        List<Interval> intervals = new ArrayList<>();
        for (int second = 1; second <= seconds; second++) {
            long p50 = (second * 7919L) % 1_000_000;
            intervals.add(
                    new Interval(second + 0.0003, 1, new Latency(second, p50, p50, 2 * p50, 90 * p50, 99 * p50), 0, 0));
        }
        assertDrawn(report(false, List.of(), null, result(1000, intervals)), 1340);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 3, 1000, 99_999.5, 1_000_000})
    void everySearchHasAPicture(double rate) throws IOException {
        record();
        recording.interval(1, 1, null);
        Step first = new Step(result(rate, List.of()), null);
        Step second = new Step(result(rate * 1.05, List.of()), "p99 above 5.0 ms");
        assertDrawn(report(true, List.of(first, second), first, first.result()), 1040);
        assertDrawn(report(true, List.of(second), null, second.result()), 1040);
    }

    @Test
    void aRunWithoutAnyAnswerHasAPictureToo() throws IOException {
        recording.interval(1, 1, null);
        assertDrawn(report(false, List.of(), null, result(1000, List.of(recording.interval(2, 1, null)))), 1340);
        Step failed = new Step(result(1, List.of()), "1 known calls: UNAVAILABLE");
        assertDrawn(report(true, List.of(failed), null, failed.result()), 1040);
    }

    @Test
    void whereItCannotBeWrittenThatIsTold() {
        record();
        recording.interval(1, 1, null);
        String problem = Picture.write(
                report(false, List.of(), null, result(1000, List.of())),
                folder.resolve("no").resolve("latency.png"));
        assertTrue(problem.startsWith("no picture, all else is written: "), problem);
    }

    private void assertDrawn(Report report, int height) throws IOException {
        Path file = folder.resolve("latency.png");
        assertNull(Picture.write(report, file));
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(1200, image.getWidth());
        assertEquals(height, image.getHeight());
        assertNotEquals(0, Files.size(file));
        Files.delete(file);
    }
}
