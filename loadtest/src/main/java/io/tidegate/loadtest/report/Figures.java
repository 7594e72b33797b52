package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Plots with their title, their legend and a table of the same figures. */
final class Figures {
  /** As many stretches of time as a plot shows apart, and as a table has rows. */
  private static final int COLUMNS = 300;

  private static final int ROWS = 60;
  private static final int STEPS_A_NINE = 30;
  private static final double[] PERCENTILES = {0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100};
  private static final int MAX_CURVES = 24;

  private final Html html;
  private final int seconds;
  private final List<Mark> marks;

  /**
   * @param seconds from 0 that plots over time show
   * @param marks drawn into each of them
   */
  Figures(Html html, int seconds, List<Mark> marks) {
    this.html = html;
    this.seconds = seconds;
    this.marks = marks;
  }

  /**
   * Over time, from 0 up; nothing if no curve has a value.
   *
   * @param filled the first curve is drawn as an area
   */
  void counts(String title, Unit unit, List<Curve> curves, boolean filled) {
    List<Curve> drawn = drawn(curves);
    if (filled) {
      Scale.Linear y = Scale.Linear.of(PlotData.height(drawn), unit);
      overTime(title + PlotData.cut(unit, drawn), y, unit, drawn, true);
    } else {
      double most = drawn.stream().mapToDouble(curve -> curve.max(0)).max().orElse(0);
      overTime(title, Scale.Linear.of(most, unit), unit, drawn, false);
    }
  }

  /** Over time, in µs, each power of ten as high; nothing if no curve has a value. */
  void times(String title, List<Curve> curves) {
    List<Curve> drawn = drawn(curves);
    double most = drawn.stream().mapToDouble(curve -> curve.max(1)).max().orElse(1);
    double least = drawn.stream().mapToDouble(curve -> curve.min(most)).min().orElse(1);
    overTime(title, Scale.Log.of(least, most), Unit.MICROS, drawn, false);
  }

  private static List<Curve> drawn(List<Curve> curves) {
    return curves.stream()
        .filter(curve -> !Double.isNaN(curve.max(Double.NaN)))
        .limit(MAX_CURVES)
        .toList();
  }

  private void overTime(String title, Scale y, Unit unit, List<Curve> curves, boolean filled) {
    if (curves.isEmpty()) {
      return;
    }
    double width = Math.max(1, Math.ceil((double) seconds / COLUMNS));
    begin(title, curves, filled);
    List<Curve> thin = width > 1 ? curves.stream().map(c -> c.thinned(width)).toList() : curves;
    Plot.write(html, title + " over time", new Scale.Time(seconds), y, thin, marks, filled);
    end(seconds(unit, curves));
  }

  private Grid seconds(Unit unit, List<Curve> curves) {
    int step = Scale.Time.step(seconds, ROWS);
    List<List<String>> rows = new ArrayList<>();
    for (int from = 0; from < seconds; from += step) {
      List<String> row = new ArrayList<>();
      row.add(Scale.Time.label(from));
      for (Curve curve : curves) {
        double most = curve.max(from, from + step);
        row.add(Double.isNaN(most) ? Unit.NONE : unit.text(most));
      }
      rows.add(row);
    }
    String caption = step == 1 ? "Each second" : "The highest second of each %d s".formatted(step);
    return new Grid(caption, head("from", curves.stream().map(Curve::name).toList()), rows);
  }

  /** The whole of each distribution by percentile; nothing if all are empty. */
  void distributions(String title, Map<String, Distribution> all) {
    Map<String, Histogram> times = new LinkedHashMap<>();
    all.forEach(
        (name, distribution) -> {
          if (distribution.count() > 0) {
            times.put(name, distribution.times());
          }
        });
    if (times.isEmpty()) {
      return;
    }
    long most = times.values().stream().mapToLong(Histogram::getTotalCount).max().orElseThrow();
    Scale.Percentile x = Scale.Percentile.of(most);
    List<Curve> curves = new ArrayList<>();
    times.forEach((name, histogram) -> curves.add(percentiles(name, histogram, x)));
    long high = times.values().stream().mapToLong(Histogram::getMaxValue).max().orElseThrow();
    long low = times.values().stream().mapToLong(Histogram::getMinValue).min().orElseThrow();
    begin(title, curves, false);
    Plot.write(html, title, x, Scale.Log.of((double) low, (double) high), curves, List.of(), false);
    end(percentiles(times));
  }

  /** As far as so many values can tell. */
  private static Curve percentiles(String name, Histogram times, Scale.Percentile x) {
    double last = Math.min(x.nines(), Math.log10((double) Math.max(10, times.getTotalCount())));
    int steps = (int) Math.round(last * STEPS_A_NINE);
    double[] xs = new double[steps + 1];
    double[] ys = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      xs[i] = 100 * (1 - Math.pow(10, -(double) i / STEPS_A_NINE));
      ys[i] = (double) (i == 0 ? times.getMinValue() : times.getValueAtPercentile(xs[i]));
    }
    return new Curve(name, xs, ys);
  }

  private static Grid percentiles(Map<String, Histogram> times) {
    List<List<String>> rows = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      List<String> row = new ArrayList<>();
      row.add(
          percentile == 0 ? "least" : percentile == 100 ? "most" : Unit.trimmed(percentile) + " %");
      for (Histogram histogram : times.values()) {
        long least = histogram.getMinValue();
        long micros = percentile == 0 ? least : histogram.getValueAtPercentile(percentile);
        row.add(Unit.MICROS.text((double) micros));
      }
      rows.add(row);
    }
    return new Grid("By percentile", head("", List.copyOf(times.keySet())), rows);
  }

  private static List<String> head(String first, List<String> names) {
    List<String> head = new ArrayList<>();
    head.add(first);
    head.addAll(names);
    return head;
  }

  private void begin(String title, List<Curve> curves, boolean filled) {
    html.raw("<figure><figcaption>").text(title).raw("</figcaption><ul class=\"legend\">");
    for (int i = 0; i < curves.size(); i++) {
      html.raw("<li class=\"").raw(filled && i == 0 ? "f" : "k").raw(i % Plot.COLOURS);
      html.raw("\">").text(curves.get(i).name());
    }
    html.raw("</ul>\n");
  }

  private void end(Grid grid) {
    html.raw("<details><summary>The same as a table</summary>");
    html.table(grid).raw("</details></figure>\n");
  }
}
