package io.tidegate.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Creating topics, whatever the Kafka is. */
abstract class TopicAdminContract {
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  abstract String bootstrapServers();

  @Test
  void creatingTwiceShouldChangeNothing() throws Exception {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(bootstrapServers()))) {
      // Given
      TopicPlan plan = new TopicPlan(freshTopics(), 3, 2);
      List<String> created = admin.create(plan);

      // When
      List<String> createdAgain = admin.create(plan);

      // Then
      assertThat(created).hasSize(15);
      assertThat(createdAgain).isEmpty();
    }
  }

  @Test
  void slotsShouldGrowAndAWrongNumberOfPartitionsShouldBeTold() throws Exception {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(bootstrapServers()))) {
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

  @Test
  void timesThatAreNotThePlansShouldBePutBackAndNothingElse() throws Exception {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(bootstrapServers()));
        Admin other =
            Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      // Given
      Topics topics = freshTopics();
      TopicPlan plan = new TopicPlan(topics, 3, 2);
      admin.create(plan);
      ConfigResource inbox = new ConfigResource(ConfigResource.Type.TOPIC, topics.inbox());
      other
          .incrementalAlterConfigs(
              Map.of(
                  inbox,
                  List.of(
                      set("message.timestamp.type", "CreateTime"), set("retention.ms", "7200000"))))
          .all()
          .get(30, TimeUnit.SECONDS);

      // When
      List<String> changed = admin.create(plan);

      // Then
      assertThat(changed).containsExactly(topics.inbox());
      assertThat(admin.describe(plan, true).get(topics.inbox()))
          .satisfies(
              found ->
                  assertThat(found.config())
                      .containsEntry("message.timestamp.type", "LogAppendTime")
                      .containsEntry("retention.ms", "7200000"));
      assertThat(admin.create(plan)).isEmpty();
    }
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  @Test
  void createdTopicsShouldTakeRecordsAtOnce() throws Exception {
    // Given a producer that does not try again
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            false,
            ProducerConfig.RETRIES_CONFIG,
            0);
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(bootstrapServers()));
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes)) {
      // When
      TopicPlan plan = new TopicPlan(freshTopics(), 16, 16);
      admin.create(plan);
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (TopicPlan.Planned planned : plan.all()) {
        for (int partition = 0; partition < planned.partitions(); partition++) {
          sent.add(
              producer.send(
                  new ProducerRecord<>(planned.name(), partition, new byte[] {1}, new byte[0])));
        }
      }

      // Then
      for (Future<RecordMetadata> each : sent) {
        assertThat(each.get(30, TimeUnit.SECONDS).hasOffset()).isTrue();
      }
    }
  }

  /** Each test has topics of its own. */
  private static Topics freshTopics() {
    return new Topics("topics" + PREFIXES.incrementAndGet());
  }
}
