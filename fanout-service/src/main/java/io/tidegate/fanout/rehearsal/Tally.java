package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.rehearsal.Result.Busiest;
import io.tidegate.fanout.rehearsal.Result.Ending;
import io.tidegate.fanout.sequencer.Effect.Sequenced;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the messages of one run. */
final class Tally {
  private final Map<UserKey, PerUser> users = new HashMap<>();
  private final Map<Cause, Long> causes = new HashMap<>();
  private final Delays.Collector delays = new Delays.Collector();
  private long waiting;
  private long atOnce;
  private long delayed;
  private long pushes;
  private long faults;

  private static final class PerUser {
    long pushes;
    long messages;
  }

  private record Cause(Kind kind, Outcome.Reason reason, @Nullable String rule) {}

  boolean knows(UserKey user) {
    return users.containsKey(user);
  }

  /**
   * @param fits whether the user's settings can be had as they are
   */
  void met(UserKey user, boolean fits) {
    users.put(user, new PerUser());
    faults += fits ? 0 : 1;
  }

  int users() {
    return users.size();
  }

  void arrived() {
    waiting++;
  }

  /** Messages that have arrived and not ended. */
  long waiting() {
    return waiting;
  }

  void pushed(UserKey user, List<Sequenced> messages, long nowMillis) {
    PerUser counts = push(user, messages.size());
    for (Sequenced each : messages) {
      went(nowMillis - Recorded.readyMillis(each.message()));
    }
    counts.messages += messages.size();
  }

  void pushedLive(UserKey user) {
    push(user, 1).messages++;
    went(0);
  }

  private PerUser push(UserKey user, int messages) {
    PerUser counts = users.get(user);
    if (counts == null || messages == 0) {
      throw new IllegalStateException("a push of nothing, or to a user that has no messages");
    }
    pushes++;
    counts.pushes++;
    return counts;
  }

  private void went(long delayMillis) {
    delays.add(delayMillis);
    if (delayMillis <= Delays.AT_ONCE.toMillis()) {
      atOnce++;
    } else {
      delayed++;
    }
  }

  void ended(Outcome outcome) {
    waiting--;
    if (outcome.kind() != Kind.DELIVERED) {
      Outcome.Rule rule = outcome.rule();
      String name = rule == null ? null : rule.name();
      causes.merge(new Cause(outcome.kind(), outcome.reason(), name), 1L, Long::sum);
    }
  }

  Result result() {
    return new Result(
        atOnce + delayed,
        atOnce,
        delayed,
        of(Kind.COLLAPSED),
        of(Kind.DROPPED),
        of(Kind.EXPIRED),
        waiting,
        pushes,
        faults,
        delays.delays(),
        endings(),
        busiest());
  }

  private long of(Kind kind) {
    return causes.entrySet().stream()
        .filter(each -> each.getKey().kind() == kind)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private List<Ending> endings() {
    return causes.entrySet().stream()
        .map(
            each ->
                new Ending(
                    each.getKey().kind().label(),
                    each.getKey().reason().label(),
                    each.getKey().rule(),
                    each.getValue()))
        .sorted(
            Comparator.comparingLong(Ending::messages)
                .reversed()
                .thenComparing(Ending::outcome)
                .thenComparing(Ending::reason)
                .thenComparing(ending -> String.valueOf(ending.rule())))
        .toList();
  }

  /** Of equals the first by name, so that the same input gives the same answer. */
  private @Nullable Busiest busiest() {
    return users.entrySet().stream()
        .filter(each -> each.getValue().pushes > 0)
        .map(
            each ->
                new Busiest(each.getKey().user(), each.getValue().pushes, each.getValue().messages))
        .min(Comparator.comparingLong(Busiest::pushes).reversed().thenComparing(Busiest::user))
        .orElse(null);
  }
}
