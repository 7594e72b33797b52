package io.tidegate.cli.topics;

import io.tidegate.testkafka.ContainerKafka;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Topics on a Kafka with its own defaults. */
final class TopicAdminContainerIT extends TopicAdminContract {
  @RegisterExtension static final ContainerKafka KAFKA = new ContainerKafka();

  @Override
  String bootstrapServers() {
    return KAFKA.bootstrapServers();
  }
}
