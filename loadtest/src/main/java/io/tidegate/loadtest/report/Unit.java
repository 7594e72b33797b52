package io.tidegate.loadtest.report;

import io.tidegate.loadtest.measure.Digits;
import java.util.Locale;

/** What a figure counts, and how it is written for people. */
enum Unit {
  COUNT,
  /** Of things in a second. */
  RATE,
  MICROS,
  BYTES,
  CORES,
  SECONDS,
  /** A number without a unit. */
  NUMBER,
  /** How many times as much. */
  RATIO;

  /** What is written where there is no figure. */
  static final String NONE = "–";

  private static final long MIB = 1L << 20;

  /** Of a gauge, which tells it by its name. */
  static Unit ofGauge(String name) {
    if (name.endsWith("_bytes")) {
      return BYTES;
    }
    if (name.endsWith("_seconds")) {
      return SECONDS;
    }
    return name.endsWith("_cores") ? CORES : NUMBER;
  }

  /** With three digits that count, or all of a count. */
  String text(double value) {
    return switch (this) {
      case COUNT -> String.format(Locale.ROOT, "%,d", Math.round(value));
      case RATE -> Digits.ofRate(value) + "/s";
      case MICROS -> micros(value);
      case BYTES -> bytes(value);
      case CORES -> String.format(Locale.ROOT, "%.2f", value);
      case NUMBER -> Digits.of(value);
      case RATIO ->
          String.format(
              Locale.ROOT, value < 0.0995 ? "%.4f" : value < 9.995 ? "%.2f" : "%,.0f", value);
      case SECONDS -> Digits.of(value) + " s";
    };
  }

  /** As that of a number. */
  String text(long value) {
    return text((double) value);
  }

  /** Short, for an axis. */
  String tick(double value) {
    return switch (this) {
      case COUNT, RATE, NUMBER, RATIO -> scaled(value);
      case MICROS -> micros(value);
      case BYTES -> bytes(value);
      case CORES -> trimmed(value);
      case SECONDS -> trimmed(value) + " s";
    };
  }

  private static String micros(double micros) {
    if (micros < 1_000) {
      return Math.round(micros) + " µs";
    }
    return micros < 999_500 ? Digits.of(micros / 1e3) + " ms" : Digits.of(micros / 1e6) + " s";
  }

  private static String bytes(double bytes) {
    double mib = bytes / MIB;
    return mib < 4096 ? Digits.of(mib) + " MiB" : Digits.of(mib / 1024) + " GiB";
  }

  private static String scaled(double value) {
    double size = Math.abs(value);
    if (size >= 1e9) {
      return trimmed(value / 1e9) + " G";
    }
    if (size >= 1e6) {
      return trimmed(value / 1e6) + " M";
    }
    return size >= 1e4 ? trimmed(value / 1e3) + " k" : trimmed(value);
  }

  /** With up to three digits after the point, without zeros at the end. */
  static String trimmed(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
