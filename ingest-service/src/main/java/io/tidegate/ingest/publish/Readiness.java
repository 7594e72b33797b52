package io.tidegate.ingest.publish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Whether messages can be written now. Asks Kafka when somebody wants to know, but no more often
 * than once in {@link #FRESH}; while one caller asks, the others get the answer before.
 */
public final class Readiness {
  static final Duration FRESH = Duration.ofSeconds(2);
  static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  /**
   * @param detail one line for a person
   */
  public record State(boolean up, String detail) {}

  private record Known(State state, long atNanos) {}

  private final TopicProbe probe;
  private final String topic;
  private final LongSupplier nanoTime;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Known known;
  private volatile boolean draining;

  /**
   * @param topic of messages
   * @param first what was found at start
   */
  public Readiness(TopicProbe probe, String topic, TopicProbe.Answer first, LongSupplier nanoTime) {
    this.probe = probe;
    this.topic = topic;
    this.nanoTime = nanoTime;
    this.known = new Known(state(first), nanoTime.getAsLong());
  }

  public State state() {
    if (draining) {
      return new State(false, "stopping");
    }
    if (nanoTime.getAsLong() - known.atNanos() > FRESH.toNanos()
        && asking.compareAndSet(false, true)) {
      try {
        State state = state(probe.ask(topic, PROBE_TIMEOUT));
        known = new Known(state, nanoTime.getAsLong());
      } finally {
        asking.set(false);
      }
    }
    return known.state();
  }

  /** Not ready from now on. */
  public void drain() {
    draining = true;
  }

  private static State state(TopicProbe.Answer answer) {
    return switch (answer) {
      case TopicProbe.Answer.Present present ->
          new State(true, present.partitions() + " partitions");
      case TopicProbe.Answer.Missing missing -> new State(false, "the topic does not exist");
      case TopicProbe.Answer.Refused refused -> new State(false, "Kafka " + refused.reason());
      case TopicProbe.Answer.Unanswered unanswered -> new State(false, unanswered.reason());
      case TopicProbe.Answer.Unreachable unreachable -> new State(false, unreachable.reason());
    };
  }
}
