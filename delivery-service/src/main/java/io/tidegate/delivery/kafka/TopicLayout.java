package io.tidegate.delivery.kafka;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;

/**
 * What the worker must know of the topics before it starts.
 *
 * @param userPartitions P: the partitions that users are spread over
 */
record TopicLayout(int userPartitions) {
  /** Topics that were created a moment ago may not be known to every broker yet. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * @param revocations whether their topic is read, too
   * @param endpoints likewise
   * @param timeout for Kafka to answer at all
   * @throws StartupException if Kafka does not answer, a topic is missing, or the slot has no
   *     partition
   */
  static TopicLayout read(
      Consumer<byte[], byte[]> consumer,
      KafkaAccess kafka,
      Topics topics,
      int slot,
      boolean revocations,
      boolean endpoints,
      Duration timeout)
      throws StartupException {
    try {
      int sessions = count(consumer, topics.sessions(), timeout);
      int acks = count(consumer, topics.acks(), timeout);
      if (acks != sessions) {
        throw new StartupException(
            topics.acks() + " has " + acks + " partitions, " + topics.sessions() + " " + sessions);
      }
      requireSlot(slot, topics.inbox(), count(consumer, topics.inbox(), timeout));
      requireSlot(slot, topics.live(), count(consumer, topics.live(), timeout));
      requireSingle(topics.workers(), count(consumer, topics.workers(), timeout));
      if (revocations) {
        requireSingle(topics.revocations(), count(consumer, topics.revocations(), timeout));
      }
      if (endpoints) {
        requireSingle(topics.endpoints(), count(consumer, topics.endpoints(), timeout));
      }
      // The writer would stand still at a topic that is not there.
      count(consumer, topics.deadLetters(), timeout);
      return new TopicLayout(sessions);
    } catch (KafkaException e) {
      throw new StartupException(
          KafkaFault.isLate(e)
              ? "Kafka at %s did not answer in %d s%s"
                  .formatted(kafka.servers(), timeout.toSeconds(), KafkaFault.ofLate(kafka))
              : KafkaFault.of(kafka, e),
          e);
    }
  }

  private static void requireSlot(int slot, String topic, int partitions) throws StartupException {
    if (slot >= partitions) {
      throw new StartupException(
          "slot: "
              + slot
              + " has no partition: "
              + topic
              + " has "
              + partitions
              + ", so want 0 to "
              + (partitions - 1));
    }
  }

  private static void requireSingle(String topic, int partitions) throws StartupException {
    if (partitions != 1) {
      throw new StartupException(topic + " has " + partitions + " partitions, want 1");
    }
  }

  private static int count(Consumer<byte[], byte[]> consumer, String topic, Duration timeout)
      throws StartupException {
    long start = System.nanoTime();
    do {
      List<PartitionInfo> partitions = consumer.partitionsFor(topic, timeout);
      if (partitions != null && !partitions.isEmpty()) {
        return partitions.size();
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    } while (System.nanoTime() - start < PATIENCE.toNanos());
    throw new StartupException(
        "topic " + topic + " does not exist; create it with: tidegate topics create");
  }
}
