package io.tidegate.loadtest.devices.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells many that their time has come, cheaply, and as late as one tick. Who is told looks by
 * itself whether anything is to be done. Nanoseconds of any clock that only goes on.
 */
public final class Wheel<T> {
  private final List<List<T>> slots = new ArrayList<>();
  private final long tick;

  /** The tick that is told next. */
  private long next;

  private List<T> spare = new ArrayList<>();

  /**
   * @param tick nanoseconds, 1 or more
   * @param slots how many ticks lie ahead at most, 2 or more
   */
  public Wheel(long tick, int slots, long now) {
    this.tick = tick;
    this.next = Math.floorDiv(now, tick);
    for (int i = 0; i < slots; i++) {
      this.slots.add(new ArrayList<>());
    }
  }

  /** Will be told at {@code due} or within a tick after, but no later than the wheel reaches. */
  public void add(T who, long due) {
    long at = Math.ceilDiv(due, tick);
    long slot = Math.clamp(at, next, next + slots.size() - 1);
    slot(slot).add(who);
  }

  /** Tells those whose tick has come; they may be added again meanwhile. */
  public void advance(long now, Consumer<T> told) {
    long until = Math.floorDiv(now, tick);
    // After a long pause each slot is told once.
    long first = Math.max(next, until - slots.size() + 1);
    for (long at = first; at <= until; at++) {
      next = at + 1;
      List<T> due = slot(at);
      slots.set((int) Math.floorMod(at, (long) slots.size()), spare);
      due.forEach(told);
      due.clear();
      spare = due;
    }
  }

  private List<T> slot(long at) {
    return slots.get((int) Math.floorMod(at, (long) slots.size()));
  }
}
