package io.tidegate.client.rule;

import io.tidegate.client.protocol.Transport;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Which transport is next: the best that gets through, and now and then a better one again. Times
 * in milliseconds of any clock that only goes on.
 */
public final class Ladder {
  /** The longest time between two attempts to go back to a better transport. */
  private static final long MOST = 3_600_000;

  /** {@link #climbIn} where there is no better one. */
  public static final long BEST = -1;

  private final List<Transport> transports;
  private final long first;
  private final DoubleSupplier random;
  private int at;
  private long wait;
  private boolean climbs;
  private long climbAt;

  /**
   * @param transports one at least, the best first
   * @param first after how long on a lesser one a better one is tried
   * @param random from 0 up to but not 1
   */
  public Ladder(List<Transport> transports, long first, DoubleSupplier random) {
    this.transports = List.copyOf(transports);
    this.first = first;
    this.random = random;
    this.wait = first;
  }

  public Transport transport() {
    return transports.get(at);
  }

  /** Those that would be better, the best first. */
  public List<Transport> better() {
    return transports.subList(0, at);
  }

  /** This one does not get through; after the last comes the first. */
  public void failed(long now) {
    at = (at + 1) % transports.size();
    if (at == 0) {
      climbs = false;
    } else if (!climbs) {
      later(now);
    }
  }

  /** A session stands. */
  public void welcomed() {
    if (at == 0) {
      wait = first;
    }
  }

  /** A better one is there. */
  public void climb(Transport transport) {
    at = transports.indexOf(transport);
    climbs &= at > 0;
  }

  /** A worker was reached, which may be why the better ones failed: another chance for the best. */
  public void restart() {
    at = 0;
    wait = first;
    climbs = false;
  }

  /** In how long to try a better one; {@link #BEST}: this is the best. */
  public long climbIn(long now) {
    return climbs ? Math.max(0, climbAt - now) : BEST;
  }

  /** A better one is being tried; the next time comes after twice as long, up to an hour. */
  public void tried(long now) {
    wait = Math.min(MOST, 2 * wait);
    later(now);
  }

  /** Give or take a quarter, so that not all try together. */
  private void later(long now) {
    climbs = true;
    climbAt = now + Math.round(wait * (0.75 + random.getAsDouble() / 2));
  }
}
