package io.tidegate.ingest.publish;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether what was handed to a producer that lingers waits for company. Of the few who wait for
 * Kafka each goes at once. With many, each soon has company, and what a request to Kafka costs,
 * here and at the broker, is shared by all who came within the linger; only if nobody comes any
 * more, because all who could come wait, they go before it is over.
 *
 * <p>It looks at how many wait, not at how many come a second: that grows with the rate, with the
 * time that Kafka takes, and with what keeps the cores busy, and with each of these company costs
 * less.
 */
final class Company {
  private final int few;
  private final Departures departures;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param few so many are not worth waiting for; at least 1
   */
  Company(int few, Departures departures) {
    this.few = few;
    this.departures = departures;
  }

  /** One more waits for what it has handed to the producer; {@link #leave} follows. */
  void join() {
    if (waiting.incrementAndGet() <= few) {
      departures.now();
    } else {
      departures.afterLull();
    }
  }

  void leave() {
    waiting.decrementAndGet();
  }
}
