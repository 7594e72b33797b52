package io.tidegate.cli.up;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.ProcessEnd;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.Serving;
import io.tidegate.cli.topics.KafkaConfigOption;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate up}: everything in one process. */
@Command(
    name = "up",
    description = {
      "Run the whole pipeline in one process, bound to 127.0.0.1, authentication off.",
      "With a Kafka of its own, whose data stays in --data-dir, unless --kafka names one."
    })
public final class UpCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where data and log lie (default: .tidegate beside the tidegate script).")
  @Nullable Path dataDir;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Use this Kafka instead of the embedded one.")
  @Nullable String kafka;

  @Mixin KafkaConfigOption kafkaConfig = new KafkaConfigOption();

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description =
          "Port of the embedded Kafka (default: the one it had before, else 19092, else any free"
              + " one). Its controller takes the next free one.")
  @Nullable Integer kafkaPort;

  @Option(
      names = "--ingest-port",
      defaultValue = "8080",
      description = "REST (default: ${DEFAULT-VALUE}); 0: any free port, as for the next two.")
  int ingestPort;

  @Option(
      names = "--delivery-port",
      defaultValue = "8081",
      description = "WebSocket (default: ${DEFAULT-VALUE}).")
  int deliveryPort;

  @Option(
      names = "--fanout-port",
      defaultValue = "8082",
      description = "What the sequencer knows (default: ${DEFAULT-VALUE}).")
  int fanoutPort;

  @Option(
      names = "--slot",
      defaultValue = "0",
      description = "The slot of the delivery worker (default: ${DEFAULT-VALUE}).")
  int slot;

  @Option(
      names = "--check",
      description = "Only check that ports, data folder and Kafka are to be had; start nothing.")
  boolean check;

  @Mixin KafkaOptions options = new KafkaOptions();
  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException {
    Pipeline.Settings settings = settings();
    Path data = dataDir == null ? DataFolder.defaultPath() : dataDir;
    if (check) {
      return check(data, settings);
    }
    RequestThreads.limit();
    DataFolder folder = DataFolder.open(data);
    Path log = folder.resolve("tidegate.log");
    Logs.toFile(log);
    if (!output.json()) {
      output.line("Tidegate is starting, data in " + folder.path());
    }
    PipelineSlot slotted = new PipelineSlot();
    ProcessEnd.onSignal(() -> stop(slotted));
    Pipeline pipeline = Pipeline.start(folder, settings);
    slotted.set(pipeline);
    new Serving(
            pipeline.ingestPort(),
            pipeline.deliveryPort(),
            pipeline.fanoutPort(),
            pipeline.kafka(),
            pipeline.access().file())
        .write(data);
    print(pipeline, log);
    ProcessEnd.awaitSignal();
    return 0;
  }

  private void stop(PipelineSlot pipeline) {
    if (output.json()) {
      pipeline.close();
      return;
    }
    output.line("Stopping…");
    pipeline.close();
    output.line("Stopped.");
  }

  private int check(Path data, Pipeline.Settings settings) throws StartupException {
    try {
      DataFolder.check(data);
      Pipeline.check(settings);
    } catch (StartupException e) {
      if (output.json()) {
        Map<String, Object> no = new LinkedHashMap<>();
        no.put("startable", false);
        no.put("reason", "" + e.getMessage());
        output.json(no);
      }
      throw e;
    }
    if (output.json()) {
      output.json(Map.of("startable", true));
    } else {
      output.line("Ports, data folder and Kafka are to be had.");
    }
    return 0;
  }

  /** What a signal closes, which may come before the pipeline is there. */
  private static final class PipelineSlot {
    private @Nullable Pipeline pipeline;

    synchronized void set(Pipeline started) {
      pipeline = started;
    }

    synchronized void close() {
      if (pipeline != null) {
        pipeline.close();
      }
    }
  }

  private Pipeline.Settings settings() throws StartupException {
    TopicPlan plan = kafka == null ? options.embeddedPlan() : options.plan();
    port("--ingest-port", ingestPort);
    port("--delivery-port", deliveryPort);
    port("--fanout-port", fanoutPort);
    port("--kafka-port", kafkaPort == null ? 0 : kafkaPort);
    if (kafka != null && kafkaPort != null) {
      throw usage("--kafka-port: is of the embedded Kafka; --kafka asks for none");
    }
    if (kafka == null && kafkaConfig.isGiven()) {
      throw usage("--kafka-config: is of a Kafka that --kafka names");
    }
    if (slot < 0 || slot >= plan.slots()) {
      throw usage("--slot: want 0 to " + (plan.slots() - 1) + ", got " + slot);
    }
    return new Pipeline.Settings(
        kafka == null ? null : kafkaConfig.ofService(kafka),
        kafkaPort,
        plan,
        kafka == null && !options.arePartitionsStated(),
        ingestPort,
        deliveryPort,
        fanoutPort,
        slot);
  }

  private void port(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw usage(option + ": want 0 to 65535, got " + port);
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }

  /** With an s where the service speaks TLS. */
  private static String scheme(String plain, String service) {
    String certificate = System.getenv("TIDEGATE_" + service + "_TLS_CERT");
    return certificate == null || certificate.isBlank() ? plain : plain + "s";
  }

  private void print(Pipeline pipeline, Path log) {
    String ingest = scheme("http", "INGEST") + "://127.0.0.1:" + pipeline.ingestPort();
    String delivery = scheme("ws", "DELIVERY") + "://127.0.0.1:" + pipeline.deliveryPort();
    String fanout = scheme("http", "FANOUT") + "://127.0.0.1:" + pipeline.fanoutPort();
    long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    if (output.json()) {
      Map<String, Object> ready = new LinkedHashMap<>();
      ready.put("ready", true);
      ready.put("ready_ms", millis);
      ready.put("ingest", ingest);
      ready.put("delivery", delivery);
      ready.put("fanout", fanout);
      ready.put("kafka", pipeline.kafka());
      if (pipeline.controllerPort() != 0) {
        ready.put("kafka_controller_port", pipeline.controllerPort());
      }
      ready.put("log", log.toString());
      output.json(ready);
      return;
    }
    String listenUrl =
        deliveryPort == 8081 && delivery.startsWith("ws:") ? "" : " --url " + delivery;
    output.line(
        """

          ingest    %s/v1/messages
          delivery  %s/v1/connect  (WebSocket)
          fan-out   %s/v1/users/USER
          Kafka     %s%s
          log       %s

        %s

        Ready after %s s. Ctrl-C stops it.\
        """
            .formatted(
                ingest,
                delivery,
                fanout,
                pipeline.kafka(),
                pipeline.controllerPort() == 0
                    ? ""
                    : "  (its controller: port " + pipeline.controllerPort() + ")",
                log,
                pipeline.asked().isEmpty() ? trial(listenUrl, delivery, ingest) : asking(pipeline),
                String.format(Locale.ROOT, "%.1f", millis / 1000.0)));
  }

  /** What must be shown, and where it comes from. */
  private String asking(Pipeline pipeline) {
    StringBuilder text = new StringBuilder("Bound to 127.0.0.1; who comes must show ");
    text.append(pipeline.asked()).append(" (docs/SECURITY.md).");
    if (pipeline.asked().contains("a key")) {
      text.append("\nA key is made with\n\n  ./tidegate keys issue --scope send,groups,policies,")
          .append("inspect,tokens ")
          .append(KafkaConfigOption.options(pipeline.access()))
          .append(options.prefixOption());
    }
    Path signingKeys = pipeline.signingKeys();
    if (signingKeys != null) {
      text.append("\nA token of a device is made with\n\n  ./tidegate token --user alice --keys ")
          .append(signingKeys);
    }
    return text.toString();
  }

  /** Whom to trust, where a service speaks TLS: the commands do not know who signed it. */
  private static String trust(String url, String how) {
    return url.startsWith("https:") || url.startsWith("wss:") ? how : "";
  }

  private static String trial(String listenUrl, String delivery, String ingest) {
    return """
    Bound to 127.0.0.1, authentication OFF: every local process may send and listen.
    Try it, in two other terminals%s:

      %s./tidegate listen --user alice%s

      curl -i %s%s/v1/messages -H 'content-type: application/json' \\
        -d '{"to":{"user":"alice"},"data":{"text":"hello"}}'\
    """
        .formatted(
            trust(
                ingest.startsWith("https:") ? ingest : delivery,
                ", with ca.pem as the file of who signed the certificate"),
            trust(delivery, "TIDEGATE_TLS_CA=ca.pem "),
            listenUrl,
            trust(ingest, "--cacert ca.pem "),
            ingest);
  }
}
