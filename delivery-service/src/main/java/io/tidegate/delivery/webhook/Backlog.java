package io.tidegate.delivery.webhook;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;

/**
 * What waits for one endpoint in its session, and how many bytes that are. Whoever keeps the sum
 * over all endpoints is told by how much it changes.
 *
 * @param <T> what is posted
 */
public final class Backlog<T> {
  private final Courier.Rules rules;
  private final DoubleSupplier chance;
  private final ToLongFunction<T> size;

  private Courier<T> courier;
  private long bytes;

  /**
   * @param size in bytes, the same each time
   */
  public Backlog(Courier.Rules rules, DoubleSupplier chance, ToLongFunction<T> size) {
    this.rules = rules;
    this.chance = chance;
    this.size = size;
    this.courier = new Courier<>(rules, chance);
  }

  /** Says what is next; another one after {@link #clear}. */
  public Courier<T> courier() {
    return courier;
  }

  public long bytes() {
    return bytes;
  }

  /** Whether more waits than what is being posted. */
  public boolean isMoreThanUnderWay() {
    return courier.size() > (courier.isUnderWay() ? 1 : 0);
  }

  /**
   * They came, in their order.
   *
   * @return bytes more
   */
  public long add(List<Courier.Item<T>> items) {
    long more = 0;
    for (Courier.Item<T> item : items) {
      courier.add(item);
      more += size.applyAsLong(item.what());
    }
    bytes += more;
    return more;
  }

  /**
   * The courier has done with it.
   *
   * @return bytes less
   */
  public long done(Courier.Item<T> item) {
    long less = size.applyAsLong(item.what());
    bytes -= less;
    return less;
  }

  /**
   * The session is over: all of it comes again in the next, whose tries are counted anew.
   *
   * @return bytes less
   */
  public long clear() {
    long less = bytes;
    bytes = 0;
    courier = new Courier<>(rules, chance);
    return less;
  }
}
