package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What of one user's messages has no seq yet, and in which order it should go. */
final class MailboxModel {
  /**
   * A message that waits.
   *
   * @param arrival counts the user's messages
   * @param due when it gets ready
   * @param ready when it arrived, or its instant came if that is later
   */
  record Waiting(Message message, long arrival, long due, long ready) {}

  /** What can be held back together: an urgency, and a category that has rules of its own. */
  record Queue(Urgency urgency, @Nullable String category) {}

  private static final Comparator<Waiting> SCHEDULE =
      Comparator.comparingLong(Waiting::due).thenComparingLong(Waiting::arrival);

  private final TreeSet<Waiting> scheduled = new TreeSet<>(SCHEDULE);
  private final Map<Queue, Deque<Waiting>> queues = new LinkedHashMap<>();
  private Set<String> separate = Set.of();

  /** How many of a queue, from the first on, lie there because they belong there. */
  private final Map<Queue, Integer> sorted = new HashMap<>();

  private long arrivals;

  int scheduled() {
    return scheduled.size();
  }

  int ready() {
    return queues.values().stream().mapToInt(Deque::size).sum();
  }

  boolean isScheduled(Waiting waiting) {
    return scheduled.contains(waiting);
  }

  @Nullable Waiting firstScheduled() {
    return scheduled.isEmpty() ? null : scheduled.first();
  }

  /** What is first in each queue that is not empty. */
  Map<Queue, Waiting> heads() {
    Map<Queue, Waiting> heads = new LinkedHashMap<>();
    queues.forEach((queue, line) -> heads.put(queue, line.getFirst()));
    return heads;
  }

  /** A message of the same urgency and category that came before, and was not to go later. */
  @Nullable Waiting overtaken(Waiting by) {
    if (by.message().deliverAtMillis() > 0) {
      return null;
    }
    return queues.values().stream()
        .flatMap(Deque::stream)
        .filter(other -> other.message().deliverAtMillis() == 0)
        .filter(other -> other.arrival() < by.arrival())
        .filter(other -> other.message().urgency() == by.message().urgency())
        .filter(other -> Objects.equals(other.message().category(), by.message().category()))
        .findFirst()
        .orElse(null);
  }

  /** The one behind the first of a queue. */
  @Nullable Waiting second(Queue queue) {
    Iterator<Waiting> line = queues.getOrDefault(queue, new ArrayDeque<>()).iterator();
    if (line.hasNext()) {
      line.next();
    }
    return line.hasNext() ? line.next() : null;
  }

  /**
   * Other categories may have queues of their own now: what waits is sorted again, a few at a time.
   */
  void sort(Set<String> nowSeparate, int limit) {
    if (!nowSeparate.equals(separate)) {
      separate = nowSeparate;
      sorted.clear();
      if (!separate.isEmpty()) {
        queues.keySet().stream().filter(q -> q.category == null).forEach(q -> sorted.put(q, 0));
      }
    }
    int left = limit;
    for (Urgency urgency : Urgency.values()) {
      Queue shared = new Queue(urgency, null);
      Integer done = sorted.get(shared);
      if (done == null) {
        continue;
      }
      List<Waiting> look =
          queues.getOrDefault(shared, new ArrayDeque<>()).stream().skip(done).limit(left).toList();
      for (Waiting each : look) {
        String category = each.message().category();
        if (category != null && separate.contains(category)) {
          remove(each);
          queues.computeIfAbsent(new Queue(urgency, category), _ -> new ArrayDeque<>()).add(each);
        } else {
          sorted.merge(shared, 1, Integer::sum);
        }
      }
      if (look.size() < left) {
        sorted.remove(shared);
      }
      left -= look.size();
      if (sorted.containsKey(shared)) {
        return;
      }
    }
  }

  /** Makes ready whose instant has come, the earliest first. */
  void promote(long now, int limit, Consumer<Waiting> promoted) {
    for (int i = 0; i < limit && !scheduled.isEmpty() && scheduled.first().due() <= now; i++) {
      Waiting next = scheduled.removeFirst();
      enqueue(next);
      promoted.accept(next);
    }
  }

  /**
   * @param isScheduled where it was put
   */
  Waiting add(Message message, long now, boolean isScheduled) {
    long due = Math.max(message.deliverAtMillis(), now);
    Waiting waiting = new Waiting(message, arrivals++, due, due);
    if (isScheduled) {
      scheduled.add(waiting);
    } else {
      enqueue(waiting);
    }
    return waiting;
  }

  private void enqueue(Waiting waiting) {
    Message message = waiting.message();
    String category = message.category();
    boolean isSorted = !sorted.containsKey(new Queue(message.urgency(), null));
    boolean alone = category != null && separate.contains(category) && isSorted;
    Queue queue = new Queue(message.urgency(), alone ? category : null);
    queues.computeIfAbsent(queue, _ -> new ArrayDeque<>()).add(waiting);
  }

  /**
   * Those of that id, which may have come again long after the first: those that are ready first.
   */
  List<Waiting> find(String id) {
    List<Waiting> found = new ArrayList<>();
    queues.values().forEach(line -> line.stream().filter(w -> is(w, id)).forEach(found::add));
    found.sort(Comparator.comparingLong(Waiting::arrival));
    scheduled.stream().filter(w -> is(w, id)).forEach(found::add);
    return found;
  }

  private static boolean is(Waiting waiting, String id) {
    return waiting.message().id().equals(id);
  }

  void remove(Waiting waiting) {
    if (scheduled.remove(waiting)) {
      return;
    }
    queues.forEach(
        (queue, line) -> {
          int place = List.copyOf(line).indexOf(waiting);
          if (line.remove(waiting)) {
            sorted.computeIfPresent(queue, (_, done) -> place < done ? done - 1 : done);
          }
        });
    queues.values().removeIf(Deque::isEmpty);
    sorted.keySet().retainAll(queues.keySet());
  }
}
