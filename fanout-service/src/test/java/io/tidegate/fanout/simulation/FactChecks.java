package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks every committed event: what it did, and where it left the user. */
final class FactChecks {
  private final World world;
  private final SequencerSettings settings;
  private final Ledger ledger;
  private final SeqBook seqs;
  private final Minimums minimums;
  private final ThrottleReference throttle;
  private final Map<UserKey, UserRecord> last = new HashMap<>();

  FactChecks(World world, Ledger ledger, SeqBook seqs, Minimums minimums) {
    this.world = world;
    this.settings = world.plan.settings;
    this.ledger = ledger;
    this.seqs = seqs;
    this.minimums = minimums;
    this.throttle = new ThrottleReference(settings.policy().limits());
  }

  void forget(UserKey user) {
    last.remove(user);
    throttle.forget(user);
  }

  void check(Fact fact) {
    UserKey user = fact.user();
    UserRecord before = fact.before();
    Violation.unless(
        before == null ? !last.containsKey(user) : before.equals(last.get(user)),
        4,
        user + " goes on from a state that was not committed");
    if (fact.after() == null) {
      last.remove(user);
    } else {
      last.put(user, fact.after());
    }
    arrival(fact);
    if (fact.event() instanceof UserEvent.Acked ack
        && before != null
        && before.getEpoch() == ack.epoch()) {
      seqs.acked(ack.session(), ack.seq());
    }
    if (fact.event() instanceof UserEvent.SessionUp up) {
      minimums.up(up);
    }
    releases(fact);
    fact.effects().forEach(effect -> outcome(fact, effect));
    bounds(fact);
    progress(fact);
    if (fact.after() != null) {
      devices(user, before, fact.after());
    }
  }

  private void arrival(Fact fact) {
    if (!(fact.event() instanceof UserEvent.Arrived(Message message))) {
      return;
    }
    Ledger.Account account = ledger.find(fact.user(), message.id());
    if (fact.effects().contains(new Effect.Duplicate(message.id()))) {
      Violation.unless(
          account != null,
          5,
          fact.user() + " never had " + message.id() + ", which is dropped as a duplicate");
      return;
    }
    if (account != null) {
      long between = Math.abs(fact.wall() - account.acceptedWall);
      long horizon = settings.dedupeHorizon().toMillis();
      Violation.unless(
          between > horizon || (world.plan.clockGoesBack && horizon < 20_000),
          4,
          fact.user() + " accepts " + message.id() + " again after " + between + " ms");
    }
    ledger.accept(fact.user(), message, fact.offset(), fact.wall());
  }

  private void releases(Fact fact) {
    UserKey user = fact.user();
    long next = fact.before() == null ? 1 : fact.before().getNextSeq();
    long released = 0;
    long skipped = 0;
    for (Effect effect : fact.effects()) {
      switch (effect) {
        case Effect.Attach attach -> seqs.attached(attach.session(), attach.seq());
        case Effect.Reset reset -> seqs.reset(reset);
        case Effect.Deliver deliver -> {
          seqs.delivered(deliver);
          minimums.delivered(user, epoch(fact), deliver);
          for (Effect.Sequenced message : deliver.messages()) {
            released += name(fact, message, next) ? 1 : 0;
          }
        }
        case Effect.Ended(Outcome o) -> skipped += o.kind() == Kind.DROPPED && o.seq() == 0 ? 1 : 0;
        case Effect.DeliverLive live -> minimums.wanted(live.session(), live.message());
        case Effect.Kick _, Effect.Duplicate _, Effect.Reached _ -> {}
      }
    }
    UserRecord after = fact.after();
    Violation.unless(
        after == null || after.getNextSeq() == next + released + skipped,
        7,
        user + " used seqs from " + next + " for " + released + " and " + skipped + ": " + after);
  }

  private boolean name(Fact fact, Effect.Sequenced message, long next) {
    UserRecord after = fact.after();
    UserKey user = fact.user();
    if (after == null) {
      throw new Violation(2, user + " is forgotten while it is sent something");
    }
    String id = message.message().id();
    boolean first = seqs.name(user, after.getEpoch(), message.seq(), id);
    if (!first) {
      return false;
    }
    Violation.unless(message.seq() >= next, 7, user + " releases in the past: " + message);
    throttle.released(user, fact.forward());
    Ledger.Account account = ledger.find(user, id);
    if (account == null) {
      throw new Violation(2, user + " is sent a message it never had: " + id);
    }
    if (account.accepted == 1) {
      seqs.ordered(user, after.getEpoch(), message.message(), account.offset);
    }
    return true;
  }

  private void outcome(Fact fact, Effect effect) {
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
                user + " has it not on every device: " + o + " " + device);
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
            user + " has it on no device: " + o);
      }
      case TTL ->
          Violation.unless(message.expiryMillis() <= now, 3, user + " expired too early: " + o);
      case MAILBOX_AGE ->
          Violation.unless(
              account.accepted > 1 || account.acceptedWall + settings.maxAge().toMillis() <= now,
              3,
              user + " was dropped too young: " + o);
      case COLLAPSE_KEY -> {
        Ledger.Account by = ledger.find(user, String.valueOf(o.replacedBy()));
        Violation.unless(
            by != null
                && message.collapseKey() != null
                && message.collapseKey().equals(by.message.collapseKey()),
            3,
            user + " was collapsed for nothing: " + o);
      }
      case MAILBOX_FULL -> full(fact, o, message);
      case LIVE -> {
        Violation.unless(message.isLive(), 3, user + " was treated as live: " + o);
        throttle.released(user, fact.forward());
      }
      case DEVICE_URGENCY -> unwanted(fact, o, message);
      case NO_SESSION -> Violation.unless(message.isLive(), 3, user + " was treated as live: " + o);
      // The policies here let all wait that can.
      case POLICY ->
          Violation.unless(
              message.isLive()
                  && (world.plan.clockGoesBack || throttle.eligibleMillis(user) > fact.forward()),
              20,
              user + " could have been sent it: " + o);
      case MALFORMED, INTERNAL -> throw new Violation(2, "unexpected: " + o);
    }
    Violation.unless(
        o.kind() != Kind.DELIVERED
            || o.reason() == Reason.ALL_DEVICES
            || o.reason() == Reason.SOME_DEVICES
            || o.reason() == Reason.LIVE,
        3,
        "delivered, why? " + o);
  }

  private static long epoch(Fact fact) {
    UserRecord known = fact.after() == null ? fact.before() : fact.after();
    return known == null ? 0 : known.getEpoch();
  }

  /**
   * Or one was told that it may have missed it, as where the record that held it was lost. Of a
   * device that two clients are at once, which want different things, it cannot be said.
   */
  private void wasShown(Fact fact, Outcome o) {
    Violation.unless(
        seqs.isShown(fact.user(), epoch(fact), o.seq())
            || world.clients.stream()
                .anyMatch(
                    c ->
                        c.user.equals(fact.user())
                            && (c.told() >= o.seq() || minimums.differ(c, world.clients))),
        3,
        fact.user() + " was never shown what is delivered: " + o);
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
          fact.user() + " has a device that wants it: " + o + " " + device);
    }
    Violation.unless(message.isLive() == (o.seq() == 0), 3, fact.user() + " could wait: " + o);
  }

  /** What no device has is not dropped for what some device has, if there is one that takes it. */
  private void full(Fact fact, Outcome o, Message message) {
    UserRecord before = fact.before();
    if (before == null
        || o.seq() != 0
        || !settings.policy().limits().isEmpty()
        || before.getReleased() == 0
        || StoreReader.ready(before) > 0
        || before.getScheduled() > 0
        || message.deliverAtMillis() > fact.wall()
        || message.payload().length > settings.maxBytes()) {
      return;
    }
    for (DeviceRecord device : before.getDevicesList()) {
      boolean waits =
          device.getConnected()
              && minimums.highest(fact.user(), device.getName()) == Urgency.VERY_LOW
              && device.getAcked() == before.getNextSeq() - 1
              && device.getSent() == device.getAcked();
      Violation.unless(
          !waits,
          22,
          fact.user() + " loses a message that a device waits for to what the device has: " + o);
    }
  }

  private void bounds(Fact fact) {
    long ended = fact.effects().stream().filter(e -> e instanceof Effect.Ended).count();
    long turn = settings.turnMessages();
    Violation.unless(
        ended <= 5 * turn + 3, 25, fact.user() + " had " + ended + " outcomes in one event");
    Map<SessionRef, Integer> sent = new HashMap<>();
    for (Effect effect : fact.effects()) {
      if (effect instanceof Effect.Deliver deliver) {
        sent.merge(deliver.session(), deliver.messages().size(), Integer::sum);
        long bytes = deliver.messages().stream().mapToLong(m -> m.message().payload().length).sum();
        long last = deliver.messages().getLast().message().payload().length;
        Violation.unless(
            bytes - last < settings.turnBytes(), 25, fact.user() + " " + bytes + " bytes at once");
      }
    }
    sent.forEach(
        (session, count) ->
            Violation.unless(count <= 2 * turn, 25, session + " was sent " + count + " at once"));
  }

  /** Nothing that could go is left waiting without a wake-up at the exact time. */
  private void progress(Fact fact) {
    UserRecord after = fact.after();
    if (after == null || StoreReader.ready(after) == 0 || world.plan.clockGoesBack) {
      return;
    }
    boolean takes =
        after.getDevicesList().stream()
            .anyMatch(
                d ->
                    d.getConnected()
                        && Math.max(d.getSent(), d.getCursor()) == after.getNextSeq() - 1
                        && StoreReader.ready(after, Urgency.at(d.getMinUrgency())) > 0
                        && d.getSent() - d.getAcked() < d.getWindow());
    if (!takes || (after.getDueMillis() != 0 && after.getDueMillis() <= fact.wall())) {
      return;
    }
    long eligible = throttle.eligibleMillis(fact.user()) + fact.wall() - fact.forward();
    Violation.unless(
        eligible > fact.wall() && after.getDueMillis() != 0 && after.getDueMillis() <= eligible,
        22,
        fact.user()
            + " could be sent something at "
            + eligible
            + ", it is "
            + fact.wall()
            + ", and is woken at "
            + after.getDueMillis());
  }

  private void devices(UserKey user, @Nullable UserRecord before, UserRecord after) {
    for (DeviceRecord device : after.getDevicesList()) {
      if (device.getConnected()) {
        SessionRef session =
            new SessionRef(device.getSlot(), device.getIncarnation(), device.getN());
        seqs.withinWindow(device, session);
      }
      if (before == null || before.getEpoch() != after.getEpoch()) {
        continue;
      }
      Violation.unless(
          after.getNextSeq() >= before.getNextSeq(), 7, user + " goes back in its seqs");
      for (DeviceRecord old : before.getDevicesList()) {
        Violation.unless(
            !old.getName().equals(device.getName()) || device.getAcked() >= old.getAcked(),
            19,
            user + " takes an ack back: " + old + " to " + device);
      }
    }
  }
}
