package io.tidegate.cli.topics;

import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import org.jspecify.annotations.Nullable;
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
      description =
          "Partitions by user, fixed once created (default: 12, or 4 on a Kafka of `tidegate up`'s"
              + " own; topics that are there keep theirs, but `up --kafka` insists).")
  @Nullable Integer partitions;

  @Option(
      names = "--slots",
      defaultValue = "16",
      description = "Delivery workers at most; may grow later (default: ${DEFAULT-VALUE}).")
  int slots = TopicPlan.DEFAULT_SLOTS;

  /**
   * @throws CommandLine.ParameterException naming the option that is out of range
   */
  public TopicPlan plan() {
    return plan(TopicPlan.DEFAULT_PARTITIONS);
  }

  /** The plan for a Kafka in this process. */
  public TopicPlan embeddedPlan() {
    return plan(TopicPlan.EMBEDDED_PARTITIONS);
  }

  /** Whether the number of partitions was asked for, so that topics with another are an error. */
  public boolean arePartitionsStated() {
    return partitions != null;
  }

  /** The option as others need it; empty for the usual prefix. */
  public String prefixOption() {
    return prefixOption(prefix);
  }

  private static String prefixOption(String prefix) {
    return prefix.equals(Topics.DEFAULT.prefix()) ? "" : " --prefix " + prefix;
  }

  /** What makes the topics of {@code prefix} on that Kafka, for a hint that can be pasted. */
  public static String createHint(KafkaAccess kafka, String prefix) {
    String also = prefixOption(prefix);
    return "tidegate topics create " + KafkaConfigOption.options(kafka) + also;
  }

  /** The error of a configuration, with its field as the option that sets it. */
  public static String optionNamed(String error) {
    return error.replaceFirst("^(?:topic )?(host|port|slot|prefix|partitions|slots): ", "--$1: ");
  }

  private TopicPlan plan(int otherwise) {
    try {
      int count = partitions == null ? otherwise : partitions;
      return new TopicPlan(new Topics(prefix), count, slots);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), optionNamed("" + e.getMessage()), e);
    }
  }
}
