package io.tidegate.cli.demo;

import io.tidegate.contract.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of everything that one demo sent, counted in (message, user). The law it checks:
 * offered = accepted + refused, and accepted = waiting + the sum of all outcomes.
 */
final class Account {
  final LongAdder offered = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder pushed = new LongAdder();
  final LongAdder acked = new LongAdder();
  final LongAdder missed = new LongAdder();
  private final Map<Outcome.Kind, LongAdder> outcomes = new EnumMap<>(Outcome.Kind.class);

  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  Account() {
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      outcomes.put(kind, new LongAdder());
    }
  }

  void ended(Outcome.Kind kind) {
    adder(kind).increment();
  }

  /**
   * @param reason the outcome's word
   */
  void ended(Outcome.Kind kind, String reason) {
    ended(kind);
    if (kind != Outcome.Kind.DELIVERED) {
      reasons.computeIfAbsent(kind.label() + " " + reason, _ -> new LongAdder()).increment();
    }
  }

  /** Why messages ended otherwise than delivered: {@code dropped mailbox_full} and how many. */
  Map<String, Long> reasons() {
    Map<String, Long> sums = new TreeMap<>();
    reasons.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }

  long ended() {
    return outcomes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long of(Outcome.Kind kind) {
    return adder(kind).sum();
  }

  /** Accepted and without an outcome so far. */
  long open() {
    return accepted.sum() - ended();
  }

  /**
   * @param waiting what the mailboxes hold, as the fan-out says
   */
  boolean isBalanced(long waiting) {
    return offered.sum() == accepted.sum() + refused.sum() && open() == waiting;
  }

  Snapshot snapshot(long atNanos) {
    return new Snapshot(
        atNanos, offered.sum(), accepted.sum(), open(), pushed.sum(), acked.sum(), ended());
  }

  /** The numbers at one instant; two of them give rates. */
  record Snapshot(
      long atNanos,
      long offered,
      long accepted,
      long waiting,
      long pushed,
      long acked,
      long ended) {}

  private LongAdder adder(Outcome.Kind kind) {
    LongAdder adder = outcomes.get(kind);
    if (adder == null) {
      throw new IllegalStateException("an outcome without a counter: " + kind);
    }
    return adder;
  }
}
