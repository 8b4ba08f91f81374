package dev.signet.authority.load;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** The results as a picture, one chart above the other. */
final class Picture {
    private static final int PATIENCE_SECONDS = 20;

    private Picture() {}

    /** Writes a PNG. What keeps this machine from drawing, as missing fonts do, is returned for people, or null. */
    static @Nullable String write(Report report, Path file) {
        System.setProperty("java.awt.headless", "true");
        FutureTask<Void> drawing = new FutureTask<>(() -> draw(charts(report), file), null);
        Thread thread = new Thread(drawing, "load-picture");
        thread.setDaemon(true);
        thread.start();
        try {
            drawing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return problem(file, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            return problem(file, "not done within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem(file, "interrupted");
        }
    }

    private static String problem(Path file, String why) {
        // Half a picture is none.
        delete(file);
        return "no picture, all else is written: " + why
                + ". A headless Java draws where libfontconfig, libfreetype and"
                + " a font are installed, such as the packages fontconfig and fonts-dejavu-core have";
    }

    private static List<XYChart> charts(Report report) {
        List<XYChart> charts = new ArrayList<>();
        if (report.config().findLimit()) {
            charts.add(Charts.latencyByRate(report));
            charts.add(Charts.latencyByPercentile(
                    report.result(), report.limit() == null ? "at the last rate tried" : "at the limit"));
        } else {
            charts.add(Charts.latencyByPercentile(report.result(), Charts.what(report)));
            charts.add(Charts.latencyOverTime(report.result()));
            charts.add(Charts.rateOverTime(report.result()));
        }
        return charts;
    }

    private static void draw(List<XYChart> charts, Path file) {
        int height = charts.stream().mapToInt(XYChart::getHeight).sum();
        BufferedImage whole = new BufferedImage(Charts.WIDTH, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = whole.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, Charts.WIDTH, height);
        int y = 0;
        for (XYChart chart : charts) {
            graphics.drawImage(BitmapEncoder.getBufferedImage(chart), 0, y, null);
            y += chart.getHeight();
        }
        graphics.dispose();
        try {
            if (!ImageIO.write(whole, "png", file.toFile())) {
                throw new IllegalStateException("no writer for PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
