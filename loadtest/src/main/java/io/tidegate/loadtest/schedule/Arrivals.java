package io.tidegate.loadtest.schedule;

import io.tidegate.loadtest.profile.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * When each message is due, by its number, since the first phase began. Settled before the first is
 * sent, so that nothing a service does can slow it.
 */
public final class Arrivals {
  private static final double NANOS = 1e9;

  private final List<Part> parts = new ArrayList<>();
  private final long messages;

  /** A phase among others. */
  private record Part(long firstMessage, long startNanos, Phase phase) {
    /** Of the message that is the {@code n}th of the phase, from 0. */
    long dueNanos(long n) {
      if (phase.isBurst()) {
        return startNanos;
      }
      double from = phase.fromRate() / NANOS;
      double slope = (phase.toRate() - phase.fromRate()) / NANOS / phase.length().toNanos();
      // By when n have come: from * t + slope / 2 * t^2 = n. This form of the root is exact for a
      // slope of 0, and does not take near numbers from each other for a small one.
      double root = Math.sqrt(Math.max(0, from * from + 2 * slope * n));
      double t = n == 0 ? 0 : 2 * n / (from + root);
      return startNanos + Math.min(Math.round(t), phase.length().toNanos());
    }
  }

  public Arrivals(List<Phase> phases) {
    long message = 0;
    long start = 0;
    for (Phase phase : phases) {
      parts.add(new Part(message, start, phase));
      message += phase.messages();
      start += phase.length().toNanos();
    }
    this.messages = message;
  }

  public long messages() {
    return messages;
  }

  /** Which fall due then or later. */
  public LongPredicate dueFrom(Duration time) {
    long nanos = time.toNanos();
    return message -> dueNanos(message) >= nanos;
  }

  /** How many fall due before that. */
  public long dueBefore(long nanos) {
    long low = 0;
    long high = messages;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (dueNanos(middle) < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * @param message 0 to one less than {@link #messages}; rises with it, or stays
   */
  public long dueNanos(long message) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (parts.get(middle).firstMessage <= message) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Part part = parts.get(low);
    return part.dueNanos(message - part.firstMessage);
  }
}
