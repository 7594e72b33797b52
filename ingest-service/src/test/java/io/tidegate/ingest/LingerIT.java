package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.publish.Flusher;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real producer that would linger for ten minutes, while Kafka has twenty seconds to answer. */
final class LingerIT {
  private static final int LINGER_MILLIS = 600_000;

  @TempDir static Path folder;

  @Test
  void whereNobodyElseComesNobodyShouldWaitForTheLinger() throws Exception {
    // Given
    Topics topics = new Topics("linger");
    try (JvmKafka kafka = new JvmKafka(folder);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      TestTopics.create(kafka, new NewTopic(topics.members(), 1, (short) 1));
      try (KafkaProducer<byte[], byte[]> producer = lingering(kafka);
          Flusher flusher = new Flusher(producer)) {
        Publisher publisher = new Publisher(producer, topics, 1, Duration.ofSeconds(20), flusher);

        // When
        Published alone = change(publisher, 0);
        List<Future<Published>> many = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          int user = i;
          many.add(executor.submit(() -> change(publisher, user)));
        }

        // Then
        assertThat(alone.complete()).isTrue();
        for (Future<Published> each : many) {
          assertThat(each.get().complete()).isTrue();
        }
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> lingering(JvmKafka kafka) {
    IngestConfig config = IngestConfig.defaults(kafka.bootstrapServers());
    Map<String, Object> settings = new HashMap<>(KafkaSettings.producer(config));
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * LINGER_MILLIS);
    return KafkaClients.producer(KafkaAccess.plain(kafka.bootstrapServers()), settings);
  }

  private static Published change(Publisher publisher, int user) {
    Membership membership =
        new Membership(new GroupKey("default", "g"), new UserKey("default", "u" + user));
    return publisher
        .change(
            new MembershipChange(membership, true),
            Window.ofOneRequest(SharedRoom.UNSHARED, "default"))
        .await();
  }
}
