package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import org.jspecify.annotations.Nullable;

/** Checks every outcome: whether the message may have come to that end. */
final class OutcomeChecks {
  private final World world;
  private final SequencerSettings settings;
  private final Ledger ledger;
  private final SeqBook seqs;
  private final Minimums minimums;
  private final Refusals refusals;
  private final PaceChecks pace;

  OutcomeChecks(
      World world,
      Ledger ledger,
      SeqBook seqs,
      Minimums minimums,
      Refusals refusals,
      PaceChecks pace) {
    this.world = world;
    this.settings = world.plan.settings;
    this.ledger = ledger;
    this.seqs = seqs;
    this.minimums = minimums;
    this.refusals = refusals;
    this.pace = pace;
  }

  void check(Fact fact, Effect effect) {
    if (!(effect instanceof Effect.Ended(Outcome o))) {
      return;
    }
    UserKey user = fact.user();
    Ledger.Account account = ledger.find(user, o.messageId());
    UserRecord after = fact.after();
    if (account == null) {
      throw new Violation(2, user + " has an outcome for nothing: " + o);
    }
    Message message = account.message;
    long now = fact.wall();
    switch (o.reason()) {
      case ALL_DEVICES -> {
        if (after != null) {
          for (DeviceRecord device : after.getDevicesList()) {
            Violation.unless(
                message.urgency().compareTo(minimums.highest(user, device.getName())) < 0
                    || world.clients.stream()
                        .anyMatch(
                            c ->
                                c.user.equals(user)
                                    && c.name.equals(device.getName())
                                    && c.hasReached(after.getEpoch(), o.seq())),
                3,
                user,
                " has it not on every device: ",
                o,
                " ",
                device);
          }
        }
        wasShown(fact, o);
      }
      case SOME_DEVICES -> {
        wasShown(fact, o);
        Violation.unless(
            after == null
                || world.clients.stream()
                    .anyMatch(c -> c.user.equals(user) && c.hasReached(after.getEpoch(), o.seq())),
            3,
            user,
            " has it on no device: ",
            o);
      }
      case TTL -> Violation.unless(account.expiryMillis <= now, 3, user, " expired too early: ", o);
      case MAILBOX_AGE ->
          Violation.unless(
              account.accepted > 1 || account.acceptedWall + settings.maxAge().toMillis() <= now,
              3,
              user,
              " was dropped too young: ",
              o);
      case COLLAPSE_KEY -> {
        Ledger.Account by = ledger.find(user, String.valueOf(o.replacedBy()));
        Violation.unless(
            by != null
                && message.collapseKey() != null
                && message.collapseKey().equals(by.message.collapseKey()),
            3,
            user,
            " was collapsed for nothing: ",
            o);
      }
      case MAILBOX_FULL -> full(fact, o, message);
      case DEVICE_URGENCY -> unwanted(fact, o, message);
      case ENDPOINT_REFUSED -> refused(fact, o, message);
      case LIVE, NO_SESSION ->
          Violation.unless(message.isLive(), 3, user, " was treated as live: ", o);
      case POLICY -> {} // PaceChecks looks at it
      case MALFORMED, INTERNAL -> throw new Violation(2, "unexpected: " + o);
    }
    Violation.unless(
        o.kind() != Kind.DELIVERED
            || o.reason() == Reason.ALL_DEVICES
            || o.reason() == Reason.SOME_DEVICES
            || o.reason() == Reason.LIVE,
        3,
        "delivered, why? ",
        o);
  }

  static long epoch(Fact fact) {
    UserRecord known = known(fact);
    return known == null ? 0 : known.getEpoch();
  }

  private static @Nullable UserRecord known(Fact fact) {
    return fact.after() == null ? fact.before() : fact.after();
  }

  /** Every device that wants it refused it, so that nobody has it. */
  private void refused(Fact fact, Outcome o, Message message) {
    UserRecord known = known(fact);
    if (known == null) {
      throw new Violation(3, fact.user() + " has no device that could refuse: " + o);
    }
    boolean any = false;
    for (DeviceRecord device : known.getDevicesList()) {
      boolean by = refusals.isBy(fact.user(), known.getEpoch(), device.getName(), o.seq());
      any |= by;
      Violation.unless(
          by || message.urgency().compareTo(minimums.highest(fact.user(), device.getName())) < 0,
          3,
          fact.user(),
          " has a device that did not refuse it: ",
          o,
          " ",
          device);
    }
    Violation.unless(any, 3, fact.user(), " has no device that refused it: ", o);
  }

  /**
   * Or one was told that it may have missed it, as where the record that held it was lost. Of a
   * device that two clients are at once, which want different things, it cannot be said.
   */
  private void wasShown(Fact fact, Outcome o) {
    Violation.unless(
        seqs.isShown(fact.user(), epoch(fact), o.seq())
            || refusals.isSaidInVain(fact.user(), epoch(fact), o.seq(), known(fact))
            || world.clients.stream()
                .anyMatch(
                    c ->
                        c.user.equals(fact.user())
                            && (c.told() >= o.seq() || minimums.differ(c, world.clients))),
        3,
        fact.user(),
        " was never shown what is delivered: ",
        o);
  }

  /** Nobody wants it who could still get it. */
  private void unwanted(Fact fact, Outcome o, Message message) {
    // A device that is forgotten in the same event does not count any more.
    UserRecord after = fact.after();
    if (after == null) {
      throw new Violation(3, fact.user() + " has no device that does not want it: " + o);
    }
    for (DeviceRecord device : after.getDevicesList()) {
      boolean counts = o.seq() != 0 || device.getConnected();
      Violation.unless(
          !counts
              || message.urgency().compareTo(minimums.highest(fact.user(), device.getName())) < 0,
          3,
          fact.user(),
          " has a device that wants it: ",
          o,
          " ",
          device);
    }
    Violation.unless(message.isLive() == (o.seq() == 0), 3, fact.user(), " could wait: ", o);
  }

  /** What no device has is not dropped for what some device has, if there is one that takes it. */
  private void full(Fact fact, Outcome o, Message message) {
    UserRecord before = fact.before();
    if (before == null
        || o.seq() != 0
        || mayHold(pace.held(fact).policy())
        || before.getReleased() == 0
        || StoreReader.ready(before) > 0
        || before.getScheduled() > 0
        || message.deliverAtMillis() > fact.wall()
        || message.payload().length > settings.maxBytes()
        || pace.held(fact).policy().mailbox().maxBytes() != null) {
      return;
    }
    for (DeviceRecord device : before.getDevicesList()) {
      boolean waits =
          device.getConnected()
              && device.getRefusedCount() == 0 // else it may be another's alone, and under way
              && minimums.highest(fact.user(), device.getName()) == Urgency.VERY_LOW
              && device.getAcked() == before.getNextSeq() - 1
              && device.getSent() == device.getAcked();
      Violation.unless(
          !waits,
          22,
          fact.user(),
          " loses a message that a device waits for to what the device has: ",
          o);
    }
  }

  private static boolean mayHold(Policy policy) {
    return !policy.limits().isEmpty()
        || !policy.caps().isEmpty()
        || !policy.quietHours().isEmpty()
        || !policy.batch().window().isZero();
  }
}
