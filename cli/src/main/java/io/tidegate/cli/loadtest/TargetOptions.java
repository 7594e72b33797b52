package io.tidegate.cli.loadtest;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.FanoutOption;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.topics.KafkaAddress;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.loadtest.run.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the Tidegate is that is measured. */
final class TargetOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--ingest",
      paramLabel = "URL",
      defaultValue = "${env:TIDEGATE_INGEST_URL:-http://127.0.0.1:8080}",
      description = "The ingest service (default: ${DEFAULT-VALUE}).")
  String ingest = "";

  @Option(
      names = "--delivery",
      paramLabel = "URL",
      defaultValue = "${env:TIDEGATE_DELIVERY_URL:-http://127.0.0.1:8081}",
      description =
          "The delivery service, or what balances over several (default: ${DEFAULT-VALUE}).")
  String delivery = "";

  @Mixin FanoutOption fanout = new FanoutOption();
  @Mixin KafkaAddress kafka = new KafkaAddress();

  @Option(
      names = "--prefix",
      defaultValue = "${env:TIDEGATE_TOPIC_PREFIX:-tidegate}",
      description =
          "What the topics' names begin with, for `through: kafka` (default: ${DEFAULT-VALUE}).")
  String prefix = Topics.DEFAULT.prefix();

  @Option(
      names = "--tenant",
      defaultValue = UserKey.DEFAULT_TENANT,
      description =
          "Whose users are sent to (default: ${DEFAULT-VALUE}); that of the key in TIDEGATE_KEY.")
  String tenant = "";

  Target target() throws StartupException {
    return new Target(
        url("--ingest", ingest),
        url("--delivery", delivery),
        fanout.uri(),
        Map.of("bootstrap.servers", kafka.value()),
        prefix,
        tenant,
        CallerKey.fromEnvironment().text(),
        OutgoingTls.fromEnvironment().context());
  }

  private URI url(String option, String text) {
    try {
      URI given = new URI(text);
      if (given.getHost() != null && String.valueOf(given.getScheme()).matches("https?")) {
        return given;
      }
    } catch (URISyntaxException e) {
      throw usage(option + ": " + e.getMessage());
    }
    throw usage(option + ": want http://HOST:PORT or https://HOST:PORT, got \"" + text + "\"");
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
