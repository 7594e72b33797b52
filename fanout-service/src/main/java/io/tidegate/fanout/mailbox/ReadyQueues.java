package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Urgency;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one user's ready entries: one per urgency, and one more for each category that a
 * policy may hold back alone, so that it holds up no other. There are at most {@value #MOST}; a
 * category that finds no room joins the others.
 */
public final class ReadyQueues {
  private static final int SHARED = Urgency.ALL.size();
  private static final int MOST = 128;

  private final List<ReadyQueue> queues = new ArrayList<>(SHARED);

  ReadyQueues() {
    for (Urgency urgency : Urgency.ALL) {
      queues.add(new ReadyQueue(urgency.position(), urgency, null));
    }
  }

  /** The lasting ones first, by the position of their urgency. */
  public List<ReadyQueue> all() {
    return Collections.unmodifiableList(queues);
  }

  /** Puts a queue there as it was stored. */
  public ReadyQueue restore(int id, Urgency urgency, @Nullable String category) {
    if (category == null) {
      return shared(urgency);
    }
    ReadyQueue queue = new ReadyQueue(id, urgency, category);
    queues.add(queue);
    return queue;
  }

  /** The one for all that have none of their own. */
  ReadyQueue shared(Urgency urgency) {
    return queues.get(urgency.position());
  }

  int entries() {
    int entries = 0;
    for (ReadyQueue queue : queues) {
      entries += queue.count;
    }
    return entries;
  }

  ReadyQueue withId(int id) {
    for (ReadyQueue queue : queues) {
      if (queue.id == id) {
        return queue;
      }
    }
    throw new IllegalStateException("there is no queue " + id);
  }

  /**
   * @param category null for a message that no rule of its category can hold back
   */
  ReadyQueue queue(Urgency urgency, @Nullable String category) {
    ReadyQueue shared = shared(urgency);
    if (category == null) {
      return shared;
    }
    for (ReadyQueue queue : queues) {
      if (queue.urgency == urgency && Objects.equals(queue.category, category)) {
        return queue;
      }
    }
    forgetEmpty();
    return queues.size() == MOST ? shared : restore(freeId(), urgency, category);
  }

  /** A category that has nothing ready needs no queue. */
  void forgetEmpty() {
    if (queues.size() > SHARED) {
      queues.removeIf(queue -> queue.category != null && queue.count == 0);
    }
  }

  private int freeId() {
    int id = SHARED;
    for (boolean taken = true; taken; ) {
      taken = false;
      for (ReadyQueue queue : queues) {
        if (queue.id == id) {
          taken = true;
          id++;
        }
      }
    }
    return id;
  }
}
