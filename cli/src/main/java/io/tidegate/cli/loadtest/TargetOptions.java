package io.tidegate.cli.loadtest;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.HttpUrl;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.topics.KafkaAddress;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.loadtest.run.Target;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--fanout",
      paramLabel = "URL",
      defaultValue = "${env:TIDEGATE_FANOUT_URL}",
      description =
          "A fan-out service, to be watched and asked whether a policy holds, or none (default:"
              + " http://127.0.0.1:8082 beside an ingest on this machine, else none).")
  @Nullable String fanout;

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
        fanout(),
        access(),
        tellsKafka(),
        prefix,
        tenant,
        CallerKey.fromEnvironment().text(),
        OutgoingTls.fromEnvironment().context());
  }

  /** Files that the settings name are read when a client is made, and not before. */
  private KafkaAccess access() throws StartupException {
    KafkaAccess access = kafka.access(spec.commandLine().getErr()::println);
    if (access.file() != null) {
      try {
        KafkaClients.admin(access, Map.of()).close(Duration.ZERO);
      } catch (KafkaException e) {
        throw new StartupException(KafkaFault.of(access, e), e);
      }
    }
    return access;
  }

  /** A Kafka that nobody named is that of an ingest on this machine, if any. */
  private boolean tellsKafka() {
    return kafka.isNamed() || (isLocal() && kafka.answers());
  }

  private boolean isLocal() {
    return String.valueOf(url("--ingest", ingest).getHost()).matches("127\\.[0-9.]+|localhost");
  }

  /** Where nobody says, a key is not shown to whatever listens there beside a distant ingest. */
  private @Nullable URI fanout() {
    if (fanout == null || fanout.isEmpty()) {
      return isLocal() ? URI.create("http://127.0.0.1:8082") : null;
    }
    return fanout.equals("none") ? null : url("--fanout", fanout);
  }

  private URI url(String option, String text) {
    URI given = HttpUrl.of(spec, option, text);
    if (given.getUserInfo() != null || given.getQuery() != null) {
      throw HttpUrl.unwanted(spec, option, text);
    }
    return given;
  }
}
