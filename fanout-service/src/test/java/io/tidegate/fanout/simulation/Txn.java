package io.tidegate.fanout.simulation;

import java.util.HashMap;
import java.util.Map;

/** One transaction of the fake Kafka: outputs, state and offsets that become durable together. */
final class Txn {
  enum State {
    OPEN,
    /** Will be committed, but its markers are not written yet and the producer does not know. */
    PREPARED,
    COMMITTED,
    ABORTED
  }

  final int owner;
  final long startedSteady;
  final Map<Source, Long> offsets = new HashMap<>();
  State state = State.OPEN;

  Txn(int owner, long startedSteady) {
    this.owner = owner;
    this.startedSteady = startedSteady;
  }

  boolean isFinished() {
    return state == State.COMMITTED || state == State.ABORTED;
  }

  /** A partition of a topic that fan-out reads. */
  record Source(Topic topic, int partition) {}

  enum Topic {
    MESSAGES(0),
    SESSIONS(1),
    ACKS(2),
    SETTINGS(3),
    MEMBERS(4);

    final int place;

    Topic(int place) {
      this.place = place;
    }
  }
}
