package io.tidegate.fanout.mailbox;

import io.tidegate.fanout.mailbox.Mailbox.Located;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ready entries in the order in which they go: most urgent first, then first come. Whoever
 * walks along takes each entry out of the mailbox, or leaves the queue that it is the first of.
 * Queues are read when they are come to: one entry, because it often has to wait, then ever more.
 */
public final class ReleaseOrder {
  private static final int GROWTH = 4;

  private final Mailbox mailbox;
  private final int limit;
  private final List<ReadyQueue> queues;

  /** Into {@link #queues}, which are sorted by urgency: what is behind was not come to yet. */
  private int opened;

  /** Of one urgency. */
  private final List<Line> lines = new ArrayList<>();

  private @Nullable Line current;

  /** What was read of a queue and not taken out yet. */
  private static final class Line {
    final ReadyQueue queue;
    List<Located> read = List.of();
    int at;
    int next = 1;

    Line(ReadyQueue queue) {
      this.queue = queue;
    }

    Located head() {
      return read.get(at);
    }
  }

  /**
   * @param limit how many entries of a queue are read at once, at the most
   */
  ReleaseOrder(Mailbox mailbox, ReadyQueues queues, int limit) {
    this.mailbox = mailbox;
    this.limit = limit;
    this.queues = new ArrayList<>(queues.all());
    this.queues.removeIf(queue -> queue.count == 0);
    this.queues.sort(Comparator.comparing((ReadyQueue queue) -> queue.urgency).reversed());
  }

  /** The entry that goes next; null if all are taken or left. */
  public @Nullable Located peek() {
    if (current == null) {
      lines.removeIf(line -> !hasHead(line));
      if (lines.isEmpty()) {
        openNextUrgency();
      }
      for (Line line : lines) {
        if (current == null || line.head().entry().arrival() < current.head().entry().arrival()) {
          current = line;
        }
      }
    }
    return current == null ? null : current.head();
  }

  /** To be called once the entry is out of its queue. */
  public void taken() {
    current().at++;
    current = null;
  }

  /** The entry waits, and all behind it in its queue. */
  public void leave() {
    lines.remove(current());
    current = null;
  }

  /** The entry behind the one that goes next in the same queue; null if there is none. */
  public @Nullable Located behind() {
    Line line = current();
    if (line.at + 1 < line.read.size()) {
      return line.read.get(line.at + 1);
    }
    List<Located> two = mailbox.firstReady(line.queue, 2);
    return two.size() < 2 ? null : two.get(1);
  }

  private Line current() {
    if (current == null) {
      throw new IllegalStateException("peek comes first");
    }
    return current;
  }

  private void openNextUrgency() {
    while (opened < queues.size()
        && (lines.isEmpty() || lines.getFirst().queue.urgency == queues.get(opened).urgency)) {
      Line line = new Line(queues.get(opened++));
      if (hasHead(line)) {
        lines.add(line);
      }
    }
  }

  private boolean hasHead(Line line) {
    if (line.at == line.read.size()) {
      line.read = mailbox.firstReady(line.queue, line.next);
      line.at = 0;
      line.next = Math.min(line.next * GROWTH, limit);
    }
    return !line.read.isEmpty();
  }
}
