package io.tidegate.cli.up;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.testkafka.ContainerKafka;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on a Kafka that was there already. */
final class UpContainerIT extends PipelineContract {
  @RegisterExtension static final ContainerKafka KAFKA = new ContainerKafka();

  UpContainerIT(@TempDir Path temporary) throws Exception {
    super(
        temporary,
        new Pipeline.Settings(
            KafkaAccess.plain(KAFKA.bootstrapServers()), null, PLAN, false, 0, 0, 0, 0));
  }
}
