package io.tidegate.fanout.simulation;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Effect.Mode;
import io.tidegate.fanout.sequencer.UserEvent.Resume;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One application on one device, with the client rule. Several may use the name of one device, as
 * two tabs of a browser do.
 */
final class Client {
  final int id;
  final UserKey user;
  final String name;

  /** Stores its cursor with the messages; else it has one only while it is connected. */
  final boolean durable;

  /** Is an endpoint, which may never take a message: one in so many; 0: is none. */
  private final int refusesOneIn;

  private final World world;
  private final int window;
  private final int ackEvery;
  private Urgency minimum;

  private long epoch;
  private long last;
  private @Nullable Session session;
  private @Nullable Resume sent;
  private int unacked;

  /** Everything missing up to here has been told. */
  private long told;

  /** What was shown of the epoch that the cursor is in. */
  private final Set<Long> shown = new HashSet<>();

  private final Map<Long, Long> reached = new HashMap<>();
  private @Nullable Resume backup;

  /** Was told not to come back by itself. */
  boolean stopped;

  Client(int id, UserKey user, String name, boolean durable, World world) {
    this.id = id;
    this.user = user;
    this.refusesOneIn = world.refusals.nextInt(4) > 0 ? 0 : world.refusals.nextInt(1, 5);
    this.name = refusesOneIn == 0 ? name : EndpointKey.DEVICE_PREFIX + id;
    this.durable = durable && refusesOneIn == 0;
    this.world = world;
    this.window = world.random.nextInt(3) == 0 ? 256 : world.random.nextInt(1, 8);
    int every = world.random.nextInt(1, 8);
    this.ackEvery = refusesOneIn == 0 ? every : 1;
    this.minimum = anyMinimum();
  }

  /** Most want everything. */
  private Urgency anyMinimum() {
    return world.choosy && world.tastes.nextInt(3) == 0
        ? Urgency.at(world.tastes.nextInt(4))
        : Urgency.VERY_LOW;
  }

  Urgency minimum() {
    return minimum;
  }

  @Nullable Session session() {
    return session;
  }

  boolean isAttached() {
    return session != null && session.epoch != 0;
  }

  long epoch() {
    return epoch;
  }

  long last() {
    return last;
  }

  long told() {
    return told;
  }

  /** Whether every message up to there was once stored here, or was said to be missing. */
  boolean hasReached(long ofEpoch, long seq) {
    return reached.getOrDefault(ofEpoch, -1L) >= seq;
  }

  void connect(Worker worker) {
    if (session != null) {
      return;
    }
    sent = durable && epoch != 0 ? new Resume(epoch, last) : null;
    unacked = 0;
    if (world.tastes.nextInt(6) == 0) {
      minimum = anyMinimum();
    }
    world.checks.minimums.connects(this);
    session = worker.connect(this, window, sent);
  }

  void disconnect(CloseCode code) {
    if (session != null) {
      session.worker.close(session, code);
    }
  }

  void closed(Session ended, CloseCode code) {
    if (ended == session) {
      session = null;
      stopped = code.reconnect() == CloseCode.Reconnect.NEVER;
    }
  }

  /** The device is replaced by one that was restored from a backup. */
  void backUpOrRestore() {
    if (backup == null || session != null || !durable) {
      backup = new Resume(epoch, last);
    } else {
      world.trace.add(this, "is restored from", backup);
      epoch = backup.epoch();
      last = backup.seq();
      shown.removeIf(seq -> seq > last);
      told = Math.min(told, last);
      backup = null;
    }
  }

  /** Reads at most so many frames; whether there was any. */
  boolean read(Session from, int limit) {
    boolean any = false;
    for (int i = 0; i < limit && session == from && !from.frames.isEmpty(); i++) {
      any = true;
      receive(from, from.frames.removeFirst());
    }
    return any;
  }

  /** Acks what it has. */
  boolean ack() {
    if (session == null || unacked == 0) {
      return false;
    }
    unacked = 0;
    session.worker.ack(session, last, false);
    return true;
  }

  private void receive(Session from, FakeLog.Rec<Command> rec) {
    Effect effect = rec.value().effect();
    Violation.unless(
        rec.isReadable() || effect instanceof Effect.DeliverLive,
        10,
        this,
        " received a record that is not committed: ",
        effect);
    switch (effect) {
      case Effect.Attach attach -> welcome(attach, rec.value().told());
      case Effect.Deliver deliver -> push(from, rec, deliver);
      case Effect.Reset reset -> {
        last = reset.seq();
        told = Math.max(told, Math.max(rec.value().told(), last));
        reach();
      }
      case Effect.DeliverLive _,
          Effect.Kick _,
          Effect.Duplicate _,
          Effect.Reached _,
          Effect.Online _,
          Effect.Announced _,
          Effect.Ended _ -> {}
    }
  }

  private void welcome(Effect.Attach attach, long lost) {
    Mode mode = attach.mode();
    Resume resume = sent;
    if (resume != null) {
      Violation.unless(mode != Mode.FRESH, 11, this, " has a cursor and was told FRESH");
      Violation.unless(
          mode == Mode.RESET || resume.epoch() == attach.epoch(),
          11,
          this,
          " resumed ",
          resume,
          " in another epoch without a reset: ",
          attach);
      Violation.unless(
          mode == Mode.RESET || resume.seq() == attach.seq(),
          21,
          this,
          " resumed ",
          resume,
          " and was told to go on from ",
          attach.seq());
    }
    if (epoch != attach.epoch()) {
      shown.clear();
      told = 0;
    }
    epoch = attach.epoch();
    last = attach.seq();
    if (mode != Mode.RESUMED) {
      told = Math.max(told, Math.max(lost, last));
    }
    reach();
  }

  private void push(Session from, FakeLog.Rec<Command> rec, Effect.Deliver deliver) {
    if (deliver.prev() > last) {
      world.trace.add(this, "sees a gap: last", last, "prev", deliver.prev());
      from.worker.close(from, CloseCode.NORMAL);
      stopped = false;
      return;
    }
    for (Effect.Sequenced message : deliver.messages()) {
      long seq = message.seq();
      if (seq <= last) {
        continue;
      }
      if (failsOrIsGone(from)) {
        from.frames.addFirst(rec); // tried again, where the session is still there
        return;
      }
      for (long missing = Math.max(last, told) + 1; missing < seq; missing++) {
        if (durable || !shown.contains(missing)) {
          Violation.unless(
              world.checks.minimums.highest(user, name) != Urgency.VERY_LOW,
              21,
              this,
              " was never told that ",
              missing,
              " is missing before ",
              seq);
          world.checks.minimums.skipped(this, epoch, missing);
        }
      }
      last = seq;
      reach();
      boolean first = shown.add(seq);
      if (refusesOneIn > 0 && world.refusals.nextInt(refusesOneIn) == 0) {
        world.checks.refusals.said(user, epoch, seq);
        unacked = 0;
        from.worker.ack(from, seq, true);
        continue;
      }
      Violation.unless(first || !durable, 9, this, " shows ", seq, " again");
      world.checks.shown(user, epoch, seq, message.message().id());
      unacked++;
    }
    if (unacked >= ackEvery) {
      ack();
    }
  }

  /** An endpoint that answers 5xx, or not in time; or 410, and is sent nothing until it is put. */
  private boolean failsOrIsGone(Session from) {
    if (refusesOneIn == 0 || !world.faulty) {
      return false;
    }
    boolean _ = ack(); // what it took before
    int answer = world.refusals.nextInt(16);
    if (answer == 0) {
      world.trace.add(this, "is gone");
      from.worker.close(from, CloseCode.NORMAL);
      stopped = true;
    }
    return answer < 4;
  }

  private void reach() {
    reached.merge(epoch, last, Math::max);
  }

  @Override
  public String toString() {
    return "client " + id + " (" + user + " " + name + (durable ? ", durable" : "") + ")";
  }
}
