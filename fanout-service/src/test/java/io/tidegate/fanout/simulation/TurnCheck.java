package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Overflow;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.pace.NaivePace;
import io.tidegate.fanout.pace.NaivePace.Says;
import io.tidegate.fanout.pace.NaivePace.View;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.simulation.HeldPolicies.Held;
import io.tidegate.fanout.simulation.MailboxModel.Waiting;
import io.tidegate.fanout.simulation.PaceChecks.Model;
import io.tidegate.fanout.state.UserRecord;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one event does to the messages that wait, but for those that it releases. */
final class TurnCheck {
  private final SequencerSettings settings;
  private final Held held;
  private final Policy policy;
  private final Model model;
  private final MailboxModel mailbox;
  private final Fact fact;
  private final NaivePace.Time now;
  private final Set<String> separate;
  private final List<Outcome> outcomes;

  /** Of the mailbox, what has a seq among it. */
  private int entries;

  private long bytes;

  TurnCheck(SequencerSettings settings, Held held, Model model, Fact fact, NaivePace.Time now) {
    this.settings = settings;
    this.held = held;
    this.policy = held.policy();
    this.model = model;
    this.mailbox = model.mailbox;
    this.fact = fact;
    this.now = now;
    this.separate =
        Stream.concat(
                policy.limits().stream().map(limit -> limit.category()),
                policy.caps().stream().map(cap -> cap.category()))
            .flatMap(Stream::ofNullable)
            .collect(Collectors.toSet());
    this.outcomes =
        fact.effects().stream()
            .flatMap(e -> e instanceof Effect.Ended(Outcome o) ? Stream.of(o) : Stream.empty())
            .toList();
    UserRecord before = fact.before();
    if (before != null) {
      entries = StoreReader.ready(before) + before.getScheduled() + before.getReleased();
      bytes = before.getPayloadBytes();
    }
  }

  /** The message as the policy has it kept. */
  static Message kept(Policy policy, Message message, long now) {
    Duration ttl = policy.mailbox().ttl();
    if (ttl == null || message.isLive()) {
      return message;
    }
    long end = Math.max(now, message.deliverAtMillis()) + ttl.toMillis();
    return message.expiryMillis() <= end ? message : message.expiringAt(end);
  }

  /** All that comes before anything is released. */
  void before() {
    mailbox.sort(separate, settings.turnMessages());
    int promoted = mailbox.scheduled();
    int most = Math.max(settings.turnMessages(), policy.batch().maxMessages());
    mailbox.promote(
        now.wall(),
        most,
        waiting -> model.pace.arrived(waiting.message().urgency(), waiting.ready()));
    promoted -= mailbox.scheduled();
    List<Outcome> rest = outcomes;
    Message arrived = fact.arrived();
    if (arrived != null) {
      rest = arrive(arrived, promoted == most);
    }
    rest.forEach(this::end);
  }

  /** Says which of the outcomes are of other messages. */
  private List<Outcome> arrive(Message arrived, boolean morePromised) {
    if (arrived.isLive()) {
      live(arrived, outcomes.getFirst());
      return outcomes.subList(1, outcomes.size());
    }
    Message message = kept(policy, arrived, now.wall());
    if (message.expiryMillis() <= now.wall()) {
      return outcomes.subList(1, outcomes.size());
    }
    boolean collapses = !outcomes.isEmpty() && outcomes.getFirst().reason() == Reason.COLLAPSE_KEY;
    if (collapses) {
      end(outcomes.getFirst());
    }
    Waiting first = mailbox.firstScheduled();
    boolean behindDue = first != null && (morePromised || first.due() <= now.wall());
    boolean scheduled = message.deliverAtMillis() > now.wall() || behindDue;
    mailbox.add(message, now.wall(), scheduled);
    if (!scheduled) {
      model.pace.arrived(message.urgency(), now.wall());
    }
    entries++;
    bytes += message.payload().length;
    return outcomes.subList(collapses ? 1 : 0, outcomes.size());
  }

  /** It is a push of its own, and neither opens a batch window nor waits for one. */
  private void live(Message message, Outcome outcome) {
    int push = model.pushes++;
    Says least = says(message, View.LEAST);
    switch (outcome.reason()) {
      case LIVE -> {
        Violation.unless(least == Says.GO, 20, "was ", least, " and went: ", outcome);
        String wrong = model.pace.sent(push, message.urgency(), message.category(), now);
        Violation.unless(wrong == null, 20, fact.user(), " was sent ", wrong);
      }
      case POLICY -> {
        byThePolicy(held, outcome);
        Says most = says(message, View.MOST);
        Violation.unless(most != Says.GO, 20, fact.user(), " could have been sent ", outcome);
        Violation.unless(
            outcome.kind() == Kind.EXPIRED
                || mayRefuse(OnExceed.DROP, message, outcome)
                || mayRefuse(OnExceed.COLLAPSE, message, outcome),
            20,
            fact.user(),
            " is refused for nothing: ",
            outcome,
            " ",
            policy);
      }
      default -> {}
    }
  }

  private Says says(Message message, View view) {
    return model.pace.says(
        -1, message.urgency(), message.category(), NaivePace.IN_NO_WINDOW, now, view);
  }

  private boolean mayRefuse(OnExceed onExceed, Message message, Outcome outcome) {
    Outcome.Rule rule = outcome.rule();
    return rule != null
        && model.pace.mayRefuse(rule.name(), onExceed, message.urgency(), message.category(), now);
  }

  static void byThePolicy(Held held, Outcome outcome) {
    Outcome.Rule rule = outcome.rule();
    Violation.unless(
        rule != null && rule.policy().equals(held.name()) && rule.version() == held.version(),
        20,
        outcome,
        " names another policy than ",
        held);
  }

  /**
   * One that has no seq leaves the mailbox; what its policy ends is looked at with the releases.
   */
  private void end(Outcome outcome) {
    if (outcome.reason() == Reason.POLICY) {
      return;
    }
    if (outcome.reason() == Reason.MAILBOX_FULL) {
      Violation.unless(
          entries > maxEntries() || bytes > maxBytes(),
          20,
          fact.user(),
          " loses something to a mailbox that is not full: ",
          outcome);
    }
    entries--;
    if (outcome.seq() > 0) {
      bytes -= model.sizes.getOrDefault(outcome.messageId(), 0);
      return;
    }
    List<Waiting> found = mailbox.find(outcome.messageId());
    Violation.unless(
        !found.isEmpty(), 2, fact.user(), " ends what does not wait: ", outcome, mailbox.heads());
    Waiting waiting =
        switch (outcome.reason()) {
          case MAILBOX_FULL -> found.stream().filter(this::isFirstToDrop).findFirst().orElse(null);
          case TTL ->
              Collections.min(
                  found, Comparator.comparingLong(each -> each.message().expiryMillis()));
          default -> found.getFirst();
        };
    if (waiting == null) {
      throw new Violation(
          20, fact.user() + " loses " + outcome + " before " + mailbox.heads() + " by " + held);
    }
    bytes -= waiting.message().payload().length;
    mailbox.remove(waiting);
  }

  /** Of what waits it is the one to make room. */
  private boolean isFirstToDrop(Waiting waiting) {
    boolean mostlyScheduled = mailbox.scheduled() > (entries + 1) / 2;
    if (mailbox.isScheduled(waiting)) {
      return waiting.equals(mailbox.firstScheduled()) && (mailbox.ready() == 0 || mostlyScheduled);
    }
    Comparator<Waiting> order = Comparator.comparingLong(Waiting::arrival);
    if (policy.mailbox().overflow() == Overflow.LOWEST_URGENCY) {
      order = Comparator.comparing(TurnCheck::urgency).thenComparing(order);
    }
    for (Waiting head : mailbox.heads().values()) {
      if (order.compare(waiting, head) > 0) {
        return false;
      }
    }
    return !mostlyScheduled;
  }

  private static Urgency urgency(Waiting waiting) {
    return waiting.message().urgency();
  }

  private int maxEntries() {
    Integer most = policy.mailbox().maxMessages();
    return most == null ? settings.maxEntries() : Math.min(most, settings.maxEntries());
  }

  private long maxBytes() {
    Long most = policy.mailbox().maxBytes();
    return most == null ? settings.maxBytes() : Math.min(most, settings.maxBytes());
  }

  /** The mailbox is as it should be. */
  void after() {
    UserRecord after = fact.after();
    int scheduled = after == null ? 0 : after.getScheduled();
    int ready = after == null ? 0 : StoreReader.ready(after);
    Violation.unless(
        scheduled == mailbox.scheduled() && ready == mailbox.ready(),
        2,
        fact.user(),
        " should have ",
        mailbox.scheduled(),
        " scheduled and ",
        mailbox.ready(),
        " ready: ",
        after);
    if (after == null || (after.getDueMillis() != 0 && after.getDueMillis() <= fact.wall())) {
      return;
    }
    Violation.unless(
        ready + scheduled + after.getReleased() <= maxEntries()
            && after.getPayloadBytes() <= maxBytes(),
        25,
        fact.user(),
        " keeps more than ",
        held,
        " and ",
        settings,
        ": ",
        after);
  }
}
