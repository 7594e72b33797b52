package io.tidegate.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.cli.topics.TopicPlan.Planned;
import io.tidegate.contract.Topics;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TopicPlanTest {
  @Test
  void planShouldHaveEveryTopicWithItsPartitions() {
    // Given
    TopicPlan plan = new TopicPlan(new Topics("p"), 5, 3);

    // When
    Map<String, Integer> partitions =
        plan.all().stream().collect(Collectors.toMap(Planned::name, Planned::partitions));

    // Then
    assertThat(partitions)
        .containsOnly(
            Map.entry("p.messages", 5),
            Map.entry("p.sessions", 5),
            Map.entry("p.acks", 5),
            Map.entry("p.members", 5),
            Map.entry("p.users", 5),
            Map.entry("p.outcomes", 5),
            Map.entry("p.presence", 5),
            Map.entry("p.dead-letters", 5),
            Map.entry("p.inbox", 3),
            Map.entry("p.live", 3),
            Map.entry("p.workers", 1),
            Map.entry("p.policies", 1),
            Map.entry("p.keys", 1),
            Map.entry("p.revocations", 1),
            Map.entry("p.endpoints", 1));
  }

  @Test
  void whatIsKeptForGoodShouldBeCompacted() {
    // Given
    TopicPlan plan = new TopicPlan(new Topics("p"), 5, 3);

    // When
    var compacted =
        plan.all().stream().filter(t -> "compact".equals(t.config().get("cleanup.policy")));

    // Then
    assertThat(compacted)
        .extracting(Planned::name)
        .containsExactlyInAnyOrder(
            "p.members",
            "p.users",
            "p.workers",
            "p.policies",
            "p.keys",
            "p.revocations",
            "p.endpoints");
  }

  @Test
  void segmentsShouldBeShorterThanTheirRetention() {
    // Given
    TopicPlan plan = new TopicPlan(Topics.DEFAULT, 1, 1);

    // When
    var shortLived = plan.all().stream().filter(t -> t.config().containsKey("segment.ms"));

    // Then
    assertThat(shortLived)
        .filteredOn(topic -> topic.config().containsKey("retention.ms"))
        .hasSize(3)
        .allSatisfy(
            topic ->
                assertThat(Long.parseLong(topic.config().getOrDefault("segment.ms", "")))
                    .isLessThan(
                        Long.parseLong(topic.config().getOrDefault("retention.ms", "")) / 3));
  }

  @Test
  void numbersOutOfRangeShouldBeNamed() {
    assertThatThrownBy(() -> new TopicPlan(Topics.DEFAULT, 0, 1))
        .hasMessage("partitions: want 1 to 1024, got 0");
    assertThatThrownBy(() -> new TopicPlan(Topics.DEFAULT, 1, 513))
        .hasMessage("slots: want 1 to 512, got 513");
  }
}
