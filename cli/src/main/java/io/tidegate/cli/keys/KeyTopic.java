package io.tidegate.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.Reason;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.auth.TenantQuotas;
import io.tidegate.contract.table.TopicTable;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The API keys on a Kafka, all of them read. Every call is bounded in time. */
final class KeyTopic implements AutoCloseable {
  private static final Duration CALL = Duration.ofSeconds(10);

  private final String kafka;
  private final String topic;
  private final Keyring keyring;
  private final TopicTable table;
  private final KafkaProducer<byte[], byte[]> producer;

  private KeyTopic(
      String kafka,
      String topic,
      Keyring keyring,
      TopicTable table,
      KafkaProducer<byte[], byte[]> producer) {
    this.kafka = kafka;
    this.topic = topic;
    this.keyring = keyring;
    this.table = table;
    this.producer = producer;
  }

  /**
   * @throws StartupException if Kafka does not answer, or has no such topic
   */
  static KeyTopic open(String kafka, Topics topics) throws StartupException, InterruptedException {
    try (TopicAdmin admin = TopicAdmin.connect(kafka)) {
      if (!admin.describe(new TopicPlan(topics, 1, 1), false).containsKey(topics.keys())) {
        throw new StartupException(
            "Kafka at "
                + kafka
                + " has no topic "
                + topics.keys()
                + ": make it with: "
                + KafkaOptions.createHint(kafka, topics.prefix()));
      }
    }
    Keyring keyring = new Keyring();
    TopicTable table = TopicTable.open(kafka, topics.keys(), "tidegate-keys", keyring::changed);
    if (!table.awaitCaughtUp(CALL)) {
      table.close();
      throw new StartupException(
          "Kafka at " + kafka + " did not show the keys within " + CALL.toSeconds() + " s");
    }
    return new KeyTopic(kafka, topics.keys(), keyring, table, producer(kafka));
  }

  private static KafkaProducer<byte[], byte[]> producer(String kafka) {
    int millis = (int) CALL.toMillis();
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, "tidegate-keys");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** By tenant, then the oldest first. */
  List<StoredKey> all() {
    return keyring.all().stream()
        .sorted(
            Comparator.comparing(StoredKey::tenant)
                .thenComparingLong(StoredKey::createdMillis)
                .thenComparing(StoredKey::id))
        .toList();
  }

  @Nullable StoredKey find(String id) {
    return keyring.find(id);
  }

  /** Returns once it is durable. */
  void put(StoredKey key) throws StartupException, InterruptedException {
    if (keyring.size() >= Keyring.MOST && keyring.find(key.id()) == null) {
      throw new StartupException(
          "there are " + Keyring.MOST + " keys, which is the most; revoke some first");
    }
    write(key.id().getBytes(UTF_8), key.toBytes());
  }

  /** What is set for tenants, by name. */
  SortedMap<String, Quota> tenants() {
    return new TreeMap<>(keyring.tenants());
  }

  /**
   * Returns once it is durable.
   *
   * @param quota {@link Quota#UNSET} takes back what was set
   */
  void limit(String tenant, Quota quota) throws StartupException, InterruptedException {
    if (keyring.tenants().size() >= Keyring.MOST && !keyring.tenants().containsKey(tenant)) {
      throw new StartupException(
          "there are " + Keyring.MOST + " tenants with quotas, which is the most");
    }
    write(TenantQuotas.key(tenant), quota.isUnset() ? null : TenantQuotas.toBytes(quota));
  }

  /** Returns once it is durable. */
  void revoke(String id) throws StartupException, InterruptedException {
    write(id.getBytes(UTF_8), null);
  }

  @SuppressWarnings("NullAway") // null is how Kafka says that a key is gone
  private void write(byte[] key, byte @Nullable [] value)
      throws StartupException, InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(topic, key, value))
          .get(2 * CALL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new StartupException("Kafka at " + kafka + " did not take it: " + Reason.of(e), e);
    }
  }

  @Override
  public void close() {
    producer.close(CALL);
    table.close();
  }
}
