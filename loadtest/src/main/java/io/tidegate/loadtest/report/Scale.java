package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How values lie on an axis. */
sealed interface Scale {
  /** Where on the axis, 0 to 1. */
  double at(double value);

  List<Tick> ticks();

  /**
   * @param at where on the axis, 0 to 1
   */
  record Tick(double at, String label) {}

  /** From 0 to {@code top}. */
  record Linear(double top, double step, Unit unit) implements Scale {
    private static final int PARTS = 4;

    /** That shows all of what is at most {@code most}. */
    static Linear of(double most, Unit unit) {
      double whole = most > 0 ? most : 1;
      double step = step(whole / PARTS);
      return new Linear(Math.ceil(whole / step - 1e-9) * step, step, unit);
    }

    /** 1, 2 or 5 times a power of ten, the next that is not below. */
    private static double step(double least) {
      double power = Math.pow(10, Math.floor(Math.log10(least)));
      for (int times : new int[] {1, 2, 5}) {
        if (times * power >= least) {
          return times * power;
        }
      }
      return 10 * power;
    }

    @Override
    public double at(double value) {
      return Math.clamp(value / top, 0, 1);
    }

    @Override
    public List<Tick> ticks() {
      List<Tick> ticks = new ArrayList<>();
      for (int i = 0; i * step <= top * 1.0001; i++) {
        ticks.add(new Tick(at(i * step), unit.tick(i * step)));
      }
      return ticks;
    }
  }

  /** Microseconds, from 10 to the power of {@code low} to that of {@code high}. */
  record Log(int low, int high) implements Scale {
    private static final int FEW = 2;

    /** That shows all from {@code least} to {@code most}. */
    static Log of(double least, double most) {
      int low = (int) Math.floor(Math.log10(Math.max(1, least)));
      int high = (int) Math.ceil(Math.log10(Math.max(1, most)));
      return new Log(low, Math.max(high, low + 1));
    }

    @Override
    public double at(double value) {
      return Math.clamp((Math.log10(Math.max(1, value)) - low) / (high - low), 0, 1);
    }

    @Override
    public List<Tick> ticks() {
      List<Tick> ticks = new ArrayList<>();
      for (int power = low; power <= high; power++) {
        double value = Math.pow(10, power);
        ticks.add(new Tick(at(value), Unit.MICROS.tick(value)));
        if (high - low <= FEW && power < high) {
          ticks.add(new Tick(at(2 * value), Unit.MICROS.tick(2 * value)));
          ticks.add(new Tick(at(5 * value), Unit.MICROS.tick(5 * value)));
        }
      }
      return ticks;
    }
  }

  /** Seconds of a run, from 0. */
  record Time(int seconds) implements Scale {
    private static final int PARTS = 8;
    private static final int[] STEPS = {
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400
    };

    public Time {
      seconds = Math.max(1, seconds);
    }

    /** A step that makes at most so many parts. */
    static int step(int seconds, int parts) {
      for (int step : STEPS) {
        if ((long) step * parts >= seconds) {
          return step;
        }
      }
      return STEPS[STEPS.length - 1];
    }

    /** As {@code 5}, {@code 1:05} or {@code 1:00:05}. */
    static String label(int second) {
      int minutes = second / 60;
      if (minutes < 60) {
        return String.format(Locale.ROOT, "%d:%02d", minutes, second % 60);
      }
      return String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, second % 60);
    }

    @Override
    public double at(double value) {
      return Math.clamp(value / seconds, 0, 1);
    }

    @Override
    public List<Tick> ticks() {
      int step = step(seconds, PARTS);
      List<Tick> ticks = new ArrayList<>();
      for (int second = 0; second <= seconds; second += step) {
        ticks.add(new Tick(at(second), label(second)));
      }
      return ticks;
    }
  }

  /** Percentiles, drawn so that each further nine takes as much room as the one before. */
  record Percentile(int nines) implements Scale {
    private static final int LEAST = 2;
    private static final int MOST = 6;
    private static final String[] LABELS = {"0", "90", "99", "99.9", "99.99", "99.999", "99.9999"};

    /** As far as so many values can tell. */
    static Percentile of(long count) {
      int nines = (int) Math.ceil(Math.log10((double) Math.max(1, count)));
      return new Percentile(Math.clamp(nines, LEAST, MOST));
    }

    @Override
    public double at(double percentile) {
      return Math.clamp(-Math.log10(1 - Math.min(percentile, 99.99999999) / 100) / nines, 0, 1);
    }

    @Override
    public List<Tick> ticks() {
      List<Tick> ticks = new ArrayList<>();
      for (int nine = 0; nine <= nines; nine++) {
        ticks.add(new Tick((double) nine / nines, LABELS[nine]));
      }
      return ticks;
    }
  }
}
