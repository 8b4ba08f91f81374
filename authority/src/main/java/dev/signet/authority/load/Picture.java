package dev.signet.authority.load;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** The results as a picture, one chart above the other. */
final class Picture {
    private Picture() {}

    /** Writes a PNG. What keeps this machine from drawing, as missing fonts do, is returned for people, or null. */
    static @Nullable String write(Report report, Path file) {
        System.setProperty("java.awt.headless", "true");
        try {
            draw(charts(report), file);
            return null;
        } catch (IOException | RuntimeException | LinkageError | InternalError | AWTError e) {
            // Half a picture is none.
            delete(file);
            return "no picture: this Java cannot draw here (" + e + "). A headless Java needs libfontconfig,"
                    + " libfreetype and a font, such as the packages fontconfig and fonts-dejavu-core; the numbers are"
                    + " in the other files";
        }
    }

    private static List<XYChart> charts(Report report) {
        List<XYChart> charts = new ArrayList<>();
        if (report.config().findLimit()) {
            charts.add(Charts.latencyByRate(report));
            charts.add(Charts.latencyByPercentile(
                    report.result(), report.limit() == null ? "at the last rate tried" : "at the limit"));
        } else {
            charts.add(Charts.latencyByPercentile(report.result(), Charts.what(report)));
            charts.add(Charts.overTime(report.result()));
        }
        return charts;
    }

    private static void draw(List<XYChart> charts, Path file) throws IOException {
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
        if (!ImageIO.write(whole, "png", file.toFile())) {
            throw new IOException("no writer for PNG");
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
