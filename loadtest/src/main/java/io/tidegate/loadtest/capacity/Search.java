package io.tidegate.loadtest.capacity;

/**
 * Which rate to try next: twice as much while it holds, half as much while none has, and then the
 * middle between the highest that held and the lowest that did not, until they are near each other.
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
  private double failed = Double.POSITIVE_INFINITY;
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

  /** Whether there is something left to try. */
  public boolean isOver() {
    boolean near = failed < Double.POSITIVE_INFINITY && held >= failed * (1 - nearness);
    boolean none = held == 0 && failed <= LEAST_RATE;
    return near || none || held >= most || steps >= MOST_STEPS;
  }

  /** What became of {@link #next}. */
  public void tried(boolean holds) {
    steps++;
    if (holds) {
      held = Math.max(held, next);
    } else {
      failed = Math.min(failed, next);
    }
    if (failed == Double.POSITIVE_INFINITY) {
      next = Math.min(most, 2 * held);
    } else if (held == 0) {
      next = Math.max(LEAST_RATE, failed / 2);
    } else {
      // Of the ratio: a step is as large a share of what it starts from at either side.
      next = Math.sqrt(held * failed);
    }
  }

  /** The highest rate that held; 0 if none did. */
  public double held() {
    return held;
  }
}
