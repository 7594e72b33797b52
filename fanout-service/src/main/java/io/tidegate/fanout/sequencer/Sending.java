package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.mailbox.ReleaseOrder;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.pace.PushGate;
import io.tidegate.fanout.pace.Verdict;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import io.tidegate.fanout.store.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills the windows of a user's sessions: first each session's own backlog of released messages,
 * then, for the sessions that are level with it, messages released now as far as the throttle
 * allows. What a device does not want it passes by, and what none of those wants that have room
 * waits.
 */
final class Sending {
  private final SequencerSettings settings;
  private final AppliedPolicy policy;
  private final int userHash;
  private final UserState state;
  private final Mailbox mailbox;
  private final long now;
  private final Pressure pressure;
  private final Consumer<Effect> effects;

  private boolean more;

  /** A device was passed by. */
  private boolean passed;

  private boolean slowed;

  /** Ready messages that came to their end. */
  private int ended;

  private long eligibleMillis = Turn.NEVER;

  Sending(
      SequencerSettings settings,
      AppliedPolicy policy,
      int userHash,
      UserState state,
      Mailbox mailbox,
      At at,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.policy = policy;
    this.userHash = userHash;
    this.state = state;
    this.mailbox = mailbox;
    this.now = at.nowMillis();
    this.pressure = at.pressure();
    this.effects = effects;
  }

  /** Something could be sent at once that the bounds of this turn left. */
  boolean hasMore() {
    return more;
  }

  /** The pressure that there is held a message that something could have become of. */
  boolean isSlowed() {
    return slowed;
  }

  /** When policy and pressure let the next message go; never if something else holds it. */
  long eligibleMillis() {
    return eligibleMillis;
  }

  /** Why a ready message neither goes nor waits. */
  sealed interface End {
    record Expired() implements End {}

    record Dropped(String rule) implements End {}

    record Collapsed(String rule, String intoId) implements End {}
  }

  /**
   * @param end takes a ready message out of the mailbox that comes to its end before it could go
   */
  void run(BiConsumer<Located, End> end) {
    List<Device> level = new ArrayList<>();
    for (Device device : state.devices) {
      if (device.connected && catchUp(device)) {
        level.add(device);
      }
    }
    release(level, end);
    if (passed && Math.min(state.ackedByAll(), state.mailbox.head()) > state.mailbox.floor) {
      more = true; // no ack will come that would have it taken out
    }
  }

  /** Sends what was released before; true if the session has all of it and room for more. */
  private boolean catchUp(Device device) {
    int room = device.room();
    if (device.cursor < state.mailbox.head() && room > 0) {
      int limit = Math.min(room, settings.turnMessages());
      List<Located> backlog =
          mailbox.released(device.cursor, state.mailbox.head(), limit, settings.turnBytes());
      Batch batch = new Batch(device);
      long bytes = 0;
      for (Located entry : backlog) {
        batch.add(Turn.sequenced(entry, Keys.number(entry.key())));
        bytes += entry.entry().message().payload().length;
      }
      batch.deliver();
      if (backlog.size() == limit || bytes >= settings.turnBytes()) {
        more |= device.room() > 0;
        return false;
      }
    }
    return device.room() > 0;
  }

  /**
   * As many pushes as there is room for, until the bounds of a turn are reached. A push that is
   * begun is filled nevertheless, since what it left would go in another, which the rules count
   * anew: so a turn releases fewer than {@code turnMessages} and what a push may hold together, of
   * bytes likewise. Where a rule holds the first of a queue, the queues of other urgencies and
   * categories still get their turn.
   */
  private void release(List<Device> level, BiConsumer<Located, End> end) {
    int room = 0;
    for (Device device : level) {
      room = Math.max(room, device.room());
    }
    if (room == 0 || state.mailbox.ready() == 0) {
      return;
    }
    int most = settings.turnMessages();
    int released = 0;
    long bytes = 0;
    ReleaseOrder order = mailbox.releaseOrder(Math.min(room, most));
    Push push = new Push(level);
    for (Located ready = order.peek(); ready != null && anyRoom(level); ready = order.peek()) {
      if (push.isEmpty() && (released >= most || bytes >= settings.turnBytes() || ended >= most)) {
        more = true;
        break;
      }
      Message message = ready.entry().message();
      if (message.expiryMillis() <= now) {
        if (ended >= most) { // of those that expired meanwhile, beside what upkeep took out
          more = true;
          break;
        }
        end.accept(ready, new End.Expired());
        order.taken();
        ended++;
        continue;
      }
      if (!isWanted(message.urgency(), level)) {
        break; // what follows is no more urgent
      }
      long turn = turnMillis(message.urgency(), level);
      if (turn > now) {
        slowed = true;
        waitUntil(turn, order);
        continue;
      }
      switch (push.admit(ready.entry())) {
        case Verdict.Go _ -> {
          push.add(Turn.sequenced(ready, mailbox.release(ready)));
          order.taken();
          bytes += message.payload().length;
          released++;
        }
        case Verdict.Full _ -> {
          push.deliver();
          push = new Push(level);
        }
        case Verdict.Wait wait -> waitUntil(wait.untilMillis(), order);
        case Verdict.Exceeded exceeded -> {
          End how = exceeding(exceeded, order);
          if (how == null) {
            waitUntil(exceeded.untilMillis(), order);
          } else if (ended >= most) { // it ends in another turn; others can still go in this push
            more = true;
            order.leave();
          } else {
            end.accept(ready, how);
            order.taken();
            ended++;
          }
        }
      }
    }
    push.deliver();
  }

  /**
   * When the user may release what is of this urgency, by the pressure on the workers that it would
   * go to.
   */
  private long turnMillis(Urgency urgency, List<Device> level) {
    if (pressure.isNone()) {
      return now;
    }
    double most = 0;
    for (Device device : level) {
      if (device.wants(urgency) && device.room() > 0) {
        most = Math.max(most, pressure.on(device.liveSession().slot()));
      }
    }
    return Pressure.turnMillis(urgency, most, userHash, now);
  }

  private void waitUntil(long millis, ReleaseOrder order) {
    eligibleMillis = Math.min(eligibleMillis, millis);
    order.leave();
  }

  /** The newest of those that collapse waits, so there is no end for it. */
  private static @Nullable End exceeding(Verdict.Exceeded exceeded, ReleaseOrder order) {
    if (exceeded.onExceed() == OnExceed.DROP) {
      return new End.Dropped(exceeded.rule());
    }
    Located newer = order.behind();
    return newer == null ? null : new End.Collapsed(exceeded.rule(), newer.entry().message().id());
  }

  /** One push: what a user perceives as one thing, on each of the devices. */
  private final class Push {
    private final PushGate gate = policy.pace().open(state.pace, userHash, now);
    private final List<Batch> batches;
    private boolean empty = true;

    Push(List<Device> level) {
      batches = new ArrayList<>(level.size());
      for (Device device : level) {
        batches.add(new Batch(device));
      }
    }

    Verdict admit(Entry entry) {
      Message message = entry.message();
      return gate.admit(
          message.urgency(), message.category(), message.payload().length, entry.readyMillis());
    }

    boolean isEmpty() {
      return empty;
    }

    void add(Sequenced message) {
      empty = false;
      batches.forEach(batch -> batch.offer(message));
    }

    void deliver() {
      batches.forEach(Batch::deliver);
    }
  }

  /** A gap in the seqs can have used up more room than the messages did. */
  private static boolean anyRoom(List<Device> level) {
    for (Device device : level) {
      if (device.room() > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWanted(Urgency urgency, List<Device> level) {
    for (Device device : level) {
      if (device.wants(urgency) && device.room() > 0) {
        return true;
      }
    }
    return false;
  }

  /** What one session gets of the messages that it comes to in this turn. */
  private final class Batch {
    private final Device device;
    private final long from;
    private final long prev;
    private final List<Sequenced> messages = new ArrayList<>();

    Batch(Device device) {
      this.device = device;
      this.from = device.cursor;
      this.prev = device.sent;
    }

    /** Who has no room gets it later, with what else he has missed. */
    void offer(Sequenced message) {
      if (device.room() > 0) {
        add(message);
      }
    }

    void add(Sequenced message) {
      if (device.wants(message.message().urgency())) {
        messages.add(message);
        device.send(message.seq(), message.message().payload().length);
      } else {
        device.pass(message.seq());
        passed = true;
      }
    }

    void deliver() {
      long loss = state.mailbox.lossFloor;
      if (device.cursor > from && loss > from && loss > device.told) {
        effects.accept(new Effect.Reset(device.liveSession(), state.epoch, prev));
        device.tell(loss);
      }
      if (!messages.isEmpty()) {
        effects.accept(new Effect.Deliver(device.liveSession(), prev, messages));
      }
    }
  }
}
