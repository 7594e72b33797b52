package io.tidegate.fanout.pace;

import io.tidegate.contract.Urgency;
import java.util.Map;

/**
 * How busy the system is, from 0 for not at all to 1, and which releases wait for that. Low
 * urgencies slow first: in each second only a share of the users may release what is of an urgency,
 * and the share falls with the pressure.
 *
 * <pre>
 * pressure    0     0.1   0.25  0.5   0.75  1
 * very-low    1     0.6   0.01  0.01  0.01  0.01
 * low         1     0.8   0.5   0.05  0.05  0.05
 * normal      1     1     1     1     0.55  0.1
 * high        1     1     1     1     1     1
 * </pre>
 *
 * Other users each second, by a hash, so that it is nobody's lot to be last. None is ever left out
 * for good: what the least shares let through hurts nobody, and pressure that does not end, or is
 * measured wrongly, must not stop what is of low urgency for ever.
 *
 * @param lag of this instance, which handles its input late
 * @param slots of the workers that have any, by slot
 */
public record Pressure(double lag, Map<Integer, Double> slots) {
  public static final Pressure NONE = new Pressure(0, Map.of());

  static final long WINDOW_MILLIS = 1_000;

  /** So far ahead a user's next turn is looked for, and what waits is looked at again. */
  static final int WINDOWS = 10;

  // Marks between which pressure rises from 0 to 1.
  private static final double UNWRITABLE_LOW_PERMILLE = 50;
  private static final double UNWRITABLE_HIGH_PERMILLE = 300;
  private static final double DELAY_LOW_MILLIS = 200;
  private static final double DELAY_HIGH_MILLIS = 2_000;
  private static final double LATE_LOW_MILLIS = 1_000;
  static final double LATE_HIGH_MILLIS = 10_000;

  public Pressure {
    slots = Map.copyOf(slots);
  }

  /**
   * That of a worker.
   *
   * @param unwritablePermille of a thousand attached connections, those that take no more
   * @param loopDelayMillis how late its event loops come to their timers
   */
  public static double ofWorker(int unwritablePermille, int loopDelayMillis) {
    return Math.max(
        between(UNWRITABLE_LOW_PERMILLE, UNWRITABLE_HIGH_PERMILLE, unwritablePermille),
        between(DELAY_LOW_MILLIS, DELAY_HIGH_MILLIS, loopDelayMillis));
  }

  /** That of an instance that handles its input so late. */
  static double ofLateness(double millis) {
    return between(LATE_LOW_MILLIS, LATE_HIGH_MILLIS, millis);
  }

  private static double between(double low, double high, double value) {
    return Math.clamp((value - low) / (high - low), 0.0, 1.0);
  }

  public boolean isNone() {
    return lag == 0 && slots.isEmpty();
  }

  /** That on messages for sessions of this slot. */
  public double on(int slot) {
    return Math.max(lag, slots.getOrDefault(slot, 0.0));
  }

  /** The most that there is on anything. */
  public double most() {
    double most = lag;
    for (double slot : slots.values()) {
      most = Math.max(most, slot);
    }
    return most;
  }

  /** Of all users, those who may release what is of this urgency within a second. */
  public static double share(Urgency urgency, double pressure) {
    return switch (urgency) {
      case VERY_LOW -> Math.max(0.01, 1 - 4 * pressure);
      case LOW -> Math.max(0.05, 1 - 2 * pressure);
      case NORMAL -> Math.clamp(1.9 - 1.8 * pressure, 0.1, 1.0);
      case HIGH -> 1;
    };
  }

  /**
   * When a user may release what is of this urgency: now, or at a moment of his own in the next
   * second that is his turn. Where none of the next ten is, then is the time to look again.
   *
   * @param userHash the same each time
   */
  public static long turnMillis(Urgency urgency, double pressure, int userHash, long nowMillis) {
    double share = share(urgency, pressure);
    long window = Math.floorDiv(nowMillis, WINDOW_MILLIS);
    if (share >= 1 || fraction(userHash, window) < share) {
      return nowMillis;
    }
    long next = window + 1;
    while (next < window + WINDOWS && fraction(userHash, next) >= share) {
      next++;
    }
    return next * WINDOW_MILLIS + jitter(userHash, next);
  }

  /** 0 to 1, evenly over users and over seconds. */
  private static double fraction(int userHash, long window) {
    return (mixed(userHash, window) >>> 40) * 0x1p-24;
  }

  /** Milliseconds within the second. */
  private static long jitter(int userHash, long window) {
    return ((mixed(userHash, window) & 0xFFFFF) * WINDOW_MILLIS) >>> 20;
  }

  /** SplitMix64 (Steele, Lea and Flood 2014) of the user's place in a sequence per second. */
  private static long mixed(int userHash, long window) {
    long z = (window << 32 ^ (userHash & 0xFFFFFFFFL)) + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
