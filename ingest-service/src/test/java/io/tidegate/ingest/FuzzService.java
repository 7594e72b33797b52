package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.rate.Rate;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.testkafka.JvmKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An ingest-service as it is run: over a Kafka, asking for keys, with quotas, signing tokens. */
final class FuzzService implements AutoCloseable {
  private static final int PARTITIONS = 3;
  private static final Topics TOPICS = new Topics("fuzz");
  private static final String TENANT = "acme";

  /** So much that it is never reached, and yet counted. */
  private static final Rate RATE = Rate.parse("1000000/1s");

  private static final long QUOTA_BYTES = 24L << 20;
  static final int KEPT_ANSWERS = 500;
  static final long KEPT_BYTES = 4L << 20;
  private static final Duration READY = Duration.ofSeconds(30);

  private final JvmKafka kafka;
  private final IngestService service;
  private final Map<String, List<String>> authorizations;
  private final AtomicInteger number = new AtomicInteger();

  FuzzService(Path folder) throws Exception {
    kafka = new JvmKafka(folder.resolve("kafka"));
    TestTopics.create(
        kafka,
        new NewTopic(TOPICS.messages(), PARTITIONS, (short) 1),
        new NewTopic(TOPICS.policies(), 1, (short) 1),
        new NewTopic(TOPICS.keys(), 1, (short) 1),
        new NewTopic(TOPICS.users(), PARTITIONS, (short) 1),
        new NewTopic(TOPICS.members(), PARTITIONS, (short) 1),
        new NewTopic(TOPICS.endpoints(), 1, (short) 1));
    authorizations = issue();
    Path signing = folder.resolve("signing-keys.json");
    var _ = new SigningKeyFile(signing).readOrMake(0);
    Path webhooks = folder.resolve("webhook-key");
    new WebhookKeyFile(webhooks).makeWhereMissing();
    service =
        IngestService.start(
            IngestConfig.defaults(kafka.bootstrapServers())
                .withTopics(TOPICS)
                .withAddress("127.0.0.1", 0)
                .withAuth(Auth.KEYS)
                .withSigningKeys(signing.toString())
                .withWebhooks(new WebhookRules(webhooks.toString(), true, Networks.PUBLIC))
                .withQuotas(RATE, QUOTA_BYTES, RATE, QUOTA_BYTES)
                .withIdempotency(KEPT_ANSWERS, KEPT_BYTES, Duration.ofHours(1))
                .withAccessLog(true));
    await().atMost(READY).until(service::ready);
  }

  /** What may be shown, by the generator's names. */
  private Map<String, List<String>> issue() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ApiKey full = issue(producer, EnumSet.allOf(Scope.class), StoredKey.NEVER);
      ApiKey other = issue(producer, Set.of(Scope.REPLAY), StoredKey.NEVER);
      ApiKey expired = issue(producer, EnumSet.allOf(Scope.class), 1);
      ApiKey unknown = ApiKey.random(new SecureRandom());
      String secret = unknown.text().substring(unknown.text().lastIndexOf('_', 16));
      String shown = "Bearer " + full.text();
      return Map.ofEntries(
          Map.entry("full", List.of(shown)),
          Map.entry("twice", List.of(shown, shown)),
          Map.entry("other", List.of("Bearer " + other.text())),
          Map.entry("expired", List.of("Bearer " + expired.text())),
          Map.entry("unknown", List.of("Bearer " + unknown.text())),
          Map.entry("wrong-secret", List.of("Bearer tgk_" + full.id() + secret)),
          Map.entry("none", List.of()),
          Map.entry("basic", List.of("Basic dXNlcjpwYXNzd29yZA==")),
          Map.entry("empty", List.of("")),
          Map.entry("garbage", List.of("Bearer \u0080\u00ff..%00\"'<>")),
          Map.entry("long", List.of("Bearer " + "x".repeat(8_000))));
    }
  }

  private static ApiKey issue(
      KafkaProducer<byte[], byte[]> producer, Set<Scope> scopes, long expires) throws Exception {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored = StoredKey.of(key, TENANT, scopes, "", 0, StoredKey.NEVER);
    var _ =
        producer
            .send(
                new ProducerRecord<>(
                    TOPICS.keys(), key.id().getBytes(UTF_8), stored.expiringAt(expires).toBytes()))
            .get();
    return key;
  }

  int port() {
    return service.port();
  }

  /** One that no request has had. */
  int number() {
    return number.incrementAndGet();
  }

  /**
   * What is shown as Authorization.
   *
   * @param name the generator's, of who asks
   */
  List<String> shown(String name) {
    return Objects.requireNonNull(authorizations.get(name), name);
  }

  @Override
  public void close() throws IOException {
    service.close();
    kafka.close();
  }
}
