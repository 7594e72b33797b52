package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.Topics;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.publish.LagAsker;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a group is behind on a real Kafka, as an ingest-service hears it. */
final class LagAskerIT {
  private static final String GROUP = "tidegate-fanout";

  @TempDir Path folder;

  @Test
  void delayShouldFollowFromWhatTheGroupHasTaken() throws Exception {
    try (JvmKafka kafka = new JvmKafka(folder)) {
      // Given: two partitions, one of which has no record
      Topics topics = Topics.DEFAULT;
      TestTopics.create(
          kafka,
          new NewTopic(topics.messages(), 2, (short) 1),
          new NewTopic(topics.policies(), 1, (short) 1),
          new NewTopic(topics.users(), 2, (short) 1),
          new NewTopic(topics.members(), 2, (short) 1));
      Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
      Eta eta = new Eta(LagAsker.FRESH.toNanos());
      try (IngestService service =
              IngestService.start(
                  IngestConfig.defaults(kafka.bootstrapServers()).withAddress("127.0.0.1", 0));
          Admin admin = Admin.create(settings);
          LagAsker _ = LagAsker.start(Admin.create(settings), GROUP, topics.messages(), eta)) {
        await().atMost(Duration.ofSeconds(30)).until(service::ready);
        TestHttp http = new TestHttp(service.port());
        for (int i = 0; i < 20; i++) {
          http.call("POST", "/v1/messages", TestIngest.TO_ALICE).is(202);
        }
        TopicPartition partition =
            new TopicPartition(topics.messages(), lastOffsetOf(admin, topics, 0) == 20 ? 0 : 1);

        // When: all is taken
        commit(admin, partition, 20);

        // Then: by the asker that a service has of its own, too
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> eta.expectedMillis(System.nanoTime()).equals(OptionalLong.of(0)));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    http.call(
                            "POST", "/v1/messages", TestIngest.TO_ALICE, "Prefer", "respond-async")
                        .json()
                        .has("expected_delay_ms"));

        // When: some wait, and the group was set back
        commit(admin, partition, 5);

        // Then: how fast it goes is not known
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> eta.expectedMillis(System.nanoTime()).isEmpty());

        // When: it goes on
        commit(admin, partition, 10);

        // Then: as many wait as were taken since the look before, or a few more
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> eta.expectedMillis(System.nanoTime()).isPresent());
        assertThat(eta.expectedMillis(System.nanoTime()).orElse(0)).isPositive();
      }
    }
  }

  private static long lastOffsetOf(Admin admin, Topics topics, int partition) throws Exception {
    TopicPartition each = new TopicPartition(topics.messages(), partition);
    return admin
        .listOffsets(Map.of(each, org.apache.kafka.clients.admin.OffsetSpec.latest()))
        .partitionResult(each)
        .get()
        .offset();
  }

  private static void commit(Admin admin, TopicPartition partition, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(GROUP, Map.of(partition, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }
}
