package io.tidegate.ingest.policies;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets those of one tenant go one after the other, and nobody wait for another tenant. Nothing is
 * kept of tenants of whom nobody is here. Safe for use by many threads.
 */
public final class Turns {
  private final ConcurrentHashMap<String, Turn> turns = new ConcurrentHashMap<>();

  /** One tenant's. */
  private static final class Turn {
    private final ReentrantLock lock = new ReentrantLock();

    /** Who has it, and who waits for it; changed by the map's {@code compute} only. */
    private int present;
  }

  /**
   * Waits for the tenant's turn; who got it gives it back with {@link #leave}, on the same thread.
   *
   * @return false if it did not come in time
   */
  public boolean enter(String tenant, Duration patience) throws InterruptedException {
    Turn turn =
        turns.compute(
            tenant,
            (_, there) -> {
              Turn joined = there == null ? new Turn() : there;
              joined.present++;
              return joined;
            });
    boolean entered = false;
    try {
      entered = turn.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
      return entered;
    } finally {
      if (!entered) {
        forget(tenant);
      }
    }
  }

  public void leave(String tenant) {
    Turn turn = turns.get(tenant);
    if (turn == null) {
      throw new IllegalStateException("nobody has the turn");
    }
    turn.lock.unlock();
    forget(tenant);
  }

  private void forget(String tenant) {
    var _ = turns.computeIfPresent(tenant, (_, turn) -> --turn.present == 0 ? null : turn);
  }

  /** Of how many tenants someone has the turn, or waits for it. */
  int tenants() {
    return turns.size();
  }
}
