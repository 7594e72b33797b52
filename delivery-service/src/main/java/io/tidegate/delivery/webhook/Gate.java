package io.tidegate.delivery.webhook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are under way, in all and of each tenant to each host, and which hosts are left
 * alone. What one tenant meets at a host says nothing to another. Tenants with something to send
 * get their turn one after the other, and so do the hosts of each, so that neither many endpoints
 * at one host nor many hosts of one tenant keep others waiting. For one thread; time is in
 * nanoseconds.
 *
 * @param <T> who waits
 */
public final class Gate<T> {
  /** A host and port, and whose endpoints there are meant. */
  public record Place(String tenant, String host) {}

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
  private final Map<Place, Host<T>> hosts = new HashMap<>();

  /** Those of tenants with hungry hosts, in the order of their turns. */
  private final Map<String, Set<Host<T>>> hungry = new LinkedHashMap<>();

  private int underWay;
  private int open;

  /**
   * One host and port of one tenant. It is hungry while somebody waits and it could have one more
   * under way, or has to be told that it is left alone.
   */
  private static final class Host<T> {
    private final String tenant;
    private final Breaker breaker;
    private final Deque<T> waiting = new ArrayDeque<>();
    private int endpoints;
    private int underWay;

    /** In the turn that is being given. */
    private int woken;

    Host(Place place, Breaker breaker) {
      this.tenant = place.tenant();
      this.breaker = breaker;
    }
  }

  public Gate(Bounds bounds, DoubleSupplier chance) {
    this.bounds = bounds;
    this.chance = chance;
  }

  /** An endpoint there is served from now on. */
  public void join(Place host) {
    hosts.computeIfAbsent(
            host, _ -> new Host<>(host, new Breaker(bounds.failures(), bounds.pause(), chance)))
        .endpoints++;
  }

  /** It is not any more, and asks no more. With the last one all is forgotten. */
  public void part(Place host) {
    Host<T> there = at(host);
    if (--there.endpoints == 0 && there.underWay == 0) {
      forget(host, there);
    }
  }

  private void forget(Place host, Host<T> gone) {
    setOpen(gone.breaker.state(), Breaker.State.CLOSED);
    sated(gone);
    hosts.remove(host);
  }

  public Verdict ask(Place host, T who, long nowNanos) {
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
        hungers(there);
      }
      return QUEUED;
    }
    there.breaker.begun();
    there.underWay++;
    underWay++;
    return GO;
  }

  /** Whether who asks goes at once, and is under way until {@link #done}; it does not wait. */
  public boolean passes(Place host) {
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
  public boolean done(Place host, Result result, long nowNanos) {
    Host<T> there = left(host);
    Breaker.State before = there.breaker.state();
    boolean opened = false;
    if (result.isOurs()) {
      there.breaker.gaveUp(nowNanos);
    } else if (result.isAlive()) {
      there.breaker.succeeded();
    } else {
      opened = there.breaker.failed(nowNanos);
    }
    setOpen(before, there.breaker.state());
    settle(host, there);
    return opened;
  }

  /** A request that went was given up, by who sent it. */
  public void gaveUp(Place host, long nowNanos) {
    Host<T> there = left(host);
    there.breaker.gaveUp(nowNanos);
    settle(host, there);
  }

  private Host<T> left(Place host) {
    Host<T> there = at(host);
    there.underWay--;
    underWay--;
    return there;
  }

  private void settle(Place host, Host<T> there) {
    if (there.endpoints == 0 && there.underWay == 0) {
      forget(host, there);
    } else if (!there.waiting.isEmpty()) {
      hungers(there);
    }
  }

  private void hungers(Host<T> host) {
    hungry.computeIfAbsent(host.tenant, _ -> new LinkedHashSet<>()).add(host);
  }

  private void sated(Host<T> host) {
    Set<Host<T>> others = hungry.get(host.tenant);
    if (others != null) {
      others.remove(host);
      if (others.isEmpty()) {
        hungry.remove(host.tenant);
      }
    }
  }

  /**
   * Those whose turn it may be: each is to {@link #ask} again, or to let it be. None waits any
   * more, and no more are named than may go now, beside those whose host is left alone. Where some
   * let it be, others have their turn: the next call names them, until one names nobody.
   */
  public List<T> wake(long nowNanos) {
    List<T> woken = new ArrayList<>();
    List<Host<T>> served = new ArrayList<>();
    int room = bounds.total() - underWay;
    if (room <= 0) {
      return woken;
    }
    for (Host<T> next = turn(); next != null; next = room > 0 ? turn() : null) {
      int more = capacity(next, nowNanos);
      if (more == 0 && isLeftAlone(next, nowNanos)) {
        woken.addAll(next.waiting); // to hear for how long
        next.waiting.clear();
      } else if (more > 0 && !next.waiting.isEmpty()) {
        served.add(next);
        if (next.woken < more) {
          woken.add(next.waiting.remove());
          next.woken++;
          room--;
          hungers(next);
        }
      }
    }
    for (Host<T> one : served) {
      one.woken = 0;
      if (!one.waiting.isEmpty()) {
        hungers(one);
      }
    }
    return woken;
  }

  /** The next host of the next tenant, neither of whom is hungry then; null: there is none. */
  private @Nullable Host<T> turn() {
    var tenants = hungry.entrySet().iterator();
    if (!tenants.hasNext()) {
      return null;
    }
    var tenant = tenants.next();
    tenants.remove();
    Iterator<Host<T>> turns = tenant.getValue().iterator();
    Host<T> next = turns.next();
    turns.remove();
    if (turns.hasNext()) {
      hungry.put(tenant.getKey(), tenant.getValue()); // last, from now on
    }
    return next;
  }

  /** How many requests more may go there, whatever goes elsewhere. */
  private int capacity(Host<T> host, long nowNanos) {
    return switch (host.breaker.state()) {
      case CLOSED -> Math.max(0, bounds.perHost() - host.underWay);
      case OPEN -> host.breaker.permits(nowNanos) && host.underWay < bounds.perHost() ? 1 : 0;
      case TRYING -> 0;
    };
  }

  private boolean isLeftAlone(Host<T> host, long nowNanos) {
    return host.breaker.state() == Breaker.State.OPEN && !host.breaker.permits(nowNanos);
  }

  private void setOpen(Breaker.State before, Breaker.State after) {
    open += (after == Breaker.State.CLOSED ? 0 : 1) - (before == Breaker.State.CLOSED ? 0 : 1);
  }

  private Host<T> at(Place host) {
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
