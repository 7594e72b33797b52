package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Batch;
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
  private final SequencerSettings settings;
  private final Ledger ledger;
  private final SeqBook seqs;
  private final Minimums minimums;
  private final Refusals refusals;
  private final PaceChecks pace;
  private final OutcomeChecks outcomes;
  private final GroupChecks groups;
  private final PresenceChecks presence;
  private final Clock clock;

  /** Mutants break presence as they break all else, and are to be known by the rest. */
  private final boolean faultless;

  private final Map<UserKey, UserRecord> last = new HashMap<>();

  FactChecks(
      World world,
      HeldPolicies policies,
      Ledger ledger,
      SeqBook seqs,
      Minimums minimums,
      Refusals refusals,
      GroupChecks groups) {
    this.settings = world.plan.settings;
    this.ledger = ledger;
    this.seqs = seqs;
    this.minimums = minimums;
    this.refusals = refusals;
    this.groups = groups;
    this.presence = new PresenceChecks(settings);
    this.clock = world.clock;
    this.faultless = world.mutant == Mutant.NONE;
    this.pace = new PaceChecks(settings, policies);
    this.outcomes = new OutcomeChecks(world, ledger, seqs, minimums, refusals, pace);
  }

  void forget(UserKey user) {
    last.remove(user);
    pace.forget(user);
    presence.forget(user);
  }

  void check(Fact fact) {
    UserKey user = fact.user();
    UserRecord before = fact.before();
    Violation.unless(
        before == null ? !last.containsKey(user) : before.equals(last.get(user)),
        4,
        user,
        " goes on from a state that was not committed");
    if (fact.after() == null) {
      last.remove(user);
    } else {
      last.put(user, fact.after());
    }
    groups.check(fact);
    if (faultless) {
      presence.check(fact);
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
    refusals.follow(fact);
    releases(fact);
    fact.effects().forEach(effect -> outcomes.check(fact, effect));
    bounds(fact);
    pace.check(fact);
    if (fact.after() != null) {
      devices(user, before, fact.after());
    }
  }

  private void arrival(Fact fact) {
    Message message = fact.arrived();
    if (message == null) {
      if (fact.isRepeated()) {
        hadIt(fact);
      }
      return;
    }
    UserKey user = fact.user();
    boolean forMany = fact.event() instanceof UserEvent.GroupArrived;
    Ledger.Account account = ledger.find(user, message.id());
    // Whether one that is for now comes to a user again is known of the copy alone.
    if (account != null && !(forMany && message.isLive())) {
      long between = Math.abs(fact.wall() - account.acceptedWall);
      Violation.unless(
          groups.mayComeAgain(between),
          4,
          user,
          " accepts ",
          message.id(),
          " again after ",
          between,
          " ms");
    }
    Message kept = TurnCheck.kept(pace.held(fact).policy(), message, fact.wall());
    boolean inOrder = !forMany || groups.isInOrder(fact);
    ledger.accept(user, kept, fact.offset(), fact.wall()).inOrder = inOrder;
  }

  private void hadIt(Fact fact) {
    String id =
        switch (fact.event()) {
          case UserEvent.Arrived(Message message) -> message.id();
          case UserEvent.GroupArrived(Message message, long _) -> message.id();
          default -> "";
        };
    Violation.unless(
        ledger.find(fact.user(), id) != null,
        5,
        fact.user(),
        " never had ",
        id,
        ", which is dropped as a duplicate");
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
          minimums.delivered(user, OutcomeChecks.epoch(fact), deliver);
          for (Effect.Sequenced message : deliver.messages()) {
            released += name(fact, message, next) ? 1 : 0;
          }
        }
        case Effect.Ended(Outcome o) -> skipped += usesSeq(o) ? 1 : 0;
        case Effect.DeliverLive live -> minimums.wanted(live.session(), live.message());
        case Effect.Kick _, Effect.Duplicate _, Effect.Reached _ -> {}
        case Effect.Online _, Effect.Announced _ -> {}
      }
    }
    UserRecord after = fact.after();
    Violation.unless(
        after == null || after.getNextSeq() == next + released + skipped,
        7,
        user,
        " used seqs from ",
        next,
        " for ",
        released,
        " and ",
        skipped,
        ": ",
        after);
  }

  /** So that clients see a gap where something was lost; what a policy drops is no loss. */
  private static boolean usesSeq(Outcome o) {
    return o.kind() == Kind.DROPPED && o.seq() == 0 && o.reason() != Reason.POLICY;
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
    Violation.unless(message.seq() >= next, 7, user, " releases in the past: ", message);
    Ledger.Account account = ledger.find(user, id);
    if (account == null) {
      throw new Violation(2, user + " is sent a message it never had: " + id);
    }
    if (account.accepted == 1 && account.inOrder) {
      seqs.ordered(user, after.getEpoch(), message.message(), account.offset);
    }
    return true;
  }

  private void bounds(Fact fact) {
    long ended = fact.effects().stream().filter(e -> e instanceof Effect.Ended).count();
    long turn = settings.turnMessages();
    Violation.unless(
        ended <= 5 * turn + 3, 25, fact.user(), " had ", ended, " outcomes in one event");
    Batch batch = pace.held(fact).policy().batch();
    long mostBytes = Math.max(settings.turnBytes() - 1, batch.maxBytes());
    Map<SessionRef, Integer> sent = new HashMap<>();
    for (Effect effect : fact.effects()) {
      if (effect instanceof Effect.Deliver deliver) {
        sent.merge(deliver.session(), deliver.messages().size(), Integer::sum);
        long bytes = deliver.messages().stream().mapToLong(m -> m.message().payload().length).sum();
        long last = deliver.messages().getLast().message().payload().length;
        Violation.unless(bytes - last <= mostBytes, 25, fact.user(), " ", bytes, " bytes at once");
      }
    }
    sent.forEach(
        (session, count) ->
            Violation.unless(
                count < 2 * turn + batch.maxMessages(),
                25,
                session,
                " was sent ",
                count,
                " at once"));
  }

  /** Whom there is something of. */
  Map<UserKey, UserRecord> known() {
    return last;
  }

  /** The user is left alone by now. */
  void atRest(UserKey user, UserRecord record) {
    pace.atRest(user, record);
    if (faultless) {
      presence.atRest(user, clock.wall);
    }
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
          after.getNextSeq() >= before.getNextSeq(), 7, user, " goes back in its seqs");
      for (DeviceRecord old : before.getDevicesList()) {
        Violation.unless(
            !old.getName().equals(device.getName()) || device.getAcked() >= old.getAcked(),
            19,
            user,
            " takes an ack back: ",
            old,
            " to ",
            device);
      }
    }
  }
}
