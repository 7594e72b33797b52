package io.tidegate.ingest.publish;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** A {@link TopicProbe} over Kafka's admin client: a real round trip, not cached metadata. */
public final class AdminProbe implements TopicProbe {
  private final Admin admin;
  private final KafkaAccess kafka;

  /**
   * @param admin closed with it
   * @param kafka the way that it takes
   */
  public AdminProbe(Admin admin, KafkaAccess kafka) {
    this.admin = admin;
    this.kafka = kafka;
  }

  @Override
  public Answer ask(String topic, Duration timeout) {
    try {
      TopicDescription description = describe(topic, timeout);
      if (description == null) {
        return new Answer.Missing();
      }
      long leaderless =
          description.partitions().stream()
              .filter(p -> p.leader() == null || p.leader().isEmpty())
              .count();
      return leaderless == 0
          ? new Answer.Present(description.partitions().size())
          : new Answer.Unreachable(leaderless + " partitions of " + topic + " have no leader");
    } catch (TimeoutException e) {
      return new Answer.Unanswered("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return new Answer.Missing();
      }
      if (KafkaFault.isOfLogin(e)) {
        return new Answer.Refused(KafkaFault.reason(kafka, e));
      }
      String reason = reason(e.getCause());
      return KafkaFault.isLate(e) ? new Answer.Unanswered(reason) : new Answer.Unreachable(reason);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Unreachable("interrupted");
    } catch (RuntimeException e) {
      return new Answer.Unreachable(reason(e));
    }
  }

  @Override
  public @Nullable Copies copies(String topic, Duration timeout) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      TopicDescription description = describe(topic, timeout);
      Config config =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .get(resource);
      ConfigEntry minInsync =
          config == null ? null : config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
      if (description == null || minInsync == null) {
        return null;
      }
      int replicas =
          description.partitions().stream().mapToInt(p -> p.replicas().size()).max().orElse(1);
      return new Copies(replicas, Integer.parseInt(minInsync.value()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (TimeoutException | ExecutionException | RuntimeException e) {
      return null;
    }
  }

  private @Nullable TopicDescription describe(String topic, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .get(topic);
  }

  private static String reason(@Nullable Throwable e) {
    return String.valueOf(e == null ? null : e.getMessage())
        .lines()
        .findFirst()
        .orElse("no reason given");
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
