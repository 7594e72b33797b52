package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Counts the outcomes of one demo's users, from where the topic ended when it was opened. */
final class OutcomeReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final byte[] prefix;
  private final byte[] probe;
  private final CountDownLatch probed = new CountDownLatch(1);
  private final Account account;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @throws StartupException if that Kafka is not there, or has no outcomes
   */
  OutcomeReader(KafkaAccess kafka, Topics topics, String run, Account account)
      throws StartupException {
    requireOutcomes(kafka, topics);

    this.prefix =
        new UserKey(UserKey.DEFAULT_TENANT, FeedSender.user(run, "")).toString().getBytes(UTF_8);
    this.probe =
        new UserKey(UserKey.DEFAULT_TENANT, FeedSender.probeUser(run)).toString().getBytes(UTF_8);
    this.account = account;
    this.consumer =
        KafkaClients.consumer(
            kafka,
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000));
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.outcomes()).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    this.thread = Thread.ofPlatform().name("demo-outcomes").start(this::run);
  }

  private void run() {
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        if (isOurs(record.key())) {
          JsonNode outcome = JSON.readTree(record.value());
          String kind = outcome.path("outcome").asString("");
          String reason = outcome.path("reason").asString("");
          account.ended(Outcome.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), reason);
        } else if (Arrays.equals(record.key(), probe)) {
          probed.countDown();
        }
      }
    }
    consumer.close();
  }

  /** Whether the outcome of the message to {@link FeedSender#probeUser} was read by then. */
  boolean awaitProbe(Duration most) throws InterruptedException {
    return probed.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void requireOutcomes(KafkaAccess kafka, Topics topics) throws StartupException {
    TopicPlan plan = new TopicPlan(topics, TopicPlan.DEFAULT_PARTITIONS, TopicPlan.DEFAULT_SLOTS);
    try (TopicAdmin admin = TopicAdmin.connect(kafka)) {
      if (!admin.describe(plan, false).containsKey(topics.outcomes())) {
        throw new StartupException(
            "Kafka at "
                + kafka.servers()
                + " has no topic "
                + topics.outcomes()
                + ": it is not the"
                + " pipeline's; name that with --kafka, or its topics with --prefix");
      }
    }
  }

  private boolean isOurs(byte[] key) {
    return key.length > prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
