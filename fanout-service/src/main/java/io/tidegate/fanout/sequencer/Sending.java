package io.tidegate.fanout.sequencer;

import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.throttle.Throttle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fills the windows of a user's sessions: first each session's own backlog of released messages,
 * then, for the sessions that are level with it, messages released now as far as the throttle
 * allows.
 */
final class Sending {
  private final SequencerSettings settings;
  private final Throttle throttle;
  private final UserState state;
  private final Mailbox mailbox;
  private final long now;
  private final Consumer<Effect> effects;

  private boolean more;
  private long eligibleMillis = Turn.NEVER;

  Sending(
      SequencerSettings settings,
      Throttle throttle,
      UserState state,
      Mailbox mailbox,
      long nowMillis,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.throttle = throttle;
    this.state = state;
    this.mailbox = mailbox;
    this.now = nowMillis;
    this.effects = effects;
  }

  /** Something could be sent at once that the bounds of this turn left. */
  boolean hasMore() {
    return more;
  }

  /** When the throttle lets the next message go; never if something else holds it. */
  long eligibleMillis() {
    return eligibleMillis;
  }

  /**
   * @param expire what to do with a ready message that expired before it could go
   */
  void run(Consumer<Located> expire) {
    List<Device> level = new ArrayList<>();
    for (Device device : state.devices) {
      if (device.connected && catchUp(device)) {
        level.add(device);
      }
    }
    release(level, expire);
  }

  /** Sends what was released before; true if the session has all of it and room for more. */
  private boolean catchUp(Device device) {
    int room = device.room();
    if (device.sent < state.mailbox.head() && room > 0) {
      int limit = Math.min(room, settings.turnMessages());
      List<Located> backlog =
          mailbox.released(device.sent, state.mailbox.head(), limit, settings.turnBytes());
      List<Sequenced> messages = new ArrayList<>(backlog.size());
      long bytes = 0;
      for (Located entry : backlog) {
        messages.add(Turn.sequenced(entry, Keys.number(entry.key())));
        bytes += entry.entry().message().payload().length;
      }
      deliver(device, device.sent, messages);
      if (backlog.size() == limit || bytes >= settings.turnBytes()) {
        more |= device.room() > 0;
        return false;
      }
    }
    return device.room() > 0;
  }

  private void release(List<Device> level, Consumer<Located> expire) {
    int room = level.stream().mapToInt(Device::room).max().orElse(0);
    if (room == 0 || state.mailbox.ready() == 0) {
      return;
    }
    List<Batch> batches = level.stream().map(Batch::new).toList();
    long bytes = 0;
    for (Located ready : mailbox.firstReady(Math.min(room, settings.turnMessages()))) {
      if (ready.entry().message().expiryMillis() <= now) {
        expire.accept(ready);
        continue;
      }
      long eligible = throttle.eligibleMillis(state.throttle, now);
      if (eligible > now) {
        eligibleMillis = eligible;
        break;
      }
      if (bytes >= settings.turnBytes() || !anyRoom(level)) {
        break;
      }
      throttle.take(state.throttle, now);
      Sequenced message = Turn.sequenced(ready, mailbox.release(ready));
      bytes += message.message().payload().length;
      batches.forEach(batch -> batch.add(message));
    }
    for (Batch batch : batches) {
      deliver(batch.device, batch.prev, batch.messages);
    }
    more |= anyRoom(level) && state.mailbox.ready() > 0 && eligibleMillis == Turn.NEVER;
  }

  /** A gap in the seqs can have used up more room than the messages did. */
  private static boolean anyRoom(List<Device> level) {
    return level.stream().anyMatch(d -> d.room() > 0);
  }

  /** What one session gets of the messages released in this turn. */
  private static final class Batch {
    final Device device;
    final long prev;
    final List<Sequenced> messages = new ArrayList<>();

    Batch(Device device) {
      this.device = device;
      this.prev = device.sent;
    }

    void add(Sequenced message) {
      if (device.room() > 0) {
        messages.add(message);
        device.sent = message.seq();
      }
    }
  }

  private void deliver(Device device, long prev, List<Sequenced> messages) {
    if (messages.isEmpty()) {
      return;
    }
    long loss = state.mailbox.lossFloor;
    if (loss > prev && loss > device.told) {
      effects.accept(new Effect.Reset(device.liveSession(), state.epoch, prev));
      device.told = loss;
    }
    effects.accept(new Effect.Deliver(device.liveSession(), prev, messages));
    device.sent = messages.getLast().seq();
  }
}
