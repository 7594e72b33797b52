package io.tidegate.loadtest.schedule;

import io.tidegate.loadtest.profile.Receivers;
import java.math.BigInteger;

/**
 * Whom each message is for, by its number. Devices have numbers too: those of user u are {@code u *
 * devices} and the following, and the members of group g are users {@code g * members} and the
 * following.
 */
public final class Audience {
  private static final int FEW = 1_024;
  private static final double GOLDEN = 0.618033988749895;

  private final Receivers receivers;
  private final long seed;

  /**
   * From one choice to the next: after as many as there are each had its turn, and few that follow
   * each other are spread over all, so that generators which share them have as much to do at any
   * time.
   */
  private final long stride;

  /** Up to which share of the whole each choice comes; empty where they are picked by turns. */
  private final double[] cumulative;

  public Audience(Receivers receivers, long seed) {
    this.receivers = receivers;
    this.seed = seed;
    this.stride = stride(receivers.choices());
    this.cumulative = receivers.zipf() > 0 ? zipf(receivers.choices(), receivers.zipf()) : none();
  }

  /** Near the golden section, with no divisor that it and the number have both. */
  private static long stride(int choices) {
    long stride = Math.max(1, Math.round(choices * GOLDEN));
    while (BigInteger.valueOf(stride).gcd(BigInteger.valueOf(choices)).intValue() > 1) {
      stride++;
    }
    return stride;
  }

  private static double[] none() {
    return new double[0];
  }

  private static double[] zipf(int choices, double exponent) {
    double[] sums = new double[choices];
    double sum = 0;
    for (int i = 0; i < choices; i++) {
      sum += Math.pow(i + 1, -exponent);
      sums[i] = sum;
    }
    for (int i = 0; i < choices; i++) {
      sums[i] /= sum;
    }
    return sums;
  }

  /** How many there are to choose from. */
  public int choices() {
    return receivers.choices();
  }

  /** Which user or group a message is for; 0 where it is for all. */
  public int choice(long message) {
    if (cumulative.length == 0) {
      return (int) (message % receivers.choices() * stride % receivers.choices());
    }
    double at = (mixed(seed + message) >>> 11) * 0x1p-53;
    int low = 0;
    int high = cumulative.length - 1;
    // Zipf's first ones are most of them.
    if (high > FEW && at <= cumulative[FEW]) {
      high = FEW;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The first device that a message is for; {@link Receivers#perMessage} follow each other. */
  public int firstDevice(long message) {
    return switch (receivers.kind()) {
      case USER -> choice(message) * receivers.devices();
      case GROUP -> choice(message) * receivers.members() * receivers.devices();
      case ALL -> 0;
    };
  }

  public int perMessage() {
    return receivers.perMessage();
  }

  public int devices() {
    return receivers.allDevices();
  }

  /** SplitMix64's finalizer (Steele, Lea and Flood, 2014): near numbers become far ones. */
  private static long mixed(long number) {
    long z = number * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
