package io.tidegate.loadtest.run;

import io.tidegate.loadtest.measure.Counter;
import io.tidegate.loadtest.measure.Tally;
import io.tidegate.loadtest.measure.Timing;

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
}
