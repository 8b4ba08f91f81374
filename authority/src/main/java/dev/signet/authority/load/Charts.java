package dev.signet.authority.load;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What the picture is made of. Latencies are in microseconds. Logarithms are taken here: XChart's own logarithmic axes
 * have no end where their labels are made by somebody else.
 */
final class Charts {
    static final int WIDTH = 1200;
    private static final int HEIGHT = 520;
    private static final int LOW_HEIGHT = 300;
    /** About, without title and labels. */
    private static final int PLOT_HEIGHT = 420;

    private static final int PLOT_WIDTH = 1060;
    /** Of the room of one power, what makes XChart put ticks at whole powers alone. */
    private static final double WHOLE = 0.95;

    private static final String SECONDS = "seconds since the start";
    private static final String LATENCY = "latency from the planned start";

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
        XYChart chart = chart("Latency by percentile, " + what, "percentile of the calls", LATENCY, HEIGHT);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(5.0).setXAxisTickMarkSpacingHint((int) (PLOT_WIDTH / 5 * WHOLE));
        chart.setCustomXAxisTickLabelsFormatter(decades(Charts::percentile));
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
            xs.add(Math.log10(x));
            ys.add(latencies.getValueAtPercentile(100 - 100 / x) / 1e3);
        }
        xs.add(Math.log10(end));
        ys.add(latencies.getValueAtPercentile(100 - 100 / end) / 1e3);
        shown.add(name, xs, ys, color, stroke, SeriesMarkers.NONE);
    }

    /** What of a hundred is below 1 - 1/x. */
    private static String percentile(double x) {
        return new BigDecimal(100 - 100 / x)
                .round(new MathContext(7))
                .stripTrailingZeros()
                .toPlainString();
    }

    static XYChart latencyOverTime(RunResult result) {
        XYChart chart = chart("Latency over time", SECONDS, LATENCY, HEIGHT);
        List<Double> xs = seconds(chart, result);
        Latencies shown = new Latencies(chart);
        percentilesOverTime(shown, "p50", result, xs, Latency::p50, BLUE);
        percentilesOverTime(shown, "p99", result, xs, Latency::p99, ORANGE);
        percentilesOverTime(shown, "p99.9", result, xs, Latency::p999, RED);
        shown.fit();
        return chart;
    }

    static XYChart rateOverTime(RunResult result) {
        XYChart chart = chart("Answers a second, and calls a second as planned", SECONDS, "calls/s", LOW_HEIGHT);
        List<Double> xs = seconds(chart, result);
        List<Double> rates = result.intervals().stream().map(Interval::rate).toList();
        if (!rates.isEmpty()) {
            double end = xs.get(xs.size() - 1);
            add(chart, "planned", List.of(0.0, end), List.of(result.rate(), result.rate()), GREY, DASHED);
            add(chart, "answers", xs, rates, GREEN, LINE);
            double most = rates.stream().mapToDouble(Double::doubleValue).max().orElse(1);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.max(most, result.rate()) * 1.15);
            chart.getStyler().setyAxisTickLabelsFormattingFunction(Charts::rate);
        }
        return chart;
    }

    /** When the intervals ended, and the axis for that. */
    private static List<Double> seconds(XYChart chart, RunResult result) {
        List<Double> ends = result.intervals().stream().map(Interval::end).toList();
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(ends.isEmpty() ? 1 : ends.get(ends.size() - 1));
        chart.setCustomXAxisTickLabelsFormatter(Charts::plain);
        return ends;
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
                "calls/s",
                LATENCY,
                HEIGHT);
        double first = report.steps().get(0).result().rate();
        DoubleSummaryStatistics rates = report.steps().stream()
                .mapToDouble(step -> doublings(rate(step), first))
                .summaryStatistics();
        double range = rates.getMax() - rates.getMin();
        chart.setCustomXAxisTickLabelsFormatter(doublings -> rate(first * Math.pow(2, doublings)));
        chart.getStyler().setXAxisTickMarkSpacingHint((int) (PLOT_WIDTH / Math.max(2, range) * WHOLE));
        Latencies shown = new Latencies(chart);
        List<Step> held = report.steps().stream()
                .filter(Step::holds)
                .sorted(Comparator.comparingDouble(Charts::rate))
                .toList();
        // One that held when it was tried again is none of these.
        Set<Double> heldRates = held.stream().map(Charts::rate).collect(Collectors.toSet());
        List<Step> failed = report.steps().stream()
                .filter(step -> !heldRates.contains(rate(step)))
                .toList();
        steps(shown, first, "p50", held, Latency::p50, BLUE, LINE, SeriesMarkers.CIRCLE);
        steps(shown, first, "p99", held, Latency::p99, ORANGE, LINE, SeriesMarkers.CIRCLE);
        steps(shown, first, "p99.9", held, Latency::p999, RED, LINE, SeriesMarkers.CIRCLE);
        steps(shown, first, "does not hold: p50", failed, Latency::p50, BLUE, null, SeriesMarkers.CROSS);
        steps(shown, first, "does not hold: p99", failed, Latency::p99, ORANGE, null, SeriesMarkers.CROSS);
        shown.fit();
        if (limit != null) {
            chart.addAnnotation(new AnnotationLine(doublings(limit.result().rate(), first), true, false));
        }
        return chart;
    }

    private static void steps(
            Latencies shown,
            double first,
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
                    answered.stream().map(step -> doublings(rate(step), first)).toList(),
                    answered.stream()
                            .map(step ->
                                    percentile.applyAsDouble(step.result().all().latency()) / 1e3)
                            .toList(),
                    color,
                    stroke,
                    marker);
        }
    }

    private static double doublings(double rate, double first) {
        return Math.log(rate / first) / Math.log(2);
    }

    private static double rate(Step step) {
        return step.result().rate();
    }

    /** The lines of a chart against its logarithmic left axis, which is to begin and end at powers of ten. */
    private static final class Latencies {
        private final XYChart chart;
        private double lowest = Double.MAX_VALUE;
        private double highest = 0;

        Latencies(XYChart chart) {
            this.chart = chart;
        }

        void add(
                String name,
                List<Double> xs,
                List<Double> ys,
                Color color,
                @Nullable BasicStroke stroke,
                Marker marker) {
            // Below a tenth of a microsecond is nothing, and has no place on such an axis.
            List<Double> shown =
                    ys.stream().map(y -> Math.log10(Math.max(y, 0.1))).toList();
            for (double y : shown) {
                lowest = Math.min(lowest, y);
                highest = Math.max(highest, y);
            }
            if (!xs.isEmpty()) {
                Charts.add(chart, name, xs, shown, color, stroke).setMarker(marker);
            }
        }

        void fit() {
            if (lowest < Double.MAX_VALUE) {
                double bottom = Math.floor(lowest);
                double top = Math.floor(highest) + 1;
                chart.getStyler()
                        .setYAxisMin(0, bottom)
                        .setYAxisMax(0, top)
                        .setyAxisTickLabelsFormattingFunction(decades(Charts::micros))
                        .setYAxisTickMarkSpacingHint(
                                (int) (PLOT_HEIGHT / (top - bottom) * (top - bottom > 2 ? WHOLE : WHOLE / 2)));
            }
        }
    }

    /** @param stroke null for points without a line */
    private static XYSeries add(
            XYChart chart, String name, List<Double> xs, List<Double> ys, Color color, @Nullable BasicStroke stroke) {
        XYSeries series = chart.addSeries(name, xs, ys);
        series.setLineColor(color);
        series.setMarkerColor(color);
        if (stroke == null) {
            series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        } else {
            series.setLineStyle(stroke);
        }
        series.setMarker(SeriesMarkers.NONE);
        return series;
    }

    private static XYChart chart(String title, String xTitle, String yTitle, int height) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        XYStyler styler = chart.getStyler();
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
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setYAxisLeftWidthHint(90);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setAnnotationLineColor(VIOLET);
        styler.setAnnotationLineStroke(DASHED);
        styler.setMarkerSize(8);
        return chart;
    }

    /** Labels for an axis of logarithms. Every tick needs another one, or XChart looks for better ticks forever. */
    private static Function<Double, String> decades(DoubleFunction<String> label) {
        return log -> label.apply(Math.pow(10, Math.rint(log * 1e6) / 1e6));
    }

    /** Microseconds in the unit that people would say them in. */
    private static String micros(double micros) {
        return micros >= 1e6
                ? plain(micros / 1e6) + " s"
                : micros >= 1e3 ? plain(micros / 1e3) + " ms" : plain(micros) + " µs";
    }

    private static String rate(double rate) {
        return rate >= 1e4 ? plain(rate / 1e3) + "k" : plain(rate);
    }

    /** Three digits that count, or all before the point. */
    private static String plain(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        BigDecimal rounded = value >= 100 ? exact.setScale(0, RoundingMode.HALF_UP) : exact.round(new MathContext(3));
        return rounded.stripTrailingZeros().toPlainString();
    }
}
