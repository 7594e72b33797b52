package io.tidegate.fanout.sequencer;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.policy.MailboxBounds;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.store.Keys;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps what is kept of a user within its bounds: devices that stay away, messages that every
 * device has, that expired, that are too old or too many. Each step is bounded.
 */
final class Upkeep {
  private final SequencerSettings settings;
  private final MailboxBounds bounds;
  private final UserState state;
  private final MailboxState numbers;
  private final Mailbox mailbox;
  private final Endings endings;
  private final long now;
  private final Consumer<Effect> effects;

  private boolean more;

  /**
   * @param bounds of the user's policy, within those of {@code settings}
   */
  Upkeep(
      SequencerSettings settings,
      MailboxBounds bounds,
      UserState state,
      Mailbox mailbox,
      Endings endings,
      long nowMillis,
      Consumer<Effect> effects) {
    this.settings = settings;
    this.bounds = bounds;
    this.state = state;
    this.numbers = state.mailbox;
    this.mailbox = mailbox;
    this.endings = endings;
    this.now = nowMillis;
    this.effects = effects;
  }

  /** Some bounded piece of work did not come to its end. */
  boolean hasMore() {
    return more;
  }

  void run() {
    boolean aged = numbers.ageMillis <= now;
    if (aged) {
      forgetDevices();
    }
    trim(); // before anything is removed: what every device has is delivered, whatever its age
    if (numbers.expiryMillis <= now) {
      mailbox
          .expired(now, settings.turnMessages())
          .forEach(entry -> endings.remove(entry, Kind.EXPIRED, Reason.TTL));
    }
    if (aged) {
      dropAged();
    }
    dropOverflow();
  }

  /**
   * Also ends a session that was silent for as long: its worker may be gone, and with a full window
   * it would never be sent anything that makes a worker answer. One that does hold it closes it,
   * and the device connects again.
   */
  private void forgetDevices() {
    long idle = settings.deviceIdle().toMillis();
    state.devices.removeIf(d -> !d.connected && d.seenMillis + idle <= now);
    numbers.ageMillis = Message.NEVER;
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
      long next = Message.NEVER;
      Located aged = null;
      for (Located head : mailbox.oldest()) {
        if (!Keys.isScheduled(head.key())) {
          long end = head.entry().readyMillis() + settings.maxAge().toMillis();
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
      endings.remove(aged, Kind.DROPPED, Reason.MAILBOX_AGE);
    }
    numbers.ageMillis = now;
    more = true;
  }

  private void dropOverflow() {
    int dropped = 0;
    Integer most = bounds.maxMessages();
    int maxEntries = most == null ? settings.maxEntries() : Math.min(most, settings.maxEntries());
    Long large = bounds.maxBytes();
    long maxBytes = large == null ? settings.maxBytes() : Math.min(large, settings.maxBytes());
    while (numbers.entries() > maxEntries || numbers.payloadBytes > maxBytes) {
      if (dropped++ == settings.turnMessages()) {
        more = true;
        return;
      }
      endings.remove(oldestToDrop(), Kind.DROPPED, Reason.MAILBOX_FULL);
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
            || state.isForNoSession(Keys.number(released.key()))
            || state.onAny(Keys.number(released.key()), released.entry().message().urgency()))) {
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
    return switch (bounds.overflow()) {
      case OLDEST -> oldest;
      case LOWEST_URGENCY ->
          Comparator.comparing((Entry entry) -> entry.message().urgency()).thenComparing(oldest);
    };
  }

  /** Takes out what every device has, or does not want. */
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
      Message message = entry.entry().message();
      if (state.onAny(seq, message.urgency())) {
        endings.ended(message, Kind.DELIVERED, Reason.ALL_DEVICES, seq);
      } else if (state.isRefused(seq)) {
        endings.ended(message, Kind.DROPPED, Reason.ENDPOINT_REFUSED, seq);
      } else {
        // It was on its way to a device that has come back since and wants no such messages now.
        endings.ended(message, Kind.DROPPED, Reason.DEVICE_URGENCY, seq);
      }
      numbers.floor = seq;
    }
    if (entries.size() == limit) {
      more = true;
    } else {
      numbers.floor = acked;
    }
  }
}
