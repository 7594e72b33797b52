package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.pace.NaivePace;
import io.tidegate.fanout.pace.NaiveQuiet;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.simulation.HeldPolicies.Held;
import io.tidegate.fanout.state.UserRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plays every committed event of every user again with a naive model of the policy and of the
 * mailbox: nothing goes that the policy holds back, nothing is left that it lets go, and in no
 * other order.
 */
final class PaceChecks {
  /** What the model knows of one user. */
  static final class Model {
    final MailboxModel mailbox = new MailboxModel();
    NaivePace pace;
    int pushes = 1;

    /** Payload bytes by message id. */
    final Map<String, Integer> sizes = new HashMap<>();

    /** How far the clock of the wall lies behind the one that is never set back. */
    private long behind;

    /** The version of the policies by which the user was looked at last. */
    private long version;

    Model(NaivePace pace, long behind) {
      this.pace = pace;
      this.behind = behind;
    }
  }

  private final SequencerSettings settings;
  private final HeldPolicies policies;
  private final Map<UserKey, Model> models = new HashMap<>();
  private final Map<Policy, NaiveQuiet> quiets = new HashMap<>();

  PaceChecks(SequencerSettings settings, HeldPolicies policies) {
    this.settings = settings;
    this.policies = policies;
  }

  Held held(Fact fact) {
    return policies.of(fact.policies(), settingsAfter(fact));
  }

  private static String settingsAfter(Fact fact) {
    if (fact.event() instanceof UserEvent.SettingsChanged changed) {
      return changed.json();
    }
    UserRecord before = fact.before();
    return before == null ? "" : before.getSettings();
  }

  void check(Fact fact) {
    boolean nobody = fact.before() == null && fact.after() == null && fact.effects().isEmpty();
    if (nobody || fact.isRepeated()) {
      return;
    }
    Held held = held(fact);
    NaivePace.Time now = new NaivePace.Time(fact.wall(), fact.forward());
    long behind = fact.forward() - fact.wall();
    Model model = models.computeIfAbsent(fact.user(), _ -> new Model(fresh(held.policy()), behind));
    if (model.behind < behind) {
      model.pace.clockWentBack(now);
      model.behind = behind;
    }
    model.pace.begin(held.policy(), now);
    model.version = fact.policies();
    Message message = fact.arrived();
    if (message != null) {
      model.sizes.put(message.id(), message.payload().length);
    }
    TurnCheck turn = new TurnCheck(settings, held, model, fact, now);
    turn.before();
    new ReleaseCheck(held, model, fact, now, settings.turnMessages()).run();
    turn.after();
    if (fact.after() == null) {
      models.remove(fact.user());
    }
  }

  private NaivePace fresh(Policy policy) {
    return new NaivePace(policy, each -> quiets.computeIfAbsent(each, NaiveQuiet::new));
  }

  /**
   * Nothing goes on by itself: who has messages that are ready was looked at since policies
   * changed.
   */
  void atRest(UserKey user, @Nullable UserRecord record) {
    Model model = models.get(user);
    Violation.unless(
        record == null
            || StoreReader.ready(record) == 0
            || (model != null && model.version == policies.newest()),
        22,
        user,
        " waits by policies that hold no more");
  }

  void forget(UserKey user) {
    models.remove(user);
  }
}
