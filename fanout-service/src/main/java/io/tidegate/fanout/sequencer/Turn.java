package io.tidegate.fanout.sequencer;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.mailbox.SharedMessages;
import io.tidegate.fanout.pace.Verdict;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.sequencer.Effect.Mode;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One event of one user: first what the event itself changes, then what follows from where the user
 * stands now. What follows is always the same list, whatever the event was, so nothing can be
 * forgotten for one kind of event.
 */
final class Turn {
  static final long NEVER = Message.NEVER;

  /**
   * How late a message of ttl 0 may be and still be delivered now: as far apart as clocks of
   * machines may be, and on its way through Kafka. After an outage it is late by more.
   */
  static final long LIVE_GRACE_MILLIS = 10_000;

  private final SequencerSettings settings;
  private final AppliedPolicy policy;
  private final UserState state;
  private final MailboxState numbers;
  private final Mailbox mailbox;
  private final long now;
  private final Consumer<Effect> effects;
  private final int userHash;
  private final Endings endings;
  private final Upkeep upkeep;
  private final Sending sending;
  private boolean sorted = true;

  Turn(
      SequencerSettings settings,
      AppliedPolicy policy,
      SortedBytes store,
      SharedMessages sharedMessages,
      UserKey user,
      UserState state,
      At at,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.policy = policy;
    this.state = state;
    this.numbers = state.mailbox;
    this.mailbox = new Mailbox(store, user, state.mailbox, policy.categories(), sharedMessages);
    this.now = at.nowMillis();
    this.effects = effects;
    this.userHash = hash(user);
    this.endings = new Endings(policy, state, mailbox, now, effects);
    this.upkeep =
        new Upkeep(settings, policy.policy().mailbox(), state, mailbox, endings, now, effects);
    this.sending = new Sending(settings, policy, userHash, state, mailbox, at, effects);
  }

  /** The same in every JVM. */
  static int hash(UserKey user) {
    return 31 * user.tenant().hashCode() + user.user().hashCode();
  }

  void take(UserEvent event) {
    sorted = mailbox.sort(settings.turnMessages());
    // Before the event: a message whose instant has come goes before one that comes now.
    if (numbers.scheduledMillis <= now) {
      // At least a push: what is promoted later could not go in one that is sent before.
      int most = Math.max(settings.turnMessages(), policy.policy().batch().maxMessages());
      mailbox.promote(now, most, this::becameReady);
    }
    switch (event) {
      case UserEvent.Arrived(Message message) -> arrive(message, 0);
      case UserEvent.GroupArrived(Message message, long shared) ->
          effects.accept(new Effect.Reached(arrive(message, shared)));
      case UserEvent.SessionUp up -> connect(up);
      case UserEvent.SessionDown(SessionRef session) -> disconnect(session);
      case UserEvent.SessionUnknown(SessionRef session) -> disconnect(session);
      case UserEvent.SlotsTaken(Map<Integer, Long> incarnations) ->
          state.sessionsBefore(incarnations).forEach(this::disconnect);
      case UserEvent.Acked acked -> acknowledge(acked);
      case UserEvent.SettingsChanged _, UserEvent.Due _ -> {}
    }
    // What follows is always the same list, so that nothing is forgotten for one kind of event.
    upkeep.run();
    sending.run(this::endBeforeSending);
  }

  /** When to look again; {@link #NEVER} if only an event can change anything. */
  long nextDue() {
    if (!sorted || upkeep.hasMore() || sending.hasMore()) {
      return now;
    }
    if (isEmpty()) {
      // Then there is nothing to remember, unless it is set for the user.
      long idle = policy.pace().idleMillis(state.pace, now);
      return state.settings.isEmpty() ? idle : NEVER;
    }
    long due = Math.min(numbers.scheduledMillis, numbers.expiryMillis);
    due = Math.min(due, numbers.ageMillis);
    return Math.min(due, sending.eligibleMillis());
  }

  /** Something was not released because the system is busy. */
  boolean isSlowed() {
    return sending.isSlowed();
  }

  /** Nothing would be lost if the user were not known at all. */
  boolean isForgettable() {
    return isEmpty()
        && state.settings.isEmpty()
        && policy.pace().idleMillis(state.pace, now) <= now;
  }

  /** Only the pace may still have something to remember, and settings may be there. */
  private boolean isEmpty() {
    return numbers.entries() == 0 && state.devices.isEmpty();
  }

  private void becameReady(Entry entry) {
    policy.pace().arrived(state.pace, entry.message().urgency(), entry.readyMillis());
  }

  /** Whether it lies in the mailbox now. */
  private boolean arrive(Message arrived, long shared) {
    if (arrived.isLive()) {
      deliverLive(arrived);
      return false;
    }
    Message message = withinMailboxTtl(arrived);
    if (message.expiryMillis() <= now) {
      endings.ended(message, Kind.EXPIRED, Reason.TTL, 0);
      return false;
    }
    if (message.collapseKey() != null) {
      Located older = mailbox.waitingWith(message.collapseKey());
      if (older != null) {
        endings.collapse(older, message.id());
      }
    }
    if (mailbox.add(message, shared, now)) {
      policy.pace().arrived(state.pace, message.urgency(), now);
    }
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.maxAge().toMillis());
    return true;
  }

  private Message withinMailboxTtl(Message message) {
    Duration ttl = policy.policy().mailbox().ttl();
    if (ttl == null) {
      return message;
    }
    long end = Math.max(now, message.deliverAtMillis()) + ttl.toMillis();
    return message.expiryMillis() <= end ? message : message.expiringAt(end);
  }

  private void deliverLive(Message message) {
    if (now - message.expiryMillis() > LIVE_GRACE_MILLIS) {
      endings.ended(message, Kind.EXPIRED, Reason.TTL, 0);
      return;
    }
    if (!state.hasSession()) {
      endings.ended(message, Kind.EXPIRED, Reason.NO_SESSION, 0);
      return;
    }
    if (state.devices.stream().noneMatch(d -> d.connected && d.wants(message.urgency()))) {
      endings.ended(message, Kind.EXPIRED, Reason.DEVICE_URGENCY, 0);
      return;
    }
    // It opens no batch window, and waits for none.
    Verdict verdict =
        policy
            .pace()
            .open(state.pace, userHash, now)
            .admit(message.urgency(), message.category(), message.payload().length, Long.MIN_VALUE);
    switch (verdict) {
      case Verdict.Go _ -> {}
      case Verdict.Full _ -> throw new IllegalStateException("an empty push is full");
      case Verdict.Wait wait -> {
        endings.byPolicy(message, Kind.EXPIRED, wait.rule(), null);
        return;
      }
      case Verdict.Exceeded exceeded -> {
        endings.byPolicy(message, Kind.DROPPED, exceeded.rule(), null);
        return;
      }
    }
    for (Device device : state.devices) {
      if (device.connected && device.wants(message.urgency())) {
        effects.accept(new Effect.DeliverLive(device.liveSession(), message));
      }
    }
    endings.ended(message, Kind.DELIVERED, Reason.LIVE, 0);
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
      device.own = numbers.floor;
      state.devices.add(device);
    } else if (device.connected) {
      // REPLACED means never to come back, so the order must be certain.
      boolean certain = up.saidMillis() >= device.saidMillis;
      effects.accept(
          new Effect.Kick(device.liveSession(), certain ? CloseCode.REPLACED : CloseCode.FENCED));
    }
    long seq = attachment.seq();
    if (attachment.mode() == Mode.RESET) {
      // Over the loss, so that a device that keeps its cursor is told of it once.
      seq = beforeNextReleased(seq);
    }
    device.connect(up, attachment, seq, numbers, now);
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.deviceIdle().toMillis());
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
      disconnect(device);
    }
  }

  private void disconnect(Device device) {
    device.disconnect(now);
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.deviceIdle().toMillis());
  }

  private void acknowledge(UserEvent.Acked ack) {
    Device device = state.device(ack.session());
    if (device != null
        && (ack.device() == null || ack.device().equals(device.name))
        && ack.epoch() == state.epoch
        && ack.seq() <= device.sent) {
      if (ack.refused() && ack.seq() > device.acked) {
        device.refuse(ack.seq(), numbers.floor);
      }
      device.acknowledge(ack.seq());
      device.seenMillis = now;
    }
  }

  /** What becomes of a ready message that is not sent and does not wait any longer. */
  private void endBeforeSending(Located ready, Sending.End end) {
    switch (end) {
      case Sending.End.Expired _ -> endings.remove(ready, Kind.EXPIRED, Reason.TTL);
      // Its policy asked for it, so it is no loss that a client is to be told of.
      case Sending.End.Dropped(String rule) -> {
        mailbox.remove(ready);
        endings.byPolicy(ready.entry().message(), Kind.DROPPED, rule, null);
      }
      case Sending.End.Collapsed(String rule, String into) -> {
        mailbox.remove(ready);
        endings.byPolicy(ready.entry().message(), Kind.COLLAPSED, rule, into);
      }
    }
  }

  /** A message as it goes to a session. */
  static Sequenced sequenced(Located located, long seq) {
    return new Sequenced(seq, located.entry().message());
  }
}
