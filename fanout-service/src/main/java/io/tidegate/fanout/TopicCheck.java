package io.tidegate.fanout;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks whether Kafka is there and its topics are as fan-out needs them, within about 10 s. */
final class TopicCheck {
  private static final Duration REACH = Duration.ofSeconds(10);

  private TopicCheck() {}

  /** The partitions of {@code tidegate.messages}. */
  static int partitions(FanoutConfig config) throws StartupException {
    Map<String, Integer> found = describe(config);
    Topics topics = config.topics();
    int partitions = found.getOrDefault(topics.messages(), 0);
    for (String topic :
        List.of(
            topics.sessions(),
            topics.acks(),
            topics.users(),
            topics.members(),
            topics.outcomes())) {
      same(topics.messages(), topic, found);
    }
    if (config.sequencer().presence()) {
      same(topics.messages(), topics.presence(), found);
    }
    same(topics.inbox(), topics.live(), found);
    return partitions;
  }

  private static Map<String, Integer> describe(FanoutConfig config) throws StartupException {
    Topics topics = config.topics();
    List<String> names = new ArrayList<>();
    if (config.auth() == Auth.KEYS) {
      names.add(topics.keys());
    }
    if (config.sequencer().presence()) {
      names.add(topics.presence());
    }
    names.addAll(
        List.of(
            topics.messages(),
            topics.sessions(),
            topics.acks(),
            topics.users(),
            topics.members(),
            topics.policies(),
            topics.workers(),
            topics.inbox(),
            topics.live(),
            topics.outcomes(),
            topics.deadLetters()));
    Map<String, Integer> found = new TreeMap<>();
    Admin admin = admin(config);
    try {
      Map<String, KafkaFuture<TopicDescription>> asked =
          admin.describeTopics(names).topicNameValues();
      for (String name : names) {
        KafkaFuture<TopicDescription> answer = asked.get(name);
        if (answer == null) {
          throw new IllegalStateException("no answer about " + name);
        }
        try {
          TopicDescription described = answer.get(REACH.toMillis() + 1_000, TimeUnit.MILLISECONDS);
          found.put(name, described.partitions().size());
        } catch (ExecutionException e) {
          if (e.getCause() instanceof UnknownTopicOrPartitionException) {
            throw new StartupException(
                "topic " + name + " is missing: create it with `tidegate topics create`", e);
          }
          throw unreachable(config, e.getCause() == null ? e : e.getCause());
        }
      }
    } catch (TimeoutException e) {
      throw unreachable(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while looking at Kafka's topics", e);
    } finally {
      admin.close(Duration.ZERO);
    }
    return found;
  }

  private static Admin admin(FanoutConfig config) throws StartupException {
    try {
      return KafkaClients.admin(
          config.kafka(),
          Map.of(
              AdminClientConfig.CLIENT_ID_CONFIG,
              config.applicationId() + "-topic-check",
              AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
              3_000,
              AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
              (int) REACH.toMillis(),
              AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
              false));
    } catch (KafkaException e) {
      throw new StartupException(KafkaFault.of(config.kafka(), e), e);
    }
  }

  private static StartupException unreachable(FanoutConfig config, Throwable cause) {
    KafkaAccess kafka = config.kafka();
    return new StartupException(
        KafkaFault.isLate(cause)
            ? "Kafka at %s does not answer within %d s%s"
                .formatted(kafka.servers(), REACH.toSeconds(), KafkaFault.ofLate(kafka))
            : KafkaFault.of(kafka, cause),
        cause);
  }

  private static void same(String one, String other, Map<String, Integer> found)
      throws StartupException {
    Integer a = found.get(one);
    Integer b = found.get(other);
    if (a == null || !a.equals(b)) {
      throw new StartupException(
          "topics "
              + one
              + " and "
              + other
              + " must have the same number of partitions, but have "
              + a
              + " and "
              + b
              + ": recreate them with `tidegate topics create`");
    }
  }
}
