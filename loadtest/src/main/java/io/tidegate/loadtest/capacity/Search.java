package io.tidegate.loadtest.capacity;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which rate to try next: twice as much while it holds, half as much while none has, and then the
 * middle between the highest that held and the lowest that did not, until they are near each other.
 * Then the lowest that did not hold is tried once more, for a service is slower when it has just
 * begun; if it holds now, the search goes on from there.
 */
public final class Search {
  /** Attempts at most. */
  public static final int MOST_STEPS = 20;

  /** None is tried below it; a message may be for everyone. */
  static final double LEAST_RATE = 0.1;

  private final double nearness;
  private final double most;
  private double next;
  private double held;

  /** How often each rate did not hold of which none that is as high did later. */
  private final NavigableMap<Double, Integer> failures = new TreeMap<>();

  private int steps;

  /**
   * @param first rate to try, messages a second
   * @param most rate to try
   * @param nearness how much lower than one that does not hold the result may be, such as 0.1
   */
  public Search(double first, double most, double nearness) {
    this.next = Math.min(first, most);
    this.most = most;
    this.nearness = nearness;
  }

  /** The rate to try. */
  public double next() {
    return next;
  }

  /** Whether there is nothing left to try. */
  public boolean isOver() {
    boolean settled = isNear() && failures.firstEntry().getValue() > 1;
    boolean none = held == 0 && failed() <= LEAST_RATE;
    return settled || none || held >= most || steps >= MOST_STEPS;
  }

  /** What became of {@link #next}. */
  public void tried(boolean holds) {
    steps++;
    if (holds) {
      held = Math.max(held, next);
      failures.headMap(held, true).clear();
    } else {
      failures.merge(next, 1, Integer::sum);
    }
    if (failures.isEmpty()) {
      next = Math.min(most, 2 * held);
    } else if (held == 0) {
      next = Math.max(LEAST_RATE, failed() / 2);
    } else if (isNear()) {
      next = failed();
    } else {
      // Of the ratio: a step is as large a share of what it starts from at either side.
      next = Math.sqrt(held * failed());
    }
  }

  private boolean isNear() {
    return !failures.isEmpty() && held >= failed() * (1 - nearness);
  }

  /** The lowest rate that did not hold; infinite if all did. */
  public double failed() {
    return failures.isEmpty() ? Double.POSITIVE_INFINITY : failures.firstKey();
  }

  /** The highest rate that held; 0 if none did. */
  public double held() {
    return held;
  }
}
