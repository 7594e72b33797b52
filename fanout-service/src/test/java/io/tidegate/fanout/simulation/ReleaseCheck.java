package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.fanout.pace.NaivePace;
import io.tidegate.fanout.pace.NaivePace.Says;
import io.tidegate.fanout.pace.NaivePace.View;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.simulation.HeldPolicies.Held;
import io.tidegate.fanout.simulation.MailboxModel.Queue;
import io.tidegate.fanout.simulation.MailboxModel.Waiting;
import io.tidegate.fanout.simulation.PaceChecks.Model;
import io.tidegate.fanout.state.UserRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks along the queues of one user, the most urgent first, and finds what one event released in
 * that order and in pushes as the policy wants them, and no reason to release what it left.
 */
final class ReleaseCheck {
  private static final long HORIZON_MILLIS = 9 * 86_400_000L;

  /** As long may pressure hold a message that could go, before it is looked at again. */
  private static final long PRESSED_MILLIS = 11_000;

  private final Held held;
  private final Model model;
  private final MailboxModel mailbox;
  private final Fact fact;
  private final NaivePace.Time now;
  private final Deque<Released> released = new ArrayDeque<>();
  private final Deque<Outcome> refused = new ArrayDeque<>();

  /** So many messages may come to their end: those beyond it wait for another turn. */
  private final int mostEnds;

  private int ended;
  private int push;
  private int index;
  private int messages;
  private long bytes;

  /** Left before others went, which may have changed what would be said of them. */
  private final Set<Queue> leftBehind = new HashSet<>();

  /**
   * A message that got its seq.
   *
   * @param push counts the pushes of the event
   */
  private record Released(long seq, int push, Message message) {}

  ReleaseCheck(Held held, Model model, Fact fact, NaivePace.Time now, int mostEnds) {
    this.held = held;
    this.model = model;
    this.mailbox = model.mailbox;
    this.fact = fact;
    this.now = now;
    this.mostEnds = mostEnds;
    this.push = model.pushes++;
    collect();
  }

  /** What two sessions are sent together is one push. */
  private void collect() {
    UserRecord before = fact.before();
    long next = before == null ? 1 : before.getNextSeq();
    TreeMap<Long, Released> all = new TreeMap<>();
    int pushes = 0;
    Message arrived = fact.arrived();
    String live = arrived != null && arrived.isLive() ? arrived.id() : null;
    for (Effect effect : fact.effects()) {
      if (effect instanceof Effect.Deliver deliver) {
        long first = deliver.messages().getFirst().seq();
        long last = deliver.messages().getLast().seq();
        Violation.unless(
            (first < next) == (last < next), 20, deliver, " mixes what was sent with new");
        if (first < next) {
          continue;
        }
        Released same = all.get(first);
        int in = same == null ? pushes++ : same.push;
        for (Effect.Sequenced each : deliver.messages()) {
          Released other = all.put(each.seq(), new Released(each.seq(), in, each.message()));
          Violation.unless(other == null || other.push == in, 20, deliver, " joins two pushes");
        }
      } else if (effect instanceof Effect.Ended(Outcome o)) {
        if (o.reason() == Reason.POLICY && !o.messageId().equals(live)) {
          refused.add(o);
          ended++;
        } else if (o.reason() == Reason.TTL) {
          ended++;
        }
      }
    }
    released.addAll(all.values());
  }

  void run() {
    for (int position = Urgency.HIGH.position(); position >= 0; position--) {
      Set<Queue> lines = new HashSet<>(mailbox.heads().keySet());
      Urgency urgency = Urgency.at(position);
      lines.removeIf(queue -> queue.urgency() != urgency);
      walk(lines);
    }
    Violation.unless(
        released.isEmpty() && refused.isEmpty(),
        12,
        fact.user(),
        " was sent out of order: ",
        released,
        refused,
        " ",
        mailbox.heads());
    filled();
    progress();
  }

  private void walk(Set<Queue> lines) {
    while (!released.isEmpty() || !refused.isEmpty()) {
      Map.Entry<Queue, Waiting> head = null;
      for (Map.Entry<Queue, Waiting> each : mailbox.heads().entrySet()) {
        if (lines.contains(each.getKey())
            && (head == null || each.getValue().arrival() < head.getValue().arrival())) {
          head = each;
        }
      }
      if (head == null) {
        return;
      }
      if (!step(head.getKey(), head.getValue())) {
        lines.remove(head.getKey());
      }
    }
  }

  /** Whether the message went, or came to its end. */
  private boolean step(Queue queue, Waiting waiting) {
    Message message = waiting.message();
    if (isFull(message)) {
      push = model.pushes++;
      index++;
      messages = 0;
      bytes = 0;
    }
    Released next = released.peek();
    Outcome end = refused.peek();
    if (next != null && next.message.id().equals(message.id())) {
      released.remove();
      went(waiting, next);
    } else if (end != null && end.messageId().equals(message.id())) {
      refused.remove();
      refused(queue, waiting, end);
    } else {
      Violation.unless(
          message.expiryMillis() > now.wall(), 3, fact.user(), " keeps what expired: ", waiting);
      if (!isPressed(queue.urgency())) { // else the policy may not have been asked
        mayWait(push, queue, waiting);
      }
      leftBehind.add(queue);
      return false;
    }
    mailbox.remove(waiting);
    return true;
  }

  private boolean isFull(Message next) {
    Batch batch = held.policy().batch();
    return messages >= batch.maxMessages()
        || (messages > 0 && bytes + next.payload().length > batch.maxBytes());
  }

  private void went(Waiting waiting, Released sent) {
    Message message = waiting.message();
    Says says = says(push, waiting, now, View.LEAST);
    Violation.unless(
        says == Says.GO,
        20,
        fact.user(),
        " was sent ",
        sent,
        ", but ",
        says,
        " by ",
        held,
        " ",
        model.pace);
    Waiting overtaken = mailbox.overtaken(waiting);
    Violation.unless(
        overtaken == null,
        12,
        fact.user(),
        " was sent ",
        sent,
        " before ",
        overtaken,
        " by ",
        held);
    Violation.unless(
        sent.push == index,
        20,
        fact.user(),
        " was sent ",
        sent,
        " and not in push ",
        index,
        " of ",
        held);
    String wrong = model.pace.sent(push, message.urgency(), message.category(), now);
    Violation.unless(wrong == null, 20, fact.user(), " was sent ", wrong);
    messages++;
    bytes += message.payload().length;
  }

  private void refused(Queue queue, Waiting waiting, Outcome outcome) {
    TurnCheck.byThePolicy(held, outcome);
    Outcome.Rule rule = outcome.rule();
    OnExceed onExceed = outcome.kind() == Kind.DROPPED ? OnExceed.DROP : OnExceed.COLLAPSE;
    Says least = says(-1, waiting, now, View.LEAST);
    Violation.unless(
        rule != null
            && model.pace.mayRefuse(
                rule.name(), onExceed, queue.urgency(), waiting.message().category(), now)
            && least != Says.HELD
            && (least != Says.DROP || onExceed == OnExceed.DROP),
        20,
        fact.user(),
        " is refused for nothing: ",
        outcome,
        " by ",
        held,
        " ",
        model.pace);
    if (outcome.kind() == Kind.COLLAPSED) {
      Waiting newer = mailbox.second(queue);
      Violation.unless(
          newer != null && newer.message().id().equals(outcome.replacedBy()),
          20,
          fact.user(),
          " collapses into another than the next: ",
          outcome,
          " ",
          newer);
    }
  }

  private Says says(int in, Waiting waiting, NaivePace.Time at, View view) {
    Message message = waiting.message();
    return model.pace.says(in, message.urgency(), message.category(), waiting.ready(), at, view);
  }

  /** Something may hold it, and nothing is to end it. */
  private void mayWait(int in, Queue queue, Waiting waiting) {
    Says most = says(in, waiting, now, View.MOST);
    Violation.unless(
        most != Says.GO,
        22,
        fact.user(),
        " could be sent ",
        waiting,
        " by ",
        held,
        " ",
        model.pace);
    Violation.unless(
        (in >= 0 && ended >= mostEnds) || !ends(queue, waiting, now),
        20,
        fact.user(),
        " keeps ",
        waiting,
        ", which is ",
        most,
        " by ",
        held);
  }

  /** Pressure may have held it; for whom it did, its own tests say. */
  private boolean isPressed(Urgency urgency) {
    return Pressure.share(urgency, fact.pressure().most()) < 1;
  }

  private boolean ends(Queue queue, Waiting waiting, NaivePace.Time at) {
    Says most = says(-1, waiting, at, View.MOST);
    return most == says(-1, waiting, at, View.LEAST)
        && !leftBehind.contains(queue)
        && (most == Says.DROP || (most == Says.COLLAPSE && mailbox.second(queue) != null));
  }

  /** The last push took along whatever could go in it. */
  private void filled() {
    UserRecord after = fact.after();
    if (messages == 0 || after == null) {
      return;
    }
    List<Map.Entry<Queue, Waiting>> left = new ArrayList<>(mailbox.heads().entrySet());
    left.removeIf(head -> leftBehind.contains(head.getKey()));
    left.sort(
        Comparator.comparing((Map.Entry<Queue, Waiting> head) -> head.getKey().urgency())
            .reversed()
            .thenComparingLong(head -> head.getValue().arrival()));
    for (Map.Entry<Queue, Waiting> head : left) {
      Urgency urgency = head.getKey().urgency();
      Waiting next = head.getValue();
      boolean expired = next.message().expiryMillis() <= now.wall();
      if (expired || isFull(next.message()) || !isTaken(urgency, after)) {
        return; // and nothing behind it goes before it
      }
      Violation.unless(
          isPressed(urgency) || says(push, next, now, View.MOST) != Says.GO,
          20,
          fact.user(),
          " is sent a push of ",
          messages,
          " without ",
          next,
          " by ",
          held,
          " ",
          model.pace);
    }
  }

  /** Nothing that could go is left waiting without a wake-up at the exact time. */
  private void progress() {
    UserRecord after = fact.after();
    if (after == null || mailbox.ready() == 0) {
      return;
    }
    long due = after.getDueMillis();
    if (due != 0 && due <= now.wall()) {
      return;
    }
    Map<Queue, Waiting> heads = mailbox.heads();
    heads.keySet().removeIf(queue -> !isTaken(queue.urgency(), after));
    if (due != 0 && due <= now.wall() + PRESSED_MILLIS) {
      heads.keySet().removeIf(queue -> isPressed(queue.urgency()));
    }
    if (heads.isEmpty()) {
      return;
    }
    heads.forEach((queue, waiting) -> mayWait(-1, queue, waiting));
    long horizon = now.wall() + HORIZON_MILLIS;
    for (long millis : model.pace.changes(now, due == 0 ? horizon : Math.min(due - 1, horizon))) {
      heads.forEach((queue, waiting) -> waitsBeyond(millis, queue, waiting, after));
    }
  }

  /** There is a session that has all that went, and wants and has room for more. */
  private static boolean isTaken(Urgency urgency, UserRecord after) {
    return after.getDevicesList().stream()
        .anyMatch(
            d ->
                d.getConnected()
                    && Math.max(d.getSent(), d.getCursor()) == after.getNextSeq() - 1
                    && urgency.position() >= d.getMinUrgency()
                    && d.getSent() - d.getAcked() < d.getWindow());
  }

  private void waitsBeyond(long millis, Queue queue, Waiting waiting, UserRecord after) {
    NaivePace.Time then = now.atWall(millis);
    Violation.unless(
        says(-1, waiting, then, View.MOST) != Says.GO && !ends(queue, waiting, then),
        22,
        fact.user(),
        " could be sent ",
        waiting,
        " at ",
        millis,
        ", it is ",
        now.wall(),
        ": ",
        after,
        held,
        model.pace);
  }
}
