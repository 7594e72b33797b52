package io.tidegate.ingest.publish;

import io.tidegate.ingest.lag.Eta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka every {@link #PERIOD}, on a thread of its own, how far fan-out's consumer group is
 * behind, and tells an {@link Eta}. Where Kafka does not answer within {@link #TIMEOUT}, it tells
 * nothing, what was told gets old, and it asks more and more seldom, at last once a minute.
 */
public final class LagAsker implements AutoCloseable {
  /** For how long an answer says something. */
  public static final Duration FRESH = Duration.ofSeconds(15);

  static final Duration PERIOD = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * After failures. Where a group's coordinator is away, Kafka's client asks for it without a pause
   * until its own timeout (464,216 times in 60 s with 4.3.1), so it is not to be asked often.
   */
  private static final long MOST_WAIT_MILLIS = 60_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(LagAsker.class);

  private final Admin admin;
  private final String group;
  private final String topic;
  private final Eta eta;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private boolean told;

  private LagAsker(Admin admin, String group, String topic, Eta eta) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
    this.eta = eta;
    this.thread = Thread.ofPlatform().daemon().name("tidegate-ingest-lag").unstarted(this::run);
  }

  /**
   * @param admin closed with it
   */
  public static LagAsker start(Admin admin, String group, String topic, Eta eta) {
    LagAsker asker = new LagAsker(admin, group, topic, eta);
    asker.thread.start();
    return asker;
  }

  private void run() {
    try {
      long wait = 0;
      while (!closing.await(wait, TimeUnit.MILLISECONDS)) {
        wait = ask() ? PERIOD.toMillis() : Math.min(2 * wait + PERIOD.toMillis(), MOST_WAIT_MILLIS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Whether Kafka answered. */
  private boolean ask() throws InterruptedException {
    try {
      Eta.Sample sample = sample();
      if (sample != null) {
        eta.observe(sample);
      }
      told = false;
      return true;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      if (!told) {
        LOGGER.atWarn().addKeyValue("cause", e.toString()).log("fan-out's lag is not known");
      }
      told = true;
      return false;
    }
  }

  /**
   * Null where the group has taken nothing yet, or not of every partition that has something: how
   * much of that is to be taken is not known then.
   */
  private Eta.@Nullable Sample sample()
      throws InterruptedException, ExecutionException, TimeoutException {
    int partitions =
        get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).partitions().size();
    Map<TopicPartition, OffsetAndMetadata> taken =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        get(
            admin
                .listOffsets(
                    IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .collect(Collectors.toMap(each -> each, _ -> OffsetSpec.latest())))
                .all());
    long now = System.nanoTime();
    long end = 0;
    long all = 0;
    boolean any = false;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> each : ends.entrySet()) {
      OffsetAndMetadata committed = taken.get(each.getKey());
      if (committed != null) {
        any = true;
        all += committed.offset();
      } else if (each.getValue().offset() > 0) {
        return null;
      }
      end += each.getValue().offset();
    }
    return any ? new Eta.Sample(now, end, all) : null;
  }

  private static <T> T get(@Nullable KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (future == null) {
      throw new KafkaException("no answer for the topic");
    }
    return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns at once. Closing again does nothing. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    admin.close(Duration.ZERO);
  }
}
