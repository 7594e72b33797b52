package io.tidegate.cli.keys;

import io.tidegate.cli.Output;
import io.tidegate.cli.topics.KafkaAddress;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.contract.DurationText;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What commands that read and write one topic themselves have in common.
 *
 * @param <T> the topic
 */
abstract class TopicCommand<T extends TopicCommand.Opened> implements Callable<Integer> {
  /** A topic that was read, and may be written to. */
  interface Opened extends AutoCloseable {
    @Override
    void close();
  }

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin KafkaAddress address = new KafkaAddress();

  @Option(
      names = "--prefix",
      defaultValue = "${env:TIDEGATE_TOPIC_PREFIX:-tidegate}",
      description = "What the topics' names begin with (default: ${DEFAULT-VALUE}).")
  String prefix = "";

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    Topics topics;
    try {
      topics = new Topics(prefix);
    } catch (IllegalArgumentException e) {
      throw usage(KafkaOptions.optionNamed(String.valueOf(e.getMessage())));
    }
    requireOptions();
    try (T opened = open(address.access(output::note), topics)) {
      return call(opened);
    } catch (StartupException e) {
      throw address.explained(e);
    }
  }

  /** Throws a {@link CommandLine.ParameterException} before Kafka is asked. */
  void requireOptions() {}

  abstract T open(KafkaAccess kafka, Topics topics) throws StartupException, InterruptedException;

  abstract int call(T opened) throws StartupException, InterruptedException;

  final CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }

  /**
   * @throws CommandLine.ParameterException naming the option
   */
  final Duration duration(String option, String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw usage(option + ": " + e.getMessage() + ", got \"" + text + '"');
    }
  }
}
