package io.tidegate.loadtest.measure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people, with the digits that count. */
public final class Digits {
  private static final int COUNTED = 3;

  private Digits() {}

  /** Three digits that count, or all of a whole number; three behind the point at most. */
  public static String of(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1_000) {
      return String.valueOf(Math.round(value));
    }
    String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Of a rate: however low, it does not read as none. */
  public static String ofRate(double perSecond) {
    if (perSecond == 0 || Math.abs(perSecond) >= 1) {
      return of(perSecond);
    }
    return new BigDecimal(perSecond)
        .round(new MathContext(COUNTED))
        .stripTrailingZeros()
        .toPlainString();
  }
}
