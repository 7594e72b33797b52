package io.tidegate.loadtest.profile;

import io.tidegate.loadtest.measure.Digits;
import java.time.Duration;

/**
 * A stretch of the offered load. Messages fall due evenly, whatever becomes of those before.
 *
 * @param name on plots; none is made up of the numbers
 * @param length zero: {@code count} messages are due at once
 * @param fromRate messages a second at its begin
 * @param toRate at its end; between the two the rate changes evenly
 */
public record Phase(String name, Duration length, double fromRate, double toRate, long burst) {
  /** Messages a second of one generator. */
  public static final double MOST_RATE = 1_000_000;

  public static Phase steady(Duration length, double rate) {
    return new Phase(madeUp(rate, rate, 0), length, rate, rate, 0);
  }

  /** What a phase is called that has no name of its own. */
  static String madeUp(double fromRate, double toRate, long burst) {
    if (burst > 0) {
      return "%,d at once".formatted(burst);
    }
    String to = Digits.ofRate(toRate) + "/s";
    return fromRate == toRate ? to : Digits.ofRate(fromRate) + " to " + to;
  }

  static Phase burst(String name, long messages) {
    return new Phase(name, Duration.ZERO, 0, 0, messages);
  }

  public boolean isBurst() {
    return burst > 0;
  }

  /** How many messages fall due in it. */
  public long messages() {
    return isBurst() ? burst : Math.round((fromRate + toRate) / 2 * (length.toNanos() / 1e9));
  }

  /** The same with {@code factor} times as many messages in the same time. */
  Phase times(double factor) {
    long count = isBurst() ? Math.max(1, Math.round(burst * factor)) : 0;
    boolean own = !name.equals(madeUp(fromRate, toRate, burst));
    String called = own ? name : madeUp(fromRate * factor, toRate * factor, count);
    return new Phase(called, length, fromRate * factor, toRate * factor, count);
  }
}
