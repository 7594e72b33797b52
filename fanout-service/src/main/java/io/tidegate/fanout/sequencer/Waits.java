package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.fanout.mailbox.Entry;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
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
  private final PushGate gate;

  /**
   * @param state a copy of its own, which may be spoilt
   */
  Waits(AppliedPolicy policy, int userHash, UserState state, long nowMillis) {
    this.state = state;
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
    return switch (verdict) {
      case Verdict.Wait wait ->
          view(entry, wait.cause().label(), wait.rule(), instant(wait.untilMillis()));
      case Verdict.Exceeded exceeded ->
          view(entry, "limit", exceeded.rule(), instant(exceeded.untilMillis()));
      case Verdict.Go _, Verdict.Full _ -> view(entry, "turn", null, null);
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
