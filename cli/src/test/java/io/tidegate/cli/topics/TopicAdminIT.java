package io.tidegate.cli.topics;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Topics on the embedded broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TopicAdminIT extends TopicAdminContract {
  private final DataFolder folder;
  private final EmbeddedBroker broker;

  TopicAdminIT(@TempDir Path temporary) throws Exception {
    folder = DataFolder.open(temporary);
    broker = EmbeddedBroker.start(folder, 0);
  }

  @AfterAll
  void stop() throws IOException {
    broker.close();
    folder.close();
  }

  @Override
  String bootstrapServers() {
    return broker.bootstrapServers();
  }
}
