package io.tidegate.ingest.publish;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks Kafka for the metadata of topics. */
public interface TopicProbe extends AutoCloseable {
  /** What Kafka said. */
  sealed interface Answer {
    /**
     * The topic is there and every partition has a leader.
     *
     * @param partitions how many there are
     */
    record Present(int partitions) implements Answer {}

    /** Kafka answered that there is no such topic. */
    record Missing() implements Answer {}

    /**
     * Kafka does not take us for who we are, or is not whom we trust.
     *
     * @param reason what it does, in one line, such as {@code refuses the login that …}
     */
    record Refused(String reason) implements Answer {}

    /**
     * Nothing came in time.
     *
     * @param reason one line
     */
    record Unanswered(String reason) implements Answer {}

    /**
     * An answer that lets nothing be written.
     *
     * @param reason one line
     */
    record Unreachable(String reason) implements Answer {}
  }

  /** Asks, and takes no longer than {@code timeout}. */
  Answer ask(String topic, Duration timeout);

  /**
   * On how many brokers what lies on a topic is to lie; null where Kafka does not say, as to who
   * may not read the topic's settings. Takes no longer than twice {@code timeout}.
   */
  @Nullable Copies copies(String topic, Duration timeout);

  @Override
  void close();
}
