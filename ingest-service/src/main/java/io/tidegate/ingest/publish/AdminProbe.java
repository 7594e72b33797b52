package io.tidegate.ingest.publish;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** A {@link TopicProbe} over Kafka's admin client: a real round trip, not cached metadata. */
public final class AdminProbe implements TopicProbe {
  private final Admin admin;

  public AdminProbe(Admin admin) {
    this.admin = admin;
  }

  @Override
  public Answer ask(String topic, Duration timeout) {
    try {
      TopicDescription description =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .get(topic);
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
      return new Answer.Unreachable("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return new Answer.Missing();
      }
      return new Answer.Unreachable(reason(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Unreachable("interrupted");
    } catch (RuntimeException e) {
      return new Answer.Unreachable(reason(e));
    }
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
