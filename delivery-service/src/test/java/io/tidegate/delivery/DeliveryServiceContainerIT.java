package io.tidegate.delivery;

import io.tidegate.testkafka.ContainerKafka;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The worker on a Kafka with its own defaults. */
final class DeliveryServiceContainerIT extends DeliveryServiceContract {
  @RegisterExtension static final ContainerKafka KAFKA = new ContainerKafka();

  @Override
  String bootstrapServers() {
    return KAFKA.bootstrapServers();
  }
}
