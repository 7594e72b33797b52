package io.tidegate.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Creating topics, whatever the Kafka is. */
abstract class TopicAdminContract {
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  abstract String bootstrapServers();

  @Test
  void creatingTwiceShouldChangeNothing() throws Exception {
    try (TopicAdmin admin = TopicAdmin.connect(bootstrapServers())) {
      // Given
      TopicPlan plan = new TopicPlan(freshTopics(), 3, 2);
      List<String> created = admin.create(plan);

      // When
      List<String> createdAgain = admin.create(plan);

      // Then
      assertThat(created).hasSize(11);
      assertThat(createdAgain).isEmpty();
    }
  }

  @Test
  void slotsShouldGrowAndAWrongNumberOfPartitionsShouldBeTold() throws Exception {
    try (TopicAdmin admin = TopicAdmin.connect(bootstrapServers())) {
      // Given
      Topics topics = freshTopics();
      TopicPlan plan = new TopicPlan(topics, 3, 2);
      admin.create(plan);

      // When
      List<String> grown = admin.create(new TopicPlan(topics, 3, 4));

      // Then
      assertThat(grown).containsExactlyInAnyOrder(topics.inbox(), topics.live());
      assertThat(admin.describe(plan, true).get(topics.inbox()))
          .satisfies(inbox -> assertThat(inbox.partitions()).isEqualTo(4))
          .satisfies(inbox -> assertThat(inbox.config()).containsEntry("retention.ms", "3600000"));
      assertThat(admin.adopt(new TopicPlan(topics, 6, 4))).isEqualTo(new TopicPlan(topics, 3, 4));
      assertThatThrownBy(() -> admin.create(new TopicPlan(topics, 6, 4)))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("has 3 partitions, want 6");
    }
  }

  /** Each test has topics of its own. */
  private static Topics freshTopics() {
    return new Topics("topics" + PREFIXES.incrementAndGet());
  }
}
