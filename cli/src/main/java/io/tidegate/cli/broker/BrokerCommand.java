package io.tidegate.cli.broker;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.ProcessEnd;
import io.tidegate.contract.StartupException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate broker}: the embedded Kafka as a process of its own. */
@Command(
    name = "broker",
    description = {
      "Run only the embedded Kafka broker, on 127.0.0.1.",
      "For trying several service processes on one machine; not for production."
    })
public final class BrokerCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where its data lies; made if it is not there (default: .tidegate/broker beside the"
              + " tidegate script).")
  @Nullable Path dataDir;

  @Option(
      names = "--port",
      description =
          "0 for any free port (default: the one it had before, else 19092). Its controller takes"
              + " the next free one.")
  @Nullable Integer port;

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException {
    long began = System.nanoTime();
    Integer asked = port;
    if (asked != null && (asked < 0 || asked > 65_535)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--port: want 0 to 65535, got " + asked);
    }
    DataFolder folder = DataFolder.open(dataDir == null ? DataFolder.defaultBrokerPath() : dataDir);
    Logs.toFile(folder.resolve("tidegate.log"));
    EmbeddedBroker broker = EmbeddedBroker.start(folder, port);
    ProcessEnd.onSignal(broker::close);
    long millis = (System.nanoTime() - began) / 1_000_000;
    if (output.json()) {
      output.json(
          Map.of(
              "kafka",
              broker.bootstrapServers(),
              "controller_port",
              broker.controllerPort(),
              "ready_ms",
              millis));
    } else {
      output.line("Kafka is ready on " + broker.bootstrapServers() + " (" + millis + " ms)");
      output.line(
          "Its controller has port "
              + broker.controllerPort()
              + "; data in "
              + folder.path()
              + ". Ctrl-C stops it.");
    }
    ProcessEnd.awaitSignal();
    return 0;
  }
}
