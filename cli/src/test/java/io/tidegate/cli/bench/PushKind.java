package io.tidegate.cli.bench;

import java.util.SplittableRandom;

/** What is pushed, at most {@code underWay} pushes at a time. */
enum PushKind {
  ALL("one message to all", 20_000),
  SINGLE("messages to random connections", 20_000),
  BURST("bursts of 10 to random connections", 100_000);

  /** Records of a poll, Kafka's default for a consumer. */
  private static final int POLL = 500;

  private static final int BURST_OF = 10;

  private final String words;
  private final int underWay;

  PushKind(String words, int underWay) {
    this.words = words;
    this.underWay = underWay;
  }

  String words() {
    return words;
  }

  int underWay() {
    return underWay;
  }

  /**
   * Sends as much as a worker would read in one poll.
   *
   * @return how many pushes that is
   */
  int send(PushSender to, SplittableRandom random) throws Exception {
    switch (this) {
      case ALL -> {
        to.all();
        to.hand();
        return to.connections();
      }
      case SINGLE -> {
        for (int i = 0; i < POLL; i++) {
          to.push(random.nextInt(to.connections()), 1);
        }
      }
      case BURST -> {
        for (int i = 0; i < POLL / BURST_OF; i++) {
          to.push(random.nextInt(to.connections()), BURST_OF);
        }
      }
    }
    to.hand();
    return POLL;
  }
}
