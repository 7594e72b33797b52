package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Urgency;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.store.Keys;
import java.util.List;
import java.util.Set;

/**
 * Moves ready entries from the queues of all categories into those of their own. A policy that is
 * changed may want some that there were not before; else what it holds back would hold up others,
 * and what comes later would go before what waits. Until it is done, what comes is put behind the
 * entries that are still to be looked at.
 */
final class Sorting {
  private final Mailbox mailbox;
  private final MailboxState state;
  private final Set<String> separate;

  /**
   * @param separate categories that may be held back alone
   */
  Sorting(Mailbox mailbox, MailboxState state, Set<String> separate) {
    this.mailbox = mailbox;
    this.state = state;
    this.separate = separate;
  }

  /** Looks at {@code limit} entries at the most; says whether that was all. */
  boolean run(int limit) {
    if (state.separated != separate.hashCode()) {
      state.separated = separate.hashCode();
      for (Urgency urgency : Urgency.ALL) {
        ReadyQueue queue = state.queues.shared(urgency);
        queue.unsorted = queue.count == 0 || separate.isEmpty() ? ReadyQueue.SORTED : queue.head;
      }
    }
    int left = limit;
    for (Urgency urgency : Urgency.ALL) {
      ReadyQueue queue = state.queues.shared(urgency);
      if (queue.unsorted != ReadyQueue.SORTED) {
        left -= sort(queue, left);
        if (queue.unsorted != ReadyQueue.SORTED) {
          return false;
        }
      }
    }
    return true;
  }

  /** Says how many were looked at. */
  private int sort(ReadyQueue queue, int limit) {
    List<Located> found = mailbox.inQueue(queue, Math.max(queue.unsorted, queue.head), limit);
    for (Located each : found) {
      queue.unsorted = Keys.number(each.key()) + 1;
      String category = each.entry().message().category();
      if (category != null && separate.contains(category)) {
        ReadyQueue own = state.queues.queue(queue.urgency, category);
        if (own != queue) {
          mailbox.requeue(each, own);
        }
      }
    }
    if (found.size() < limit) {
      queue.unsorted = ReadyQueue.SORTED;
    }
    return found.size();
  }
}
