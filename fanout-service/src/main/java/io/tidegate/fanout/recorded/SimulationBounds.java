package io.tidegate.fanout.recorded;

import java.time.Duration;

/**
 * What a simulation may cost the instance that also serves users. Where one is reached, the
 * simulation is cut short and its report says so.
 *
 * @param maxUsers whose messages are taken
 * @param maxKeptBytes of memory, about
 * @param maxReadBytes of keys and values of records
 * @param maxTime from its beginning to its report
 * @param maxSettings characters of users' settings that are kept
 */
public record SimulationBounds(
    int maxUsers, long maxKeptBytes, long maxReadBytes, Duration maxTime, long maxSettings) {

  /**
   * @param heapBytes the most that this JVM takes
   */
  public static SimulationBounds within(long heapBytes) {
    return new SimulationBounds(
        200_000, Math.min(256L << 20, heapBytes / 4), 2L << 30, Duration.ofSeconds(60), 16L << 20);
  }
}
