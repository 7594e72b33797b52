package io.tidegate.fanout.sequencer;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.sequencer.Effect.Mode;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.throttle.Throttle;
import java.util.List;
import java.util.function.Consumer;

/**
 * One event of one user: first what the event itself changes, then what follows from where the user
 * stands now. What follows is always the same list, whatever the event was, so nothing can be
 * forgotten for one kind of event.
 */
final class Turn {
  static final long NEVER = Message.NEVER;

  private final SequencerSettings settings;
  private final Throttle throttle;
  private final UserState state;
  private final MailboxState numbers;
  private final Mailbox mailbox;
  private final long now;
  private final Consumer<Effect> effects;
  private final Sending sending;

  /** Some bounded piece of work did not come to its end. */
  private boolean more;

  Turn(
      SequencerSettings settings,
      Throttle throttle,
      SortedBytes store,
      UserKey user,
      UserState state,
      long nowMillis,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.throttle = throttle;
    this.state = state;
    this.numbers = state.mailbox;
    this.mailbox = new Mailbox(store, user, state.mailbox);
    this.now = nowMillis;
    this.effects = effects;
    this.sending = new Sending(settings, throttle, state, mailbox, nowMillis, effects);
  }

  void take(UserEvent event) {
    // Before the event: a message whose instant has come goes before one that comes now.
    if (numbers.scheduledMillis <= now) {
      mailbox.promote(now, settings.turnMessages());
    }
    switch (event) {
      case UserEvent.Arrived(Message message) -> arrive(message);
      case UserEvent.SessionUp up -> connect(up);
      case UserEvent.SessionDown(SessionRef session) -> disconnect(session);
      case UserEvent.SessionUnknown(SessionRef session) -> disconnect(session);
      case UserEvent.Acked acked -> acknowledge(acked);
      case UserEvent.Due _ -> {}
    }
    settle();
  }

  /** When to look again; {@link #NEVER} if only an event can change anything. */
  long nextDue() {
    if (more || sending.hasMore()) {
      return now;
    }
    if (isEmpty()) {
      return throttle.idleMillis(state.throttle, now); // then there is nothing to remember
    }
    long due = Math.min(numbers.scheduledMillis, numbers.expiryMillis);
    due = Math.min(due, numbers.ageMillis);
    return Math.min(due, sending.eligibleMillis());
  }

  /** Nothing would be lost if the user were not known at all. */
  boolean isForgettable() {
    return isEmpty() && throttle.idleMillis(state.throttle, now) <= now;
  }

  /** Only the throttle may still have something to remember. */
  private boolean isEmpty() {
    return numbers.entries() == 0 && state.devices.isEmpty();
  }

  private void arrive(Message message) {
    if (message.isLive()) {
      deliverLive(message);
      return;
    }
    if (message.expiryMillis() <= now) {
      ended(message, Kind.EXPIRED, Reason.TTL, 0);
      return;
    }
    if (message.collapseKey() != null) {
      Located older = mailbox.waitingWith(message.collapseKey());
      if (older != null) {
        mailbox.remove(older);
        String id = older.entry().message().id();
        effects.accept(
            new Effect.Ended(
                new Outcome(id, Kind.COLLAPSED, Reason.COLLAPSE_KEY, 0, message.id(), now)));
      }
    }
    mailbox.add(message, now);
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.maxAge().toMillis());
  }

  private void deliverLive(Message message) {
    if (!state.hasSession()) {
      ended(message, Kind.EXPIRED, Reason.NO_SESSION, 0);
      return;
    }
    for (Device device : state.devices) {
      if (device.connected) {
        effects.accept(new Effect.DeliverLive(device.liveSession(), message));
      }
    }
    ended(message, Kind.DELIVERED, Reason.LIVE, 0);
  }

  private void connect(UserEvent.SessionUp up) {
    Device device = state.device(up.device());
    if (device != null && up.session().equals(device.session)) {
      return; // a repeated record
    }
    if (device != null && device.isNewerThan(up)) {
      effects.accept(new Effect.Kick(up.session(), CloseCode.FENCED));
      return;
    }
    if (device == null && !makeRoomForDevice()) {
      effects.accept(new Effect.Kick(up.session(), CloseCode.TOO_MANY_DEVICES));
      return;
    }
    Attachment attachment = Attachment.of(state, device, up.resume());
    if (device == null) {
      device = new Device(up.device());
      device.acked = numbers.floor; // what is gone is none of its business
      state.devices.add(device);
    } else if (device.connected) {
      effects.accept(new Effect.Kick(device.liveSession(), CloseCode.REPLACED));
    }
    // What the device says it has counts as acked; the session may begin further on.
    device.acked = Math.max(device.acked, attachment.seq());
    long seq = attachment.seq();
    if (attachment.mode() == Mode.RESET) {
      // Over the loss, so that a device that keeps its cursor is told of it once.
      seq = beforeNextReleased(seq);
    }
    device.connect(up, seq, now);
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.deviceIdle().toMillis());
    device.told = numbers.lossFloor;
    effects.accept(
        new Effect.Attach(up.session(), attachment.mode(), state.epoch, seq, numbers.head()));
  }

  /** The highest seq that nothing retained lies between it and {@code seq}. */
  private long beforeNextReleased(long seq) {
    List<Located> next = mailbox.released(seq, numbers.head(), 1, Long.MAX_VALUE);
    return next.isEmpty() ? numbers.head() : Keys.number(next.getFirst().key()) - 1;
  }

  /** False if every device that the user may have is connected. */
  private boolean makeRoomForDevice() {
    if (state.devices.size() < settings.maxDevices()) {
      return true;
    }
    Device away = null;
    for (Device device : state.devices) {
      if (!device.connected && (away == null || device.seenMillis < away.seenMillis)) {
        away = device;
      }
    }
    return away != null && state.devices.remove(away);
  }

  private void disconnect(SessionRef session) {
    Device device = state.device(session);
    if (device != null && device.connected) {
      device.disconnect(now);
      numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.deviceIdle().toMillis());
    }
  }

  private void acknowledge(UserEvent.Acked ack) {
    Device device = state.device(ack.session());
    if (device != null && ack.epoch() == state.epoch && ack.seq() <= device.sent) {
      device.acknowledge(ack.seq());
      device.seenMillis = now;
    }
  }

  private void settle() {
    boolean aged = numbers.ageMillis <= now;
    if (aged) {
      forgetDevices();
    }
    trim(); // before anything is removed: what every device has is delivered, whatever its age
    if (numbers.expiryMillis <= now) {
      mailbox
          .expired(now, settings.turnMessages())
          .forEach(entry -> remove(entry, Kind.EXPIRED, Reason.TTL));
    }
    if (aged) {
      dropAged();
    }
    dropOverflow();
    sending.run(this::expireBeforeSending);
  }

  /**
   * Also ends a session that was silent for as long: its worker may be gone, and with a full window
   * it would never be sent anything that makes a worker answer. One that does hold it closes it,
   * and the device connects again.
   */
  private void forgetDevices() {
    long idle = settings.deviceIdle().toMillis();
    state.devices.removeIf(d -> !d.connected && d.seenMillis + idle <= now);
    numbers.ageMillis = NEVER;
    for (Device device : state.devices) {
      if (device.connected && device.seenMillis + idle <= now) {
        effects.accept(new Effect.Kick(device.liveSession(), CloseCode.MAX_AGE));
        device.disconnect(now);
      }
      numbers.ageMillis = Math.min(numbers.ageMillis, device.seenMillis + idle);
    }
  }

  private void dropAged() {
    for (int i = 0; i < settings.turnMessages(); i++) {
      long next = NEVER;
      Located aged = null;
      for (Located head : mailbox.oldest()) {
        if (!Keys.isScheduled(head.key())) {
          long since =
              Math.max(head.entry().arrivedMillis(), head.entry().message().deliverAtMillis());
          long end = since + settings.maxAge().toMillis();
          if (end <= now) {
            aged = head;
          }
          next = Math.min(next, end);
        } else {
          next = Math.min(next, head.entry().message().deliverAtMillis());
        }
      }
      if (aged == null) {
        numbers.ageMillis = Math.min(numbers.ageMillis, Math.max(next, now + 1));
        return;
      }
      remove(aged, Kind.DROPPED, Reason.MAILBOX_AGE);
    }
    numbers.ageMillis = now;
    more = true;
  }

  private void dropOverflow() {
    int dropped = 0;
    while (numbers.entries() > settings.maxEntries()
        || numbers.payloadBytes > settings.maxBytes()) {
      if (dropped++ == settings.turnMessages()) {
        more = true;
        return;
      }
      remove(oldestToDrop(), Kind.DROPPED, Reason.MAILBOX_FULL);
    }
  }

  /**
   * What a device has goes before what none has, so that a device that is away cannot fill the
   * mailbox against one that is here. Then the oldest that is not on its way: what is released may
   * be under way to a session, so it goes first only where there is none; what is scheduled goes
   * last.
   */
  private Located oldestToDrop() {
    Located ready = null;
    Located released = null;
    Located scheduled = null;
    for (Located head : mailbox.oldest()) {
      if (Keys.isReleased(head.key())) {
        released = head;
      } else if (Keys.isScheduled(head.key())) {
        scheduled = head;
      } else if (ready == null || head.entry().arrival() < ready.entry().arrival()) {
        ready = head;
      }
    }
    if (released != null
        && (ready == null
            || !state.hasSession()
            || state.ackedByAny(Keys.number(released.key())))) {
      return released;
    }
    Located oldest = ready == null ? scheduled : ready;
    if (oldest == null) {
      throw new IllegalStateException("the mailbox counts entries that are not there");
    }
    return oldest;
  }

  /** Takes out what every device has. */
  private void trim() {
    long acked = Math.min(state.ackedByAll(), numbers.head());
    if (acked <= numbers.floor) {
      return;
    }
    int limit = settings.turnMessages();
    List<Located> entries = mailbox.released(numbers.floor, acked, limit, Long.MAX_VALUE);
    for (Located entry : entries) {
      long seq = Keys.number(entry.key());
      mailbox.remove(entry);
      ended(entry.entry().message(), Kind.DELIVERED, Reason.ALL_DEVICES, seq);
      numbers.floor = seq;
    }
    if (entries.size() == limit) {
      more = true;
    } else {
      numbers.floor = acked;
    }
  }

  private void expireBeforeSending(Located ready) {
    remove(ready, Kind.EXPIRED, Reason.TTL);
  }

  /** Takes an entry out that not every device has, and says what became of it. */
  private void remove(Located located, Kind kind, Reason reason) {
    mailbox.remove(located);
    Message message = located.entry().message();
    if (!Keys.isReleased(located.key())) {
      if (kind == Kind.DROPPED) {
        mailbox.skipSeq();
      }
      ended(message, kind, reason, 0);
      return;
    }
    long seq = Keys.number(located.key());
    numbers.lossFloor = Math.max(numbers.lossFloor, seq);
    if (state.ackedByAny(seq)) {
      ended(message, Kind.DELIVERED, Reason.SOME_DEVICES, seq);
    } else {
      ended(message, kind, reason, seq);
    }
  }

  private void ended(Message message, Kind kind, Reason reason, long seq) {
    effects.accept(new Effect.Ended(new Outcome(message.id(), kind, reason, seq, null, now)));
  }

  /** A message as it goes to a session. */
  static Sequenced sequenced(Located located, long seq) {
    return new Sequenced(seq, located.entry().message());
  }
}
