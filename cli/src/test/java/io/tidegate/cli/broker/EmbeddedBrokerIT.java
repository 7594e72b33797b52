package io.tidegate.cli.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerIT {
  private static final TopicPlan PLAN = new TopicPlan(Topics.DEFAULT, 3, 2);

  @TempDir Path temporary;

  @Test
  void topicsAndDataShouldStayOverARestart() throws Exception {
    // Given
    List<String> created;
    try (DataFolder folder = DataFolder.open(temporary);
        EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
      created = createTopics(broker);
      produce(broker, "before");
    }

    // When
    try (DataFolder folder = DataFolder.open(temporary);
        EmbeddedBroker broker = EmbeddedBroker.start(folder, null)) {
      List<String> createdAgain = createTopics(broker);
      produce(broker, "after");

      // Then
      assertThat(created).hasSize(15);
      assertThat(createdAgain).isEmpty();
      assertThat(consume(broker, 2)).containsExactly("before", "after");
    }
  }

  @Test
  void folderInUseShouldBeRefusedNamingTheProcess() throws Exception {
    try (DataFolder folder = DataFolder.open(temporary)) {
      assertThatThrownBy(() -> DataFolder.open(temporary))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "data folder "
                  + folder.path()
                  + " is in use by process "
                  + ProcessHandle.current().pid());
    }
    DataFolder.open(temporary).close();
  }

  @Test
  void portInUseShouldBeRefusedBeforeAnythingStarts() throws Exception {
    try (DataFolder folder = DataFolder.open(temporary);
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " on 127.0.0.1 is in use");
    }
  }

  @Test
  void kafkaThatIsNotThereShouldBeOneClearLine() {
    assertThatThrownBy(() -> TopicAdmin.connect(KafkaAccess.plain("127.0.0.1:1")))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("Kafka at 127.0.0.1:1 is not reachable");
  }

  private static List<String> createTopics(EmbeddedBroker broker) throws StartupException {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(broker.bootstrapServers()))) {
      return admin.create(PLAN);
    }
  }

  private static void produce(EmbeddedBroker broker, String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("tidegate.messages", 0, null, value.getBytes(UTF_8)))
          .get();
    }
  }

  private static List<String> consume(EmbeddedBroker broker, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition("tidegate.messages", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> values.add(new String(record.value(), UTF_8)));
      }
    }
    return values;
  }
}
