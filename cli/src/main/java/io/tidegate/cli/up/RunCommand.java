package io.tidegate.cli.up;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.ProcessEnd;
import io.tidegate.cli.topics.KafkaConfigOption;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.ingest.IngestConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate run}: one service as a process of its own, on any Kafka. */
@Command(
    name = "run",
    description = {
      "Run one service as a process of its own, on any Kafka whose topics are there.",
      "Options go before TIDEGATE_* environment variables, which the services' READMEs list."
    })
public final class RunCommand {
  /** What every service is told. */
  static final class Common {
    @Spec(Spec.Target.MIXEE)
    CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--kafka",
        required = true,
        paramLabel = "HOST:PORT",
        defaultValue = "${env:TIDEGATE_KAFKA}",
        description = "Where Kafka is; TIDEGATE_KAFKA too.")
    String kafka = "";

    @Mixin KafkaConfigOption kafkaConfig = new KafkaConfigOption();

    @Option(
        names = "--prefix",
        defaultValue = "${env:TIDEGATE_TOPIC_PREFIX:-tidegate}",
        description = "What the topics' names begin with (default: ${DEFAULT-VALUE}).")
    String prefix = "tidegate";

    @Option(names = "--host", description = "The address to listen on (default: 127.0.0.1).")
    @Nullable String host;

    @Option(
        names = "--port",
        description =
            "The port to listen on; 0: any free port (default: 8080 ingest, 8081 delivery, 8082"
                + " fanout).")
    @Nullable Integer port;

    private @Nullable KafkaAccess access;

    /** Read once. */
    KafkaAccess access() throws StartupException {
      KafkaAccess known = access;
      if (known == null) {
        known = kafkaConfig.ofService(kafka);
        access = known;
      }
      return known;
    }

    Topics topics() {
      return checked(() -> new Topics(prefix));
    }

    /** Names the option in the error of a value that a configuration refuses. */
    <T> T checked(java.util.function.Supplier<T> value) {
      try {
        return value.get();
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), KafkaOptions.optionNamed("" + e.getMessage()), e);
      }
    }
  }

  /** Starts a service. */
  private interface Start {
    Services.Running start() throws StartupException;
  }

  @Command(name = "ingest", description = "Messages in over REST. Port 8080.")
  int ingest(@Mixin Common common, @Mixin Output output) throws StartupException {
    IngestConfig base =
        Services.configured(IngestConfig::from, common.access(), common.topics())
            .withKafka(common.access());
    IngestConfig config =
        common.checked(
            () ->
                base.withAddress(
                    common.host == null ? base.host() : common.host,
                    common.port == null ? base.port() : common.port));
    return serve(() -> Services.ingest(config), common, output);
  }

  @Command(name = "fanout", description = "The sequencer of every user. Port 8082.")
  int fanout(
      @Mixin Common common,
      @Option(
              names = "--state-dir",
              paramLabel = "DIR",
              description =
                  "Where its store lies, in a folder per application id; may be lost, Kafka has"
                      + " it (default: tidegate/fanout in the temporary folder). No two instances"
                      + " on one machine may share it.")
          @Nullable Path stateDir,
      @Mixin Output output)
      throws StartupException {
    FanoutConfig base =
        Services.configured(FanoutConfig::from, common.access(), common.topics())
            .withKafka(common.access());
    FanoutConfig config =
        common.checked(
            () ->
                base.withAddress(
                        common.host == null ? base.host() : common.host,
                        common.port == null ? base.port() : common.port,
                        base.advertised())
                    .withStore(base.store(), stateDir == null ? base.stateDir() : stateDir));
    return serve(() -> Services.fanout(config), common, output);
  }

  @Command(name = "delivery", description = "Messages out over WebSocket. Port 8081.")
  int delivery(
      @Mixin Common common,
      @Option(
              names = "--slot",
              description = "Its slot; no two workers may have the same (default: 0).")
          @Nullable Integer slot,
      @Mixin Output output)
      throws StartupException {
    DeliveryConfig base =
        Services.configured(DeliveryConfig::from, common.access(), common.topics())
            .withKafka(common.access());
    DeliveryConfig config =
        common.checked(
            () ->
                base.withHost(common.host == null ? base.host() : common.host)
                    .withPort(common.port == null ? base.port() : common.port)
                    .withSlot(slot == null ? base.slot() : slot));
    return serve(() -> Services.delivery(config), common, output);
  }

  /** The reason why not names the options that would mend it. */
  private static Services.Running started(Start start, Common common) throws StartupException {
    try {
      return start.start();
    } catch (StartupException e) {
      String reason =
          KafkaOptions.optionNamed("" + e.getMessage())
              .replace(
                  "tidegate topics create",
                  KafkaOptions.createHint(common.access(), common.prefix));
      throw new StartupException(
          reason.matches("cannot listen on .*|the HTTP port .*") ? "--port: " + reason : reason, e);
    }
  }

  private static int serve(Start start, Common common, Output output) throws StartupException {
    Logs.toConsole();
    Services.Running service = started(start, common);
    ProcessEnd.onSignal(service::close, service.stopWithin());
    if (output.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("service", service.name());
      line.put("port", service.port());
      output.json(line);
    } else {
      output.line(service.name() + " listens on port " + service.port());
    }
    ProcessEnd.awaitSignal();
    return 0;
  }
}
