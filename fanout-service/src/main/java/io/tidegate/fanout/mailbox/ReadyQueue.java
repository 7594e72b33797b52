package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Urgency;
import org.jspecify.annotations.Nullable;

/**
 * Where ready entries of one urgency lie that nothing can hold back one without the others: at
 * numbered places, of which some may be empty, first come first. The places are counted from 0
 * whenever the queue was empty.
 */
public final class ReadyQueue {
  public static final long SORTED = -1;

  /** Of its entries' keys, 0 to 255. */
  public final int id;

  public final Urgency urgency;

  /** The category that has the queue for itself; null for all that have none of their own. */
  public final @Nullable String category;

  /** Nothing lies before it. */
  public long head;

  /** The place of the next to come. */
  public long tail;

  public int count;

  /** From there on entries may belong into other queues; {@link #SORTED}: none does. */
  public long unsorted = SORTED;

  ReadyQueue(int id, Urgency urgency, @Nullable String category) {
    this.id = id;
    this.urgency = urgency;
    this.category = category;
  }

  long add() {
    count++;
    return tail++;
  }

  void remove(long place) {
    count--;
    if (count == 0) {
      head = 0;
      tail = 0;
      unsorted = SORTED;
    } else if (place == head) {
      head++;
    }
  }
}
