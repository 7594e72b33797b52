package io.tidegate.fanout.simulation;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.sequencer.UserEvent.Resume;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One worker process: holds connections, drains its slot's inbox to them, keeps nothing. */
final class Worker {
  private static final long FENCE_MILLIS = 10_000;
  private static final long ATTACH_TIMEOUT_MILLIS = 5_000;
  private static final long UNKNOWN = -1;

  final int slot;
  private final World world;
  private final FakeKafka kafka;
  private final Map<Long, Session> sessions = new TreeMap<>();
  private final Map<Session, Deque<UserEvent.Acked>> acks = new LinkedHashMap<>();
  private final Set<SessionRef> reported = new LinkedHashSet<>();
  private long incarnation = UNKNOWN;
  private long inboxPosition = UNKNOWN;
  private long livePosition = UNKNOWN;
  private long workersPosition;
  private long nextSession = 1;
  private long cutOffSince;

  boolean alive = true;
  private boolean cutOff;

  Worker(int slot, World world) {
    this.slot = slot;
    this.world = world;
    this.kafka = world.kafka;
  }

  boolean accepts() {
    return alive && !cutOff && incarnation != UNKNOWN;
  }

  List<Session> sessions() {
    return List.copyOf(sessions.values());
  }

  /** One step of starting, if it has not started. */
  void start() {
    boolean announceFirst = world.mutant == Mutant.SLOT_UP_BEFORE_END_OFFSETS;
    if (cutOff || (incarnation != UNKNOWN && inboxPosition != UNKNOWN)) {
      return;
    }
    if (announceFirst ? incarnation != UNKNOWN : inboxPosition == UNKNOWN) {
      inboxPosition = kafka.inboxes.get(slot).lastStable();
      livePosition = kafka.lives.get(slot).end();
      world.checks.positionCaptured(slot, incarnation, inboxPosition);
    } else {
      incarnation = kafka.workers.append(slot, null);
      workersPosition = incarnation + 1;
      nextSession = 1;
      reported.clear();
      world.trace.add("worker of slot", slot, "is incarnation", incarnation);
    }
  }

  /** What time and the other workers make necessary. */
  void tick() {
    if (cutOff) {
      if (world.clock.steady - cutOffSince >= FENCE_MILLIS) {
        fence();
      }
      return;
    }
    while (incarnation != UNKNOWN && workersPosition < kafka.workers.end()) {
      if (kafka.workers.get(workersPosition++).value() == slot) {
        crash(); // another process has the slot
        return;
      }
    }
    for (Session session : sessions()) {
      if (session.epoch == 0
          && world.clock.steady - session.openedSteady >= ATTACH_TIMEOUT_MILLIS) {
        close(session, CloseCode.ATTACH_TIMEOUT);
      }
    }
  }

  /** Kafka is out of reach, or is there again. */
  void cutOff(boolean now) {
    if (cutOff && !now) {
      tick();
    } else if (!cutOff && now) {
      cutOffSince = world.clock.steady;
    }
    cutOff = now;
  }

  boolean isCutOff() {
    return cutOff;
  }

  private void fence() {
    world.trace.add("worker of slot", slot, "fences itself");
    sessions().forEach(s -> drop(s, CloseCode.FENCED));
    acks.clear();
    incarnation = UNKNOWN;
    inboxPosition = UNKNOWN;
  }

  /** The process is gone, and all that it had not written. */
  void crash() {
    world.trace.add("worker of slot", slot, "incarnation", incarnation, "is gone");
    sessions().forEach(s -> drop(s, CloseCode.GOING_AWAY));
    alive = false;
  }

  void drain() {
    sessions().forEach(s -> close(s, CloseCode.GOING_AWAY));
    flushAcks();
    alive = false;
  }

  Session connect(Client client, int window, @Nullable Resume resume) {
    SessionRef ref = new SessionRef(slot, incarnation, nextSession++);
    Session session = new Session(this, client, ref, world.clock.steady);
    sessions.put(ref.n(), session);
    UserEvent up =
        new UserEvent.SessionUp(
            ref, client.name, window, resume, client.minimum(), world.clock.wall);
    world.trace.add("session", ref, "of", client, "begins", up);
    world.write(client.user, up, World.Care.MAY_BE_LOST);
    return session;
  }

  /** The session ends, whoever wanted it. */
  void close(Session session, CloseCode code) {
    if (session.open) {
      drop(session, code);
      if (alive && !cutOff) {
        world.write(
            session.client.user,
            new UserEvent.SessionDown(session.ref),
            World.Care.MAY_BE_ANYTHING);
      }
    }
  }

  private void drop(Session session, CloseCode code) {
    session.open = false;
    sessions.remove(session.ref.n());
    acks.remove(session);
    session.client.closed(session, code);
  }

  /**
   * The newest stands for those before, but for a refusal.
   *
   * @param refused whether it is of that one message, which the device will never take
   */
  void ack(Session session, long seq, boolean refused) {
    Deque<UserEvent.Acked> before = acks.computeIfAbsent(session, _ -> new ArrayDeque<>());
    if (!before.isEmpty() && !before.getLast().refused()) {
      before.removeLast();
    }
    String device = refused ? session.client.name : null;
    before.add(new UserEvent.Acked(session.ref, session.epoch, seq, device, refused));
  }

  boolean flushAcks() {
    if (cutOff || acks.isEmpty()) {
      return false;
    }
    Map<Integer, List<Input>> batches = new TreeMap<>();
    acks.forEach(
        (session, each) -> {
          UserKey user = session.client.user;
          List<Input> batch =
              batches.computeIfAbsent(user.partition(kafka.partitions()), _ -> new ArrayList<>());
          each.forEach(ack -> batch.add(new Input(user, ack)));
        });
    batches.forEach(
        (p, batch) -> {
          if (!world.writeAcks(p, batch)) {
            acks.keySet().forEach(session -> session.lossy = true);
          }
        });
    acks.clear();
    return true;
  }

  /** Handles at most so many records; whether there was any. */
  boolean poll(int limit) {
    boolean any = false;
    if (!alive || cutOff || incarnation == UNKNOWN || inboxPosition == UNKNOWN) {
      return false;
    }
    boolean dirtyReads = world.mutant == Mutant.READ_UNCOMMITTED_WORKER;
    FakeLog<Command> inbox = kafka.inboxes.get(slot);
    for (int i = 0; i < limit && alive && incarnation != UNKNOWN; i++) {
      if (inboxPosition >= (dirtyReads ? inbox.end() : inbox.lastStable())) {
        break;
      }
      FakeLog.Rec<Command> rec = inbox.get(inboxPosition++);
      any = true;
      if (dirtyReads || !rec.isAborted()) {
        dispatch(rec);
      }
    }
    FakeLog<Command> live = kafka.lives.get(slot);
    for (int i = 0; i < limit && alive && incarnation != UNKNOWN; i++) {
      if (livePosition >= live.end()) {
        break;
      }
      any = true;
      dispatch(live.get(livePosition++));
    }
    return any;
  }

  private void dispatch(FakeLog.Rec<Command> rec) {
    SessionRef ref = rec.value().session();
    if (ref.incarnation() > incarnation) {
      crash();
      return;
    }
    Session session = ref.incarnation() == incarnation ? sessions.get(ref.n()) : null;
    if (session == null) {
      reportUnknown(rec.value().user(), ref);
      return;
    }
    switch (rec.value().effect()) {
      case Effect.Attach attach -> {
        if (session.epoch != 0 && session.epoch != attach.epoch()) {
          // The state was rebuilt: acks under way could not be told apart.
          close(session, CloseCode.SESSION_LOST);
        } else {
          session.epoch = attach.epoch();
          session.frames.add(rec);
        }
      }
      case Effect.Kick kick -> {
        if (world.random.nextBoolean()) {
          session.client.read(session, Integer.MAX_VALUE);
        }
        close(session, kick.code());
      }
      case Effect.Deliver _ -> {
        if (world.isFault(10)) {
          world.trace.add("worker of slot", slot, "loses", rec.value());
          session.lossy = true;
        } else if (session.epoch != 0) {
          session.frames.add(rec);
          if (world.isFault(10)) {
            session.frames.add(rec);
          }
        }
      }
      case Effect.Reset _ -> session.frames.add(rec);
      case Effect.DeliverLive _ -> session.frames.add(rec);
      case Effect.Duplicate _,
          Effect.Reached _,
          Effect.Ended _,
          Effect.Online _,
          Effect.Announced _ ->
          throw new IllegalStateException();
    }
  }

  private void reportUnknown(UserKey user, SessionRef ref) {
    if (reported.add(ref)) {
      world.trace.add("worker of slot", slot, "incarnation", incarnation, "knows no", ref);
      world.write(user, new UserEvent.SessionUnknown(ref), World.Care.WHOLE);
    }
  }
}
