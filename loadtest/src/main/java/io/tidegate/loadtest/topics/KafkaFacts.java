package io.tidegate.loadtest.topics;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.loadtest.report.TopicShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a Kafka says of itself: how many brokers it has, which features they have agreed on (it
 * tells no version but these), and what a topic is like.
 */
public final class KafkaFacts {
  private static final String UNKNOWN = "not known";
  private static final String KAFKA = "Kafka";
  private static final int SECONDS = 5;

  /** Else a client waits for as long as Kafka's own bounds say when it is closed. */
  private static final Map<String, Object> BOUNDS =
      Map.of(
          AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
          SECONDS * 1_000,
          AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
          SECONDS * 1_000);

  private KafkaFacts() {}

  /** For a report, by name. What cannot be asked is not known. */
  public static Map<String, String> of(KafkaAccess kafka, String topic)
      throws InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(KAFKA, UNKNOWN);
    try (Admin admin = KafkaClients.admin(kafka, BOUNDS)) {
      var nodes = asked(admin.describeCluster().nodes());
      if (nodes != null) {
        facts.put(KAFKA, "brokers " + nodes.size() + ", " + features(admin));
        facts.put(TopicShape.option(topic), topic(admin, topic));
      }
    } catch (KafkaException e) {
      // Then it is not known.
    }
    return facts;
  }

  private static String features(Admin admin) throws InterruptedException {
    var known = asked(admin.describeFeatures().featureMetadata());
    if (known == null || known.finalizedFeatures().isEmpty()) {
      return "features " + UNKNOWN;
    }
    List<String> features =
        new TreeMap<>(known.finalizedFeatures())
            .entrySet().stream()
                .map(f -> f.getKey() + " " + f.getValue().maxVersionLevel())
                .toList();
    return String.join(", ", features);
  }

  private static String topic(Admin admin, String topic) throws InterruptedException {
    var described = asked(admin.describeTopics(List.of(topic)).allTopicNames());
    TopicDescription found = described == null ? null : described.get(topic);
    return found == null
        ? UNKNOWN
        : new TopicShape(found.partitions().size(), found.partitions().getFirst().replicas().size())
            .text();
  }

  /** Null: no answer, or none that may be given. */
  private static <T> @Nullable T asked(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return null;
    }
  }
}
