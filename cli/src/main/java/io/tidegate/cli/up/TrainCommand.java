package io.tidegate.cli.up;

import io.tidegate.cli.ProcessEnd;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.listen.ListenCommand;
import io.tidegate.cli.send.SendCommand;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code tidegate train}: the life of a pipeline in a few seconds, on free ports and in a folder of
 * its own, so that the JVM sees which classes a start needs. The script runs it once per build.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Run everything once, for the ahead-of-time cache.")
public final class TrainCommand implements Callable<Integer> {
  @Override
  public Integer call() throws StartupException, IOException {
    // The JVM writes its cache on the way out, which takes longer than stopping may.
    ProcessEnd.takeYourTime();
    Path temporary = Files.createTempDirectory("tidegate-train");
    try {
      TopicPlan plan =
          new TopicPlan(Topics.DEFAULT, TopicPlan.DEFAULT_PARTITIONS, TopicPlan.DEFAULT_SLOTS);
      DataFolder folder = DataFolder.open(temporary);
      try (Pipeline pipeline = Pipeline.start(folder, Pipeline.Settings.anyPorts(plan))) {
        return exercise(pipeline);
      }
    } finally {
      delete(temporary);
    }
  }

  private static int exercise(Pipeline pipeline) {
    String ingest = "http://127.0.0.1:" + pipeline.ingestPort();
    String delivery = "http://127.0.0.1:" + pipeline.deliveryPort();
    int sent =
        new CommandLine(new SendCommand())
            .execute("--url", ingest, "--to", "alice,bob", "hello", "{\"text\":\"world\"}");
    int shown =
        new CommandLine(new ListenCommand())
            .execute("--url", delivery, "--user", "alice", "--count", "2");
    return sent == 0 && shown == 0 ? 0 : 1;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
