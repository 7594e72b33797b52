package io.tidegate.fanout.sequencer;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.MailboxBounds;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.pace.Verdict;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.sequencer.Effect.Mode;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
  private final Sending sending;

  /** Some bounded piece of work did not come to its end. */
  private boolean more;

  Turn(
      SequencerSettings settings,
      AppliedPolicy policy,
      SortedBytes store,
      UserKey user,
      UserState state,
      long nowMillis,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.policy = policy;
    this.state = state;
    this.numbers = state.mailbox;
    this.mailbox = new Mailbox(store, user, state.mailbox, policy.categories());
    this.now = nowMillis;
    this.effects = effects;
    this.userHash = hash(user);
    this.sending = new Sending(settings, policy, userHash, state, mailbox, nowMillis, effects);
  }

  /** The same in every JVM. */
  static int hash(UserKey user) {
    return 31 * user.tenant().hashCode() + user.user().hashCode();
  }

  void take(UserEvent event) {
    // Before the event: a message whose instant has come goes before one that comes now.
    if (numbers.scheduledMillis <= now) {
      mailbox.promote(now, settings.turnMessages(), this::becameReady);
    }
    switch (event) {
      case UserEvent.Arrived(Message message) -> arrive(message);
      case UserEvent.SessionUp up -> connect(up);
      case UserEvent.SessionDown(SessionRef session) -> disconnect(session);
      case UserEvent.SessionUnknown(SessionRef session) -> disconnect(session);
      case UserEvent.Acked acked -> acknowledge(acked);
      case UserEvent.SettingsChanged _, UserEvent.Due _ -> {}
    }
    settle();
  }

  /** When to look again; {@link #NEVER} if only an event can change anything. */
  long nextDue() {
    if (more || sending.hasMore()) {
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

  private void arrive(Message arrived) {
    if (arrived.isLive()) {
      deliverLive(arrived);
      return;
    }
    Message message = withinMailboxTtl(arrived);
    if (message.expiryMillis() <= now) {
      ended(message, Kind.EXPIRED, Reason.TTL, 0);
      return;
    }
    if (message.collapseKey() != null) {
      Located older = mailbox.waitingWith(message.collapseKey());
      if (older != null) {
        mailbox.remove(older);
        Message replaced = older.entry().message();
        effects.accept(
            new Effect.Ended(
                new Outcome(
                    replaced.id(),
                    replaced.source(),
                    Kind.COLLAPSED,
                    Reason.COLLAPSE_KEY,
                    0,
                    message.id(),
                    now)));
      }
    }
    if (mailbox.add(message, now)) {
      policy.pace().arrived(state.pace, message.urgency(), now);
    }
    numbers.ageMillis = Math.min(numbers.ageMillis, now + settings.maxAge().toMillis());
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
      ended(message, Kind.EXPIRED, Reason.TTL, 0);
      return;
    }
    if (!state.hasSession()) {
      ended(message, Kind.EXPIRED, Reason.NO_SESSION, 0);
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
        endedBy(message, Kind.EXPIRED, wait.rule(), null);
        return;
      }
      case Verdict.Exceeded exceeded -> {
        endedBy(message, Kind.DROPPED, exceeded.rule(), null);
        return;
      }
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
      // REPLACED means never to come back, so the order must be certain.
      boolean certain = up.saidMillis() >= device.saidMillis;
      effects.accept(
          new Effect.Kick(device.liveSession(), certain ? CloseCode.REPLACED : CloseCode.FENCED));
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
    sending.run(this::endBeforeSending);
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
    MailboxBounds bounds = policy.policy().mailbox();
    Integer most = bounds.maxMessages();
    int maxEntries = most == null ? settings.maxEntries() : Math.min(most, settings.maxEntries());
    Long large = bounds.maxBytes();
    long maxBytes = large == null ? settings.maxBytes() : Math.min(large, settings.maxBytes());
    while (numbers.entries() > maxEntries || numbers.payloadBytes > maxBytes) {
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
   * last, unless it is most of the mailbox: else it would leave no room for what comes now.
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
      } else if (ready == null || dropOrder().compare(head.entry(), ready.entry()) < 0) {
        ready = head;
      }
    }
    if (released != null
        && (ready == null
            || !state.hasSession()
            || state.ackedByAny(Keys.number(released.key())))) {
      return released;
    }
    boolean mostlyScheduled = numbers.scheduled > numbers.entries() / 2;
    Located oldest = ready == null || mostlyScheduled ? scheduled : ready;
    if (oldest == null) {
      throw new IllegalStateException("the mailbox counts entries that are not there");
    }
    return oldest;
  }

  private Comparator<Entry> dropOrder() {
    Comparator<Entry> oldest = Comparator.comparingLong(Entry::arrival);
    return switch (policy.policy().mailbox().overflow()) {
      case OLDEST -> oldest;
      case LOWEST_URGENCY ->
          Comparator.comparing((Entry entry) -> entry.message().urgency()).thenComparing(oldest);
    };
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

  /** What becomes of a ready message that is not sent and does not wait any longer. */
  private void endBeforeSending(Located ready, Sending.End end) {
    switch (end) {
      case Sending.End.Expired _ -> remove(ready, Kind.EXPIRED, Reason.TTL);
      // Its policy asked for it, so it is no loss that a client is to be told of.
      case Sending.End.Dropped(String rule) -> {
        mailbox.remove(ready);
        endedBy(ready.entry().message(), Kind.DROPPED, rule, null);
      }
      case Sending.End.Collapsed(String rule, String into) -> {
        mailbox.remove(ready);
        endedBy(ready.entry().message(), Kind.COLLAPSED, rule, into);
      }
    }
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
    effects.accept(
        new Effect.Ended(
            new Outcome(message.id(), message.source(), kind, reason, seq, null, now)));
  }

  private void endedBy(Message message, Kind kind, String rule, @Nullable String replacedBy) {
    Outcome.Rule decided = new Outcome.Rule(policy.name(), policy.version(), rule);
    effects.accept(
        new Effect.Ended(
            new Outcome(
                message.id(), message.source(), kind, Reason.POLICY, 0, replacedBy, decided, now)));
  }

  /** A message as it goes to a session. */
  static Sequenced sequenced(Located located, long seq) {
    return new Sequenced(seq, located.entry().message());
  }
}
