package io.tidegate.delivery.session;

import java.time.Duration;

/**
 * How the sessions of a worker that stops are sent to the others: closed at an even pace, and asked
 * to come again after a random time, so that about a set number a second begin elsewhere. The
 * closes alone see to that where there is time for it, and then nobody is away for longer than it
 * takes to connect; where there is not, what is missing is made up for by the random time, since
 * two even spreads that overlap are nowhere denser than the longer one alone.
 *
 * @param closing over which the closes are spread, from the goaway on
 * @param retryLeast after its close a client comes again at the earliest
 * @param retryMost at the latest
 */
public record DeparturePlan(Duration closing, Duration retryLeast, Duration retryMost) {
  private static final Duration LEAST = Duration.ofMillis(250);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** Nobody is asked to be away for longer, whatever the pace. */
  public static final Duration LONGEST = Duration.ofSeconds(30);

  /**
   * @param sessions 0 or more
   * @param time for all closes at most
   * @param perSecond that may begin elsewhere, 1 or more
   */
  public static DeparturePlan of(int sessions, Duration time, int perSecond) {
    Duration needed = Duration.ofNanos(sessions * 1_000_000_000L / perSecond);
    if (needed.compareTo(time) <= 0) {
      return new DeparturePlan(needed, LEAST, LEAST.plus(SHORT));
    }
    Duration spread = least(most(needed, SHORT), LONGEST.minus(LEAST));
    return new DeparturePlan(time, LEAST, LEAST.plus(spread));
  }

  /**
   * How many sessions are to be closed by the end of a round, so that each round has its share.
   *
   * @param round from 1
   * @param rounds 1 or more
   */
  public static int closedBy(long round, long rounds, int sessions) {
    return (int) Math.ceilDiv(sessions * Math.min(round, rounds), rounds);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
