package dev.signet.authority.load;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What the picture is made of. Latencies are in microseconds on a logarithmic axis. */
final class Charts {
    static final int WIDTH = 1200;
    private static final int HEIGHT = 520;

    private static final Color BLUE = new Color(0x1f77b4);
    private static final Color ORANGE = new Color(0xe6820e);
    private static final Color RED = new Color(0xc62828);
    private static final Color GREEN = new Color(0x2e8b57);
    private static final Color VIOLET = new Color(0x7e57c2);
    private static final Color GREY = new Color(0x9e9e9e);
    private static final Color LIGHT = new Color(0xe4e4e4);
    private static final Color[] KINDS = {BLUE, ORANGE, RED, GREEN};
    private static final BasicStroke LINE = new BasicStroke(2f);
    private static final BasicStroke DASHED =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 5}, 0);

    private Charts() {}

    static String what(Report report) {
        return "%s at %s, %s calls/s"
                .formatted(
                        report.config().target(),
                        report.address(),
                        rate(report.result().rate()));
    }

    /** The axis is that of HdrHistogram's plots: each 9 more takes as much room. */
    static XYChart latencyByPercentile(RunResult result, String what) {
        XYChart chart = chart("Latency by percentile, " + what, "percentile of the calls");
        chart.getStyler().setXAxisLogarithmic(true).setXAxisMin(1.0).setXAxisMax(100_000.0);
        chart.setCustomXAxisTickLabelsFormatter(Charts::percentile);
        Latencies shown = new Latencies(chart);
        int number = 0;
        for (var each : result.kinds().entrySet()) {
            Color color = KINDS[number++ % KINDS.length];
            percentiles(shown, each.getKey().label(), each.getValue().latencies(), color, LINE);
        }
        if (number > 1) {
            percentiles(shown, "all", result.all().latencies(), Color.DARK_GRAY, DASHED);
        }
        shown.fit();
        return chart;
    }

    private static void percentiles(
            Latencies shown, String name, Histogram latencies, Color color, BasicStroke stroke) {
        long count = latencies.getTotalCount();
        if (count == 0) {
            return;
        }
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        double end = Math.min(count, 100_000);
        for (double x = 1; x < end; x *= 1.05) {
            xs.add(x);
            ys.add(latencies.getValueAtPercentile(100 - 100 / x) / 1e3);
        }
        xs.add(end);
        ys.add(latencies.getValueAtPercentile(100 - 100 / end) / 1e3);
        shown.add(name, xs, ys, color, stroke, SeriesMarkers.NONE);
    }

    /** @return what of a hundred is below 1 - 1/x */
    private static String percentile(double x) {
        long nines = Math.round(Math.log10(x));
        return switch ((int) nines) {
            case 0 -> "0";
            case 1 -> "90";
            case 2 -> "99";
            default -> "99." + "9".repeat((int) nines - 2);
        };
    }

    static XYChart overTime(RunResult result) {
        XYChart chart = chart("Latency and rate over time", "seconds since the start");
        List<Double> xs = result.intervals().stream()
                .map(each -> Math.rint(each.end() * 10) / 10)
                .toList();
        if (xs.isEmpty()) {
            return chart;
        }
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(Math.max(1, xs.get(xs.size() - 1)));
        chart.setCustomXAxisTickLabelsFormatter(x -> plain(Math.rint(x)));
        Latencies shown = new Latencies(chart);
        percentilesOverTime(shown, "p50", result, xs, Latency::p50, BLUE);
        percentilesOverTime(shown, "p99", result, xs, Latency::p99, ORANGE);
        percentilesOverTime(shown, "p99.9", result, xs, Latency::p999, RED);
        shown.fit();
        XYSeries achieved = chart.addSeries(
                "answers/s (right)",
                xs,
                result.intervals().stream().map(Interval::rate).toList());
        style(achieved, GREEN, DASHED, SeriesMarkers.NONE).setYAxisGroup(1);
        chart.setYAxisGroupTitle(1, "answers/s");
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
        double most =
                result.intervals().stream().mapToDouble(Interval::rate).max().orElse(1);
        chart.getStyler().setYAxisMin(1, 0.0).setYAxisMax(1, Math.max(most, result.rate()) * 1.1);
        return chart;
    }

    private static void percentilesOverTime(
            Latencies shown,
            String name,
            RunResult result,
            List<Double> xs,
            ToDoubleFunction<Latency> percentile,
            Color color) {
        List<Double> ys = result.intervals().stream()
                .map(each -> percentile.applyAsDouble(each.latency()) / 1e3)
                .toList();
        shown.add(name, xs, ys, color, LINE, xs.size() < 40 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    /** The knee: where the lines turn upwards. */
    static XYChart latencyByRate(Report report) {
        Step limit = report.limit();
        String found = limit == null
                ? "no rate holds"
                : "the limit is " + rate(limit.result().rate()) + " calls/s";
        XYChart chart = chart(
                "Latency by rate, %s at %s: %s".formatted(report.config().target(), report.address(), found),
                "calls/s");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.setCustomXAxisTickLabelsFormatter(Charts::rate);
        Latencies shown = new Latencies(chart);
        List<Step> held = report.steps().stream()
                .filter(Step::holds)
                .sorted(Comparator.comparingDouble(Charts::rate))
                .toList();
        List<Step> failed =
                report.steps().stream().filter(step -> !step.holds()).toList();
        steps(shown, "p50", held, Latency::p50, BLUE, LINE, SeriesMarkers.CIRCLE);
        steps(shown, "p99", held, Latency::p99, ORANGE, LINE, SeriesMarkers.CIRCLE);
        steps(shown, "p99.9", held, Latency::p999, RED, LINE, SeriesMarkers.CIRCLE);
        steps(shown, "does not hold: p50", failed, Latency::p50, BLUE, null, SeriesMarkers.CROSS);
        steps(shown, "does not hold: p99", failed, Latency::p99, ORANGE, null, SeriesMarkers.CROSS);
        shown.fit();
        if (limit != null) {
            chart.addAnnotation(new AnnotationLine(limit.result().rate(), true, false));
        }
        return chart;
    }

    private static void steps(
            Latencies shown,
            String name,
            List<Step> steps,
            ToDoubleFunction<Latency> percentile,
            Color color,
            @Nullable BasicStroke stroke,
            Marker marker) {
        List<Step> answered =
                steps.stream().filter(step -> step.result().all().answers() > 0).toList();
        if (!answered.isEmpty()) {
            shown.add(
                    name,
                    answered.stream().map(Charts::rate).toList(),
                    answered.stream()
                            .map(step ->
                                    percentile.applyAsDouble(step.result().all().latency()) / 1e3)
                            .toList(),
                    color,
                    stroke == null ? new BasicStroke(0) : stroke,
                    marker);
        }
    }

    private static double rate(Step step) {
        return step.result().rate();
    }

    /** The lines of a chart against its logarithmic left axis, which is to begin and end at powers of ten. */
    private static final class Latencies {
        private final XYChart chart;
        private double lowest = Double.MAX_VALUE;
        private double highest = 1;

        Latencies(XYChart chart) {
            this.chart = chart;
        }

        void add(String name, List<Double> xs, List<Double> ys, Color color, BasicStroke stroke, Marker marker) {
            // Below a tenth of a microsecond is nothing, and has no place on such an axis.
            List<Double> shown = ys.stream().map(y -> Math.max(y, 0.1)).toList();
            for (double y : shown) {
                lowest = Math.min(lowest, y);
                highest = Math.max(highest, y);
            }
            style(chart.addSeries(name, xs, shown), color, stroke, marker);
        }

        void fit() {
            if (lowest < Double.MAX_VALUE) {
                chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(lowest))));
                chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(highest * 1.01))));
            }
        }
    }

    private static XYSeries style(XYSeries series, Color color, BasicStroke stroke, Marker marker) {
        series.setLineColor(color);
        series.setMarkerColor(color);
        series.setLineStyle(stroke);
        series.setMarker(marker);
        return series;
    }

    private static XYChart chart(String title, String xTitle) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle("latency")
                .build();
        chart.setCustomYAxisTickLabelsFormatter(Charts::micros);
        XYStyler styler = chart.getStyler();
        styler.setYAxisLogarithmic(true);
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderColor(GREY);
        styler.setPlotGridLinesColor(LIGHT);
        styler.setPlotGridLinesStroke(new BasicStroke(1f));
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setAnnotationLineColor(VIOLET);
        styler.setAnnotationLineStroke(DASHED);
        styler.setMarkerSize(6);
        return chart;
    }

    /** Microseconds in the unit that people would say them in. */
    private static String micros(double micros) {
        return micros >= 1e6
                ? plain(micros / 1e6) + " s"
                : micros >= 1e3 ? plain(micros / 1e3) + " ms" : plain(micros) + " µs";
    }

    private static String rate(double rate) {
        return rate >= 1e4 ? plain(Math.rint(rate / 100) / 10) + "k" : plain(Math.rint(rate));
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
