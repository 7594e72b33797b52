package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.Mailbox.Located;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.store.Keys;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How messages of one user come to their end: each once, with an outcome that says why. */
final class Endings {
  private final AppliedPolicy policy;
  private final UserState state;
  private final Mailbox mailbox;
  private final long now;
  private final Consumer<Effect> effects;

  Endings(
      AppliedPolicy policy,
      UserState state,
      Mailbox mailbox,
      long nowMillis,
      Consumer<Effect> effects) {
    this.policy = policy;
    this.state = state;
    this.mailbox = mailbox;
    this.now = nowMillis;
    this.effects = effects;
  }

  /** A newer message with the same collapse key takes the place of one that waits. */
  void collapse(Located older, String newerId) {
    mailbox.remove(older);
    Message message = older.entry().message();
    effects.accept(
        new Effect.Ended(
            new Outcome(
                message.id(),
                message.source(),
                Kind.COLLAPSED,
                Reason.COLLAPSE_KEY,
                0,
                newerId,
                now)));
  }

  /** Takes an entry out that not every device has, and says what became of it. */
  void remove(Located located, Kind kind, Reason reason) {
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
    state.mailbox.lossFloor = Math.max(state.mailbox.lossFloor, seq);
    if (state.onAny(seq, message.urgency())) {
      ended(message, Kind.DELIVERED, Reason.SOME_DEVICES, seq);
    } else {
      ended(message, kind, reason, seq);
    }
  }

  /**
   * @param seq 0 if it was never released
   */
  void ended(Message message, Kind kind, Reason reason, long seq) {
    effects.accept(
        new Effect.Ended(
            new Outcome(message.id(), message.source(), kind, reason, seq, null, now)));
  }

  /** A rule of the policy decided it. */
  void byPolicy(Message message, Kind kind, String rule, @Nullable String replacedBy) {
    Outcome.Rule decided = new Outcome.Rule(policy.name(), policy.version(), rule);
    effects.accept(
        new Effect.Ended(
            new Outcome(
                message.id(), message.source(), kind, Reason.POLICY, 0, replacedBy, decided, now)));
  }
}
