package io.tidegate.cli.topics;

import io.tidegate.contract.Topics;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say which topics are meant; mixed into every command that needs them. */
public final class KafkaOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--prefix",
      defaultValue = "${env:TIDEGATE_TOPIC_PREFIX:-tidegate}",
      description = "What the topics' names begin with (default: ${DEFAULT-VALUE}).")
  String prefix = "tidegate";

  @Option(
      names = "--partitions",
      defaultValue = "12",
      description = "Partitions by user, fixed once created (default: ${DEFAULT-VALUE}).")
  int partitions = TopicPlan.DEFAULT_PARTITIONS;

  @Option(
      names = "--slots",
      defaultValue = "16",
      description = "Delivery workers at most; may grow later (default: ${DEFAULT-VALUE}).")
  int slots = TopicPlan.DEFAULT_SLOTS;

  /**
   * @throws CommandLine.ParameterException naming the option that is out of range
   */
  public TopicPlan plan() {
    try {
      return new TopicPlan(new Topics(prefix), partitions, slots);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), "" + e.getMessage(), e);
    }
  }
}
