package io.tidegate.loadtest.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A named line of a plot.
 *
 * @param xs rising
 * @param ys as many; NaN where the line is broken
 */
record Curve(String name, double[] xs, double[] ys) {
  /** Readings farther apart than this, in seconds, are not joined. */
  private static final int FAR = 10;

  /** Counts of each second, each drawn in its middle; 0 after the list's end. */
  static Curve ofCounts(String name, List<Long> counts, int seconds) {
    double[] ys = new double[seconds];
    for (int second = 0; second < Math.min(seconds, counts.size()); second++) {
      ys[second] = (double) counts.get(second);
    }
    return new Curve(name, middles(seconds), ys);
  }

  /** A figure of each second's times, broken where there were none. */
  static Curve ofTimes(
      String name, List<Distribution> times, int seconds, ToLongFunction<Distribution> figure) {
    double[] ys = new double[seconds];
    Arrays.fill(ys, Double.NaN);
    for (int second = 0; second < Math.min(seconds, times.size()); second++) {
      if (times.get(second).count() > 0) {
        ys[second] = (double) figure.applyAsLong(times.get(second));
      }
    }
    return new Curve(name, middles(seconds), ys);
  }

  /** What was read, each number divided. */
  static Curve ofGauge(String name, Gauge gauge, double divisor) {
    int readings = gauge.seconds().size();
    double[] xs = new double[2 * readings];
    double[] ys = new double[2 * readings];
    int at = 0;
    for (int i = 0; i < readings; i++) {
      double x = gauge.seconds().get(i) + 0.5;
      if (at > 0 && x - xs[at - 1] > FAR) {
        xs[at] = (x + xs[at - 1]) / 2;
        ys[at++] = Double.NaN;
      }
      xs[at] = x;
      ys[at++] = gauge.values().get(i) / divisor;
    }
    return new Curve(name, Arrays.copyOf(xs, at), Arrays.copyOf(ys, at));
  }

  private static double[] middles(int seconds) {
    double[] xs = new double[seconds];
    Arrays.setAll(xs, second -> second + 0.5);
    return xs;
  }

  /** The least of its values, or {@code none} if it has none. */
  double min(double none) {
    return Arrays.stream(ys).filter(y -> !Double.isNaN(y)).min().orElse(none);
  }

  double max(double none) {
    return Arrays.stream(ys).filter(y -> !Double.isNaN(y)).max().orElse(none);
  }

  /** The greatest value with an x from {@code from} to below {@code to}; NaN if there is none. */
  double max(double from, double to) {
    double max = Double.NaN;
    for (int i = first(from); i < xs.length && xs[i] < to; i++) {
      max = Double.isNaN(max) ? ys[i] : Math.max(max, Double.isNaN(ys[i]) ? max : ys[i]);
    }
    return max;
  }

  private int first(double from) {
    int found = Arrays.binarySearch(xs, from);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * With at most two points for each stretch of that width, its lowest and its highest, so that no
   * peak and no dip is lost.
   */
  Curve thinned(double width) {
    double[] x = new double[xs.length];
    double[] y = new double[xs.length];
    int kept = 0;
    for (int from = 0; from < xs.length; ) {
      int end = from;
      int low = from;
      int high = from;
      while (end < xs.length && Math.floor(xs[end] / width) == Math.floor(xs[from] / width)) {
        low = Double.isNaN(ys[low]) || ys[end] < ys[low] ? end : low;
        high = Double.isNaN(ys[high]) || ys[end] > ys[high] ? end : high;
        end++;
      }
      for (int i :
          low == high ? new int[] {low} : new int[] {Math.min(low, high), Math.max(low, high)}) {
        x[kept] = xs[i];
        y[kept++] = ys[i];
      }
      from = end;
    }
    return new Curve(name, Arrays.copyOf(x, kept), Arrays.copyOf(y, kept));
  }
}
