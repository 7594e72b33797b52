package io.tidegate.cli.up;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on the embedded broker. */
final class UpIT extends PipelineContract {
  UpIT(@TempDir Path temporary) throws Exception {
    super(temporary, Pipeline.Settings.anyPorts(PLAN));
  }
}
