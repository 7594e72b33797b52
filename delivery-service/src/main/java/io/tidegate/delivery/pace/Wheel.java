package io.tidegate.delivery.pace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One timer for many: who is due is told, within a tick after. A hashed wheel; who is due later
 * than it goes round stays in its place for another round. Not thread-safe.
 *
 * @param <T> who waits
 */
public final class Wheel<T> {
  private record Entry<T>(T who, long dueNanos) {}

  private final long tickNanos;
  private final List<List<Entry<T>>> slots;
  private long tick;
  private int size;

  /**
   * @param slots how many ticks it takes to go round
   */
  public Wheel(long tickNanos, int slots, long nowNanos) {
    this.tickNanos = tickNanos;
    this.tick = Math.floorDiv(nowNanos, tickNanos);
    this.slots = new ArrayList<>(slots);
    for (int i = 0; i < slots; i++) {
      this.slots.add(new ArrayList<>(0));
    }
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public void add(T who, long dueNanos) {
    // Not a tick that was looked at already.
    long at = Math.max(tick + 1, Math.ceilDiv(dueNanos, tickNanos));
    slots.get((int) Math.floorMod(at, (long) slots.size())).add(new Entry<>(who, dueNanos));
    size++;
  }

  /** Tells of everyone who is due, who may be added again. */
  public void advance(long nowNanos, Consumer<T> due) {
    long to = Math.floorDiv(nowNanos, tickNanos);
    long from = Math.max(tick + 1, to - slots.size() + 1);
    tick = Math.max(tick, to);
    for (long at = from; at <= to; at++) {
      List<Entry<T>> slot = slots.get((int) Math.floorMod(at, (long) slots.size()));
      if (slot.isEmpty()) {
        continue;
      }
      List<Entry<T>> all = List.copyOf(slot);
      slot.clear();
      for (Entry<T> entry : all) {
        if (entry.dueNanos() - nowNanos > 0) {
          slot.add(entry);
        } else {
          size--;
          due.accept(entry.who());
        }
      }
    }
  }
}
