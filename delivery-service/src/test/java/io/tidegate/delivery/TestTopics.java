package io.tidegate.delivery;

import io.tidegate.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics that a worker needs. */
final class TestTopics {
  private TestTopics() {}

  /** Topics of a prefix, with 3 partitions for users and 2 slots. */
  static void create(String bootstrapServers, Topics topics)
      throws ExecutionException, InterruptedException {
    createForAnyone(bootstrapServers, topics);
    create(
        bootstrapServers,
        List.of(
            new NewTopic(topics.revocations(), 1, (short) 1),
            new NewTopic(topics.endpoints(), 1, (short) 1)));
  }

  /** Those of them that a worker needs which asks for no tokens. */
  static void createForAnyone(String bootstrapServers, Topics topics)
      throws ExecutionException, InterruptedException {
    create(
        bootstrapServers,
        List.of(
            new NewTopic(topics.sessions(), 3, (short) 1),
            new NewTopic(topics.acks(), 3, (short) 1),
            new NewTopic(topics.inbox(), 2, (short) 1),
            new NewTopic(topics.live(), 2, (short) 1),
            new NewTopic(topics.workers(), 1, (short) 1),
            new NewTopic(topics.deadLetters(), 3, (short) 1)));
  }

  private static void create(String bootstrapServers, List<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(topics).all().get();
    }
  }
}
