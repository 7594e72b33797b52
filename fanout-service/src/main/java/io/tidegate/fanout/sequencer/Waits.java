package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.pace.Cause;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.pace.PushGate;
import io.tidegate.fanout.pace.Verdict;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.store.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of the messages that go first why they have not gone yet. Changes nothing. */
final class Waits {
  /** How many are explained. */
  static final int MOST = 100;

  private final UserState state;
  private final int userHash;
  private final long now;
  private final Pressure pressure;
  private final PushGate gate;

  /**
   * @param state a copy of its own, which may be spoilt
   */
  Waits(AppliedPolicy policy, int userHash, UserState state, long nowMillis, Pressure pressure) {
    this.state = state;
    this.userHash = userHash;
    this.now = nowMillis;
    this.pressure = pressure;
    this.gate = policy.pace().open(state.pace, userHash, nowMillis);
  }

  List<WaitView> explain(Mailbox mailbox) {
    return mailbox.first(MOST).stream().map(this::explain).toList();
  }

  private WaitView explain(Located waiting) {
    Entry entry = waiting.entry();
    if (Keys.isScheduled(waiting.key())) {
      return view(entry, "deliver_at", null, entry.message().deliverAtMillis());
    }
    if (!state.hasSession()) {
      return view(entry, "session", null, null);
    }
    Message message = entry.message();
    List<Device> wanting =
        state.devices.stream().filter(d -> d.connected && d.wants(message.urgency())).toList();
    if (wanting.isEmpty()) {
      return view(entry, "device_urgency", null, null);
    }
    if (wanting.stream().allMatch(device -> device.room() == 0)) {
      return view(entry, "window", null, null);
    }
    Verdict verdict =
        gate.check(
            message.urgency(), message.category(), message.payload().length, entry.readyMillis());
    long turn = turnMillis(message.urgency(), wanting);
    if (turn > now && turn > untilMillis(verdict)) {
      return view(entry, Cause.PRESSURE.label(), Cause.PRESSURE.label(), turn);
    }
    return switch (verdict) {
      case Verdict.Wait wait ->
          view(entry, wait.cause().label(), wait.rule(), instant(wait.untilMillis()));
      case Verdict.Exceeded exceeded ->
          view(entry, "limit", exceeded.rule(), instant(exceeded.untilMillis()));
      case Verdict.Go _, Verdict.Full _ -> view(entry, "turn", null, null);
    };
  }

  /** As {@link Sending} does it. */
  private long turnMillis(Urgency urgency, List<Device> wanting) {
    double most = 0;
    for (Device device : wanting) {
      if (device.room() > 0) {
        most = Math.max(most, pressure.on(device.liveSession().slot()));
      }
    }
    return Pressure.turnMillis(urgency, most, userHash, now);
  }

  private static long untilMillis(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Wait wait -> wait.untilMillis();
      case Verdict.Exceeded exceeded -> exceeded.untilMillis();
      case Verdict.Go _, Verdict.Full _ -> Long.MIN_VALUE;
    };
  }

  private static @Nullable Long instant(long millis) {
    return millis == Message.NEVER ? null : (Long) millis;
  }

  private static WaitView view(
      Entry entry, String waitsFor, @Nullable String rule, @Nullable Long notBefore) {
    Message message = entry.message();
    return new WaitView(
        message.id(),
        message.source(),
        message.urgency().word(),
        message.category(),
        entry.arrivedMillis(),
        waitsFor,
        rule,
        notBefore);
  }
}
