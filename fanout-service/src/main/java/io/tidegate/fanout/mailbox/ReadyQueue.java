package io.tidegate.fanout.mailbox;

/**
 * Where the ready entries of one urgency lie: at numbered places, of which some may be empty, first
 * come first. The places are counted from 0 whenever the queue was empty.
 */
public final class ReadyQueue {
  /** Nothing lies before it. */
  public long head;

  /** The place of the next to come. */
  public long tail;

  public int count;

  long add() {
    count++;
    return tail++;
  }

  void remove(long place) {
    count--;
    if (count == 0) {
      head = 0;
      tail = 0;
    } else if (place == head) {
      head++;
    }
  }
}
