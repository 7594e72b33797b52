package io.tidegate.loadtest.offer;

import java.time.Duration;

/**
 * How requests are made.
 *
 * @param connections at most, 1 to 10,000
 * @param batch messages a request at most
 * @param lingerNanos how long a request waits to be full
 */
public record DoorRules(int connections, int batch, long lingerNanos, Retry retry) {
  /** How long what was refused for now is handed in again. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * @param again whether what was refused for now is handed in again
   */
  public static DoorRules of(int connections, int batch, Duration linger, boolean again) {
    return new DoorRules(
        connections, batch, linger.toNanos(), new Retry(again ? PATIENCE.toNanos() : 0));
  }
}
