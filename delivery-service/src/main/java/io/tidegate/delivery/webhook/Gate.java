package io.tidegate.delivery.webhook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * How many requests are under way, in all and to each host, and which hosts are left alone. Hosts
 * with something to send get their turn one after the other, so that one with many endpoints does
 * not keep others waiting. For one thread; time is in nanoseconds.
 *
 * @param <T> who waits
 */
public final class Gate<T> {
  /**
   * @param total requests under way at once, 1 or more
   * @param perHost of them to one host
   * @param failures in a row after which a host is left alone
   * @param pause for how long
   */
  public record Bounds(int total, int perHost, int failures, Backoff pause) {}

  /** What becomes of who asks. */
  public sealed interface Verdict {
    /** It goes, and is under way until {@link #done}. */
    record Go() implements Verdict {}

    /** It waits, and is among those that {@link #wake} names when it is its turn. */
    record Queued() implements Verdict {}

    /** The host is left alone until then, at the least; who asks is to ask again. */
    record Open(long untilNanos) implements Verdict {}
  }

  private static final Verdict GO = new Verdict.Go();
  private static final Verdict QUEUED = new Verdict.Queued();

  private final Bounds bounds;
  private final DoubleSupplier chance;
  private final Map<String, Host<T>> hosts = new HashMap<>();

  /** In the order of their turns; each has somebody who waits, or had. */
  private final Set<Host<T>> hungry = new LinkedHashSet<>();

  private int underWay;
  private int open;

  /** One host and port. */
  private static final class Host<T> {
    private final Breaker breaker;
    private final Deque<T> waiting = new ArrayDeque<>();
    private int endpoints;
    private int underWay;

    Host(Breaker breaker) {
      this.breaker = breaker;
    }
  }

  public Gate(Bounds bounds, DoubleSupplier chance) {
    this.bounds = bounds;
    this.chance = chance;
  }

  /** An endpoint there is served from now on. */
  public void join(String host) {
    hosts.computeIfAbsent(
            host, _ -> new Host<>(new Breaker(bounds.failures(), bounds.pause(), chance)))
        .endpoints++;
  }

  /** It is not any more, and asks no more. With the last one all is forgotten. */
  public void part(String host) {
    Host<T> there = at(host);
    if (--there.endpoints == 0 && there.underWay == 0) {
      forget(host, there);
    }
  }

  private void forget(String host, Host<T> gone) {
    setOpen(gone.breaker.state(), Breaker.State.CLOSED);
    hungry.remove(gone);
    hosts.remove(host);
  }

  public Verdict ask(String host, T who, long nowNanos) {
    Host<T> there = at(host);
    if (!there.breaker.permits(nowNanos)) {
      if (there.breaker.state() == Breaker.State.TRYING) {
        there.waiting.add(who);
        return QUEUED;
      }
      return new Verdict.Open(there.breaker.until());
    }
    if (there.underWay >= bounds.perHost() || underWay >= bounds.total()) {
      there.waiting.add(who);
      if (there.underWay < bounds.perHost()) {
        hungry.add(there);
      }
      return QUEUED;
    }
    there.breaker.begun();
    there.underWay++;
    underWay++;
    return GO;
  }

  /** Whether who asks goes at once, and is under way until {@link #done}; it does not wait. */
  public boolean passes(String host) {
    Host<T> there = at(host);
    boolean free =
        there.breaker.state() == Breaker.State.CLOSED
            && there.underWay < bounds.perHost()
            && underWay < bounds.total();
    if (free) {
      there.underWay++;
      underWay++;
    }
    return free;
  }

  /**
   * A request that went has ended.
   *
   * @return whether its host is left alone from now on
   */
  public boolean done(String host, Result result, long nowNanos) {
    Host<T> there = left(host);
    Breaker.State before = there.breaker.state();
    boolean opened = false;
    if (result.isAlive()) {
      there.breaker.succeeded();
    } else {
      opened = there.breaker.failed(nowNanos);
    }
    setOpen(before, there.breaker.state());
    settle(host, there);
    return opened;
  }

  /** A request that went was given up, by who sent it. */
  public void gaveUp(String host, long nowNanos) {
    Host<T> there = left(host);
    there.breaker.gaveUp(nowNanos);
    settle(host, there);
  }

  private Host<T> left(String host) {
    Host<T> there = at(host);
    there.underWay--;
    underWay--;
    return there;
  }

  private void settle(String host, Host<T> there) {
    if (there.endpoints == 0 && there.underWay == 0) {
      forget(host, there);
    } else if (!there.waiting.isEmpty()) {
      hungry.add(there);
    }
  }

  /** Those whose turn it may be: each is to {@link #ask} again, or to let it be. */
  public List<T> wake() {
    List<T> woken = new ArrayList<>();
    int room = bounds.total() - underWay;
    while (room > woken.size() && !hungry.isEmpty()) {
      Host<T> next = hungry.iterator().next();
      hungry.remove(next);
      T who = next.waiting.poll();
      if (who != null) {
        woken.add(who);
        if (!next.waiting.isEmpty()) {
          hungry.add(next);
        }
      }
    }
    return woken;
  }

  private void setOpen(Breaker.State before, Breaker.State after) {
    open += (after == Breaker.State.CLOSED ? 0 : 1) - (before == Breaker.State.CLOSED ? 0 : 1);
  }

  private Host<T> at(String host) {
    Host<T> there = hosts.get(host);
    if (there == null) {
      throw new IllegalStateException("nobody is served at that host");
    }
    return there;
  }

  public int underWay() {
    return underWay;
  }

  /** How many hosts are left alone, or are being tried. */
  public int open() {
    return open;
  }

  public int hosts() {
    return hosts.size();
  }
}
