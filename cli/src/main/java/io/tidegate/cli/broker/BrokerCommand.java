package io.tidegate.cli.broker;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.ProcessEnd;
import io.tidegate.contract.StartupException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidegate broker}: the embedded Kafka as a process of its own. */
@Command(
    name = "broker",
    description = {
      "Run only the embedded Kafka broker, on 127.0.0.1.",
      "For trying several service processes on one machine; not for production."
    })
public final class BrokerCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "Where its data lies; made if it is not there.")
  Path dataDir = Path.of("");

  @Option(
      names = "--port",
      description = "0 for any free port (default: the one it had before, else 19092).")
  @Nullable Integer port;

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException {
    long began = System.nanoTime();
    DataFolder folder = DataFolder.open(dataDir);
    Logs.toFile(folder.resolve("tidegate.log"));
    EmbeddedBroker broker = EmbeddedBroker.start(folder, port);
    ProcessEnd.onSignal(broker::close);
    long millis = (System.nanoTime() - began) / 1_000_000;
    if (output.json()) {
      output.json(Map.of("kafka", broker.bootstrapServers(), "ready_ms", millis));
    } else {
      output.line("Kafka is ready on " + broker.bootstrapServers() + " (" + millis + " ms)");
    }
    ProcessEnd.awaitSignal();
    return 0;
  }
}
