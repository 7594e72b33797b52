package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.state.DeviceRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which seq names which message, and what each session was sent. */
final class SeqBook {
  private record Life(UserKey user, long epoch) {}

  private record Named(Life life, long seq) {}

  private record Order(Life life, int urgency, String category) {}

  /** What one session was sent and has not acked. */
  private static final class Sent {
    long last;
    final TreeSet<Long> unacked = new TreeSet<>();
  }

  private final Map<Named, String> names = new HashMap<>();
  private final Map<Named, String> shown = new HashMap<>();
  private final Map<Order, Long> orders = new HashMap<>();
  private final Map<SessionRef, Sent> sessions = new HashMap<>();

  /** A session is sent a message; says whether the seq is new. */
  boolean name(UserKey user, long epoch, long seq, String id) {
    Named named = new Named(new Life(user, epoch), seq);
    String before = names.putIfAbsent(named, id);
    same(named, before, id);
    same(named, shown.get(named), id);
    return before == null;
  }

  /** A client showed a message; perhaps before the fact that sent it was looked at. */
  void shown(UserKey user, long epoch, long seq, String id) {
    Named named = new Named(new Life(user, epoch), seq);
    same(named, shown.putIfAbsent(named, id), id);
    same(named, names.get(named), id);
  }

  boolean isShown(UserKey user, long epoch, long seq) {
    return shown.containsKey(new Named(new Life(user, epoch), seq));
  }

  private static void same(Named named, @Nullable String before, String id) {
    Violation.unless(
        before == null || before.equals(id), 7, named + " names " + before + " and " + id);
  }

  /** A message got its seq; {@code offset} is where it came in. */
  void ordered(UserKey user, long epoch, Message message, long offset) {
    if (message.deliverAtMillis() > 0) {
      return;
    }
    Order order =
        new Order(
            new Life(user, epoch),
            message.urgency().position(),
            message.category() == null ? "" : message.category());
    Long before = orders.put(order, offset);
    Violation.unless(
        before == null || before < offset,
        12,
        user + " got input " + offset + " after input " + before + " of " + order);
  }

  void attached(SessionRef session, long seq) {
    Sent sent = new Sent();
    sent.last = seq;
    sessions.put(session, sent);
  }

  void reset(Effect.Reset reset) {
    Violation.unless(
        of(reset.session()).last == reset.seq(), 8, reset + " after " + of(reset.session()).last);
  }

  void delivered(Effect.Deliver deliver) {
    Sent sent = of(deliver.session());
    Violation.unless(deliver.prev() == sent.last, 8, deliver + " does not link to " + sent.last);
    for (Effect.Sequenced message : deliver.messages()) {
      Violation.unless(message.seq() > sent.last, 8, deliver + " does not rise");
      sent.last = message.seq();
      sent.unacked.add(message.seq());
    }
  }

  void acked(SessionRef session, long seq) {
    Sent sent = sessions.get(session);
    if (sent != null) {
      sent.unacked.headSet(seq, true).clear();
    }
  }

  void withinWindow(DeviceRecord device, SessionRef session) {
    Sent sent = sessions.get(session);
    Violation.unless(
        sent == null || sent.unacked.size() <= device.getWindow(),
        20,
        session + " has a window of " + device.getWindow() + " and unacked " + of(session).unacked);
  }

  private Sent of(SessionRef session) {
    Sent sent = sessions.get(session);
    if (sent == null) {
      throw new Violation(8, session + " is sent something before it is attached");
    }
    return sent;
  }
}
