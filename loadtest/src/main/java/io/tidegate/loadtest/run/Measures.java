package io.tidegate.loadtest.run;

import io.tidegate.loadtest.measure.Counter;
import io.tidegate.loadtest.measure.Tally;
import io.tidegate.loadtest.measure.Timing;
import io.tidegate.loadtest.report.Distribution;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All that is counted and timed in a run. */
final class Measures {
  final Counter offered = new Counter();
  final Counter accepted = new Counter();
  final Counter refused = new Counter();

  /** Of those, messages that will not be handed in again: with an answer, and without. */
  final Counter refusedForGood = new Counter();

  final Counter unanswered = new Counter();

  final Counter shown = new Counter();
  final Counter acked = new Counter();
  final Counter repeats = new Counter();
  final Counter welcomes = new Counter();

  final Timing lateness = new Timing();
  final Timing accept = new Timing();
  final Timing acceptToPush = new Timing();
  final Timing dueToPush = new Timing();
  final Timing pushToAck = new Timing();

  final Tally answers = new Tally();
  final Tally disconnects = new Tally();
  final Tally ackFailures = new Tally();

  /** Of the loop that hands in; those that hold devices count from 0. */
  static final int OFFERING = -1;

  private final Map<Integer, Timing> loopDelays = new ConcurrentHashMap<>();

  /** By how much an event loop of this process came late. */
  Timing loopDelay(int loop) {
    return loopDelays.computeIfAbsent(loop, none -> new Timing());
  }

  /** That of the loop which came late most: one that is would be hidden among others. */
  Distribution loopDelay() {
    return loopDelays.values().stream()
        .map(delay -> Distribution.of(delay.total()))
        .max(Comparator.comparingLong(Distribution::p99Us))
        .orElse(Distribution.EMPTY);
  }

  /** Takes what was timed of the generator itself, which has no series. */
  void takeOwn() {
    lateness.take();
    loopDelays.values().forEach(Timing::take);
  }
}
