package io.tidegate.fanout.topology;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.record.InboxRecords;
import io.tidegate.fanout.record.InboxRecords.Target;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions that one message goes to, gathered over its users so that a worker gets it once with
 * all of them. To be begun anew for every run of users; a user is in a run once, so that nothing of
 * a session overtakes anything.
 */
final class Crowd {
  private final Message message;
  private final Map<Worker, List<Target>> targets = new LinkedHashMap<>();
  private final List<Taken> pending = new ArrayList<>();

  /** Who reads the record, and on which topic. */
  private record Worker(int slot, long incarnation, boolean live) {}

  private record Taken(Worker worker, Target target) {}

  /** A record for a worker. */
  record Gathered(int slot, boolean live, byte[] value) {}

  Crowd(Message message) {
    this.message = message;
  }

  /** Whether it is of the kind that is taken. */
  static boolean takes(Effect effect) {
    return effect instanceof Effect.Deliver || effect instanceof Effect.DeliverLive;
  }

  /**
   * Takes what is sent to the user's sessions, if that is this message and nothing else. It counts
   * once {@link #keep} says so.
   */
  boolean take(UserKey user, List<Effect> effects) {
    pending.clear();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Deliver(SessionRef session, long prev, List<Effect.Sequenced> messages) -> {
          if (messages.size() != 1 || !isOf(messages.getFirst().message())) {
            return refuse();
          }
          add(session, false, user, prev, messages.getFirst().seq());
        }
        case Effect.DeliverLive(SessionRef session, Message sent) -> {
          if (!isOf(sent)) {
            return refuse();
          }
          add(session, true, user, 0, 0);
        }
        case Effect.Attach _, Effect.Kick _, Effect.Reset _ -> {
          return refuse();
        }
        case Effect.Ended _, Effect.Duplicate _, Effect.Reached _ -> {}
        case Effect.Online _, Effect.Announced _ -> {}
      }
    }
    return true;
  }

  private boolean refuse() {
    pending.clear();
    return false;
  }

  private void add(SessionRef session, boolean live, UserKey user, long prev, long seq) {
    pending.add(
        new Taken(
            new Worker(session.slot(), session.incarnation(), live),
            new Target(session.n(), user, prev, seq)));
  }

  /** Whether {@code other} is the message, by what names one. */
  boolean isOf(Message other) {
    return other.id().equals(message.id()) && other.source().equals(message.source());
  }

  /** What was taken last counts. */
  void keep() {
    for (Taken taken : pending) {
      targets.computeIfAbsent(taken.worker(), _ -> new ArrayList<>()).add(taken.target());
    }
    pending.clear();
  }

  /** What was taken last does not count. */
  void discard() {
    pending.clear();
  }

  List<Gathered> gathered() {
    List<Gathered> records = new ArrayList<>();
    targets.forEach(
        (worker, all) -> {
          for (byte[] value : InboxRecords.many(worker.incarnation(), message, all)) {
            records.add(new Gathered(worker.slot(), worker.live(), value));
          }
        });
    return records;
  }
}
