package dev.signet.verifier.bench;

import com.nimbusds.jose.util.JSONArrayUtils;
import dev.signet.verifier.bench.Figure.Bound;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** The figures of one run: a table to look at, {@code summary.json} to go on with, and a plot of the ratios. */
public final class Figures {
    private final Path folder;
    private final List<Figure> all = new ArrayList<>();

    Figures(Path folder) {
        this.folder = folder;
    }

    /** Adds a figure, and prints it. */
    public void add(
            String name, double value, String unit, String against, double againstValue, @Nullable Bound bound) {
        Figure figure = new Figure(name, value, unit, against, againstValue, bound);
        all.add(figure);
        System.out.println(line(figure));
    }

    /** Where a part may leave more than figures. */
    public Path folder() {
        return folder;
    }

    /** Prints the table, and writes the files. */
    void conclude() throws IOException {
        System.out.println();
        all.forEach(figure -> System.out.println(line(figure)));
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("summary.json"),
                JSONArrayUtils.toJSONString(all.stream().map(Figure::members).toList()) + "\n");
        plot(folder.resolve("ratios.png"));
    }

    private static String line(Figure figure) {
        Boolean holds = figure.holds();
        return String.format(
                Locale.ROOT,
                "%-58s %10s %-7s against %-44s %10s   ratio %6.3f  %-8s %s",
                figure.name(),
                number(figure.value()),
                figure.unit(),
                figure.against(),
                number(figure.againstValue()),
                figure.ratio(),
                figure.bound() == null ? "" : figure.bound(),
                holds == null ? "" : holds ? "holds" : "DOES NOT HOLD");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }

    /** A bar for each figure's ratio; what has a bound, and does not keep it, in red. */
    private void plot(Path file) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(1400)
                .height(900)
                .title("Ratio of each figure to what it stands against")
                .yAxisTitle("log10")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        chart.getStyler().setXAxisLabelRotation(60);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setSeriesColors(new Color[] {new Color(0x4477aa), new Color(0xcc3311)});
        List<String> names = all.stream().map(Figure::name).toList();
        chart.addSeries("keeps its bound, or has none", names, ratios(true));
        if (all.stream().anyMatch(figure -> Boolean.FALSE.equals(figure.holds()))) {
            chart.addSeries("does not keep its bound", names, ratios(false));
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    /** Their logarithms: the chart's own logarithmic axis takes a missing value for a zero. */
    private List<@Nullable Double> ratios(boolean kept) {
        List<@Nullable Double> ratios = new ArrayList<>();
        for (Figure figure : all) {
            ratios.add(Boolean.FALSE.equals(figure.holds()) == kept ? null : Math.log10(figure.ratio()));
        }
        return ratios;
    }
}
