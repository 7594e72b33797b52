package io.tidegate.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.topics.CompactedTopic;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.auth.TenantQuotas;
import io.tidegate.contract.kafka.KafkaAccess;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The API keys on a Kafka, all of them read. Every call is bounded in time. */
final class KeyTopic implements TopicCommand.Opened {
  private final Keyring keyring;
  private final CompactedTopic topic;

  private KeyTopic(Keyring keyring, CompactedTopic topic) {
    this.keyring = keyring;
    this.topic = topic;
  }

  /**
   * @throws StartupException if Kafka does not answer, or has no such topic
   */
  static KeyTopic open(KafkaAccess kafka, Topics topics)
      throws StartupException, InterruptedException {
    Keyring keyring = new Keyring();
    return new KeyTopic(
        keyring, CompactedTopic.open(kafka, topics, topics.keys(), "keys", keyring::changed));
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
    topic.write(key.id().getBytes(UTF_8), key.toBytes());
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
    topic.write(TenantQuotas.key(tenant), quota.isUnset() ? null : TenantQuotas.toBytes(quota));
  }

  /** Returns once it is durable. */
  void revoke(String id) throws StartupException, InterruptedException {
    topic.write(id.getBytes(UTF_8), null);
  }

  @Override
  public void close() {
    topic.close();
  }
}
