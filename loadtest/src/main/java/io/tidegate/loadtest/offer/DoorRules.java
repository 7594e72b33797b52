package io.tidegate.loadtest.offer;

import java.time.Duration;

/**
 * How requests are made.
 *
 * @param connections at most, 1 to 10,000
 * @param batch messages a request at most
 * @param lingerNanos how long a request waits to be full
 * @param patienceNanos how long after it was due a message is given up that could not be handed in
 */
public record DoorRules(
    int connections, int batch, long lingerNanos, long patienceNanos, Retry retry) {
  /** How long what was refused for now, or could not be handed in, is tried. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * @param again whether what was refused for now is handed in again
   */
  public static DoorRules of(int connections, int batch, Duration linger, boolean again) {
    return new DoorRules(
        connections,
        batch,
        linger.toNanos(),
        PATIENCE.toNanos(),
        new Retry(again ? PATIENCE.toNanos() : 0));
  }
}
