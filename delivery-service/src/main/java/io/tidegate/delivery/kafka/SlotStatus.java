package io.tidegate.delivery.kafka;

/**
 * How the worker stands to its slot, for health checks.
 *
 * @param incarnation that is held; -1: none
 */
record SlotStatus(Phase phase, long incarnation) {
  enum Phase {
    STARTING("is not held yet"),
    HELD("is held"),
    FENCED(
        "is not held: no round trip to Kafka, or inbox records removed unread; waits for"
            + " Kafka"),
    LOST("is held by another worker"),
    FAULTY("is not held: the inbox reader ended after a fault; restart the worker");

    private final String words;

    Phase(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static final SlotStatus STARTING = new SlotStatus(Phase.STARTING, -1);
  static final SlotStatus FENCED = new SlotStatus(Phase.FENCED, -1);
  static final SlotStatus LOST = new SlotStatus(Phase.LOST, -1);
  static final SlotStatus FAULTY = new SlotStatus(Phase.FAULTY, -1);

  static SlotStatus held(long incarnation) {
    return new SlotStatus(Phase.HELD, incarnation);
  }

  boolean isHeld() {
    return phase == Phase.HELD;
  }
}
