package io.tidegate.ingest.admission;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Room of which each tenant has a {@link Part}, and in which who wants more than that waits: among
 * its own whoever drew the earlier ticket goes first, so that what was begun is finished before
 * more is begun, and tenants that wait take turns. Who holds nothing never waits, were there no
 * room left: what bounds all is whatever the room is of. Nothing is kept of tenants that hold
 * nothing. Safe for use by many threads.
 */
public final class SharedRoom {
  /** Nobody waits. */
  public static final SharedRoom UNSHARED = new SharedRoom(1, Part.ALL);

  private static final int MOST_IN_VAIN = 32;

  private final long all;
  private final Part part;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Holder> holders = new HashMap<>();

  /** Those of whom at least one waits. */
  private final Queue<Holder> waiting = new ArrayDeque<>();

  private final AtomicLong tickets = new AtomicLong();
  private long taken;
  private final AtomicLong waits = new AtomicLong();

  private static final class Holder {
    private final PriorityQueue<Waiter> waiters =
        new PriorityQueue<>(Comparator.comparingLong(waiter -> waiter.ticket));
    private long held;
  }

  private static final class Waiter {
    private final long ticket;
    private final long cost;
    private final Condition turn;
    private boolean isIn;

    Waiter(long ticket, long cost, Condition turn) {
      this.ticket = ticket;
      this.cost = cost;
      this.turn = turn;
    }
  }

  /**
   * @param all how much room there is, 1 or more
   */
  public SharedRoom(long all, Part part) {
    this.all = all;
    this.part = part;
  }

  /** For something of which room is taken piece by piece. */
  public long ticket() {
    return part.isAll() ? 0 : tickets.incrementAndGet();
  }

  /**
   * Takes room for the tenant if there is some for it now.
   *
   * @param ticket as that of {@link #enter}
   * @param cost 1 or more; to be given back with {@link #leave}
   * @return false, and nothing is taken, if there is none
   */
  public boolean tryEnter(String tenant, long ticket, long cost) throws InterruptedException {
    if (part.isAll()) {
      return true;
    }
    lock.lockInterruptibly();
    try {
      Holder holder = holders.computeIfAbsent(tenant, _ -> new Holder());
      boolean taken = takeNow(holder, ticket, cost);
      forgetIfIdle(tenant, holder);
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private boolean takeNow(Holder holder, long ticket, long cost) {
    Waiter first = holder.waiters.peek();
    boolean taken = (first == null || ticket < first.ticket) && allows(holder, cost);
    if (taken) {
      take(holder, cost);
    }
    return taken;
  }

  /**
   * Takes room for the tenant, and waits until there is some.
   *
   * @param ticket of what it is for; with each, one waits at a time
   * @param cost 1 or more; to be given back with {@link #leave}
   * @param waitNanos the longest wait; 0 or less for none
   * @return false, and nothing is taken, if there was none in that time
   */
  public boolean enter(String tenant, long ticket, long cost, long waitNanos)
      throws InterruptedException {
    if (part.isAll()) {
      return true;
    }
    lock.lockInterruptibly();
    try {
      Holder holder = holders.computeIfAbsent(tenant, _ -> new Holder());
      return takeNow(holder, ticket, cost)
          || await(tenant, holder, new Waiter(ticket, cost, lock.newCondition()), waitNanos);
    } finally {
      lock.unlock();
    }
  }

  private boolean await(String tenant, Holder holder, Waiter waiter, long waitNanos)
      throws InterruptedException {
    if (holder.waiters.isEmpty()) {
      waiting.add(holder);
    }
    holder.waiters.add(waiter);
    waits.incrementAndGet();
    try {
      for (long left = waitNanos; !waiter.isIn && left > 0; ) {
        left = waiter.turn.awaitNanos(left);
      }
      return waiter.isIn;
    } catch (InterruptedException e) {
      if (waiter.isIn) {
        giveBack(tenant, holder, waiter.cost);
      }
      throw e;
    } finally {
      if (!waiter.isIn) {
        giveUp(tenant, holder, waiter);
      }
    }
  }

  /** Gives back what {@link #enter} took. */
  public void leave(String tenant, long cost) {
    if (part.isAll()) {
      return;
    }
    lock.lock();
    try {
      Holder holder = holders.get(tenant);
      if (holder == null || holder.held < cost) {
        throw new IllegalStateException("more is given back than was taken");
      }
      giveBack(tenant, holder, cost);
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(String tenant, Holder holder, long cost) {
    holder.held -= cost;
    taken -= cost;
    letIn(holder);
    forgetIfIdle(tenant, holder);
  }

  /** The next of its own may want less. */
  private void giveUp(String tenant, Holder holder, Waiter waiter) {
    holder.waiters.remove(waiter);
    if (holder.waiters.isEmpty()) {
      waiting.remove(holder);
    }
    letIn(holder);
    forgetIfIdle(tenant, holder);
  }

  private void forgetIfIdle(String tenant, Holder holder) {
    if (holder.held == 0 && holder.waiters.isEmpty()) {
      holders.remove(tenant);
    }
  }

  /**
   * Lets in who may come in now, whose room changed first, then others by turns, of whom it looks
   * at so many in vain: whoever waits holds something, and is looked at when that comes back.
   */
  private void letIn(Holder changed) {
    if (!changed.waiters.isEmpty() && letFirstIn(changed)) {
      waiting.remove(changed);
      if (!changed.waiters.isEmpty()) {
        waiting.add(changed);
      }
    }
    for (int inVain = 0; inVain < Math.min(MOST_IN_VAIN, waiting.size()); ) {
      Holder holder = waiting.remove();
      inVain = letFirstIn(holder) ? 0 : inVain + 1;
      if (!holder.waiters.isEmpty()) {
        waiting.add(holder);
      }
    }
  }

  private boolean letFirstIn(Holder holder) {
    Waiter first = holder.waiters.element();
    if (!allows(holder, first.cost)) {
      return false;
    }
    holder.waiters.remove();
    take(holder, first.cost);
    first.isIn = true;
    first.turn.signal();
    return true;
  }

  private boolean allows(Holder holder, long cost) {
    return part.allows(holder.held, cost, Math.max(0, all - taken));
  }

  private void take(Holder holder, long cost) {
    holder.held += cost;
    taken += cost;
  }

  /** How often someone had to wait. */
  public long waits() {
    return waits.get();
  }

  /** How much is taken. */
  public long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** How many tenants hold some of it, or wait for some. */
  public int tenants() {
    lock.lock();
    try {
      return holders.size();
    } finally {
      lock.unlock();
    }
  }
}
