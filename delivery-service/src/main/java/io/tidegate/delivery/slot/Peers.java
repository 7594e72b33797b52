package io.tidegate.delivery.slot;

import java.util.HashMap;
import java.util.Map;

/**
 * How many connections the other workers have, as their heartbeats say. Belongs to the thread that
 * reads them. At most {@value #MOST} are remembered; those beyond are as if they were not there.
 */
public final class Peers {
  private static final int MOST = 4_096;

  private final long forgetNanos;
  private final Map<String, Seen> seen = new HashMap<>();

  private record Seen(int connections, long atNanos) {}

  /**
   * @param forgetNanos after which a worker that says nothing is not there
   */
  public Peers(long forgetNanos) {
    this.forgetNanos = forgetNanos;
  }

  /**
   * A heartbeat of another slot.
   *
   * @param connections of its worker
   */
  public void saw(String slot, int connections, long nowNanos) {
    if (seen.size() < MOST || seen.containsKey(slot)) {
      seen.put(slot, new Seen(connections, nowNanos));
    }
  }

  /** That worker takes no more connections for now. */
  public void left(String slot) {
    seen.remove(slot);
  }

  /** The fewest that one of them has; {@link Integer#MAX_VALUE} where there is no other. */
  public int fewest(long nowNanos) {
    seen.values().removeIf(each -> nowNanos - each.atNanos() >= forgetNanos);
    return seen.values().stream().mapToInt(Seen::connections).min().orElse(Integer.MAX_VALUE);
  }
}
